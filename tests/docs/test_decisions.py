"""Decisions are numbered without gaps, say their four things, and stand in the index under their own titles."""

import re

from tests.docs.pages import ROOT

FOLDER = ROOT / "docs" / "decisions"
PAGES = {int(path.name[:4]): path for path in sorted(FOLDER.glob("[0-9]*.md"))}


def test_numbers_have_no_gap() -> None:
    assert list(PAGES) == list(range(1, len(PAGES) + 1))


def test_each_says_context_choice_price_and_when_to_look_again() -> None:
    words = ("**Context.**", "**Choice.**", "**Given up.**", "**Look again**")
    lists = {5}  # a table of libraries with a reason each
    lacking = {
        number: [word for word in words if word not in path.read_text(encoding="utf-8")]
        for number, path in PAGES.items()
        if number not in lists
    }
    assert {number: missing for number, missing in lacking.items() if missing} == {}


def test_index_says_every_title() -> None:
    index = re.findall(r"^\| \[(\d+)\]\(([\w-]+\.md)\) \| (.+) \|$", (FOLDER / "README.md").read_text("utf-8"), re.M)
    titles = {number: path.read_text(encoding="utf-8").split("\n", 1)[0] for number, path in PAGES.items()}
    assert [(int(number), name) for number, name, _title in index] == [(n, p.name) for n, p in PAGES.items()]
    assert [f"# {number}. {title}" for number, _name, title in index] == list(titles.values())
