"""What the pages say about files and names is true: links lead somewhere, and a name in a link stands in that file."""

import ast
import re
from pathlib import Path

import pytest

from tests.docs.pages import FENCED, ROOT, Link, anchors_of, links_of, pages

PATH = re.compile(r"`((?:src|tests|docs|tools|requirements)/[\w./-]+)`")
PAGES = {str(page.relative_to(ROOT)): page for page in pages()}


@pytest.fixture(params=PAGES, ids=str)
def page(request: pytest.FixtureRequest) -> Path:
    return PAGES[request.param]


def test_the_pages_that_lead_in_are_there() -> None:
    assert {"README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs/tour.md"} <= set(PAGES)


def test_every_link_leads_to_a_file(page: Path) -> None:
    lost = [str(link) for link in links_of(page) if not link.file.exists()]
    assert lost == []


def test_every_anchor_is_a_heading(page: Path) -> None:
    lost = [str(link) for link in links_of(page) if link.anchor and link.anchor not in anchors_of(link.file)]
    assert lost == []


def test_every_name_in_a_link_stands_in_that_file(page: Path) -> None:
    lost = [f"{link}: {name}" for link in links_of(page) for name in link.names if not is_there(link, name)]
    assert lost == []


def test_every_path_in_a_page_is_there(page: Path) -> None:
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    assert [path for path in PATH.findall(text) if not (ROOT / path).exists()] == []


def test_every_page_that_the_code_names_is_there() -> None:
    named = re.compile(r"docs/[\w./-]+\.md")
    sources = [path for folder in ("src", "tests", "tools") for path in (ROOT / folder).rglob("*.py")]
    lost = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources
        for name in named.findall(path.read_text(encoding="utf-8"))
        if not (ROOT / name).exists()
    }
    assert lost == set()


def test_a_wrong_name_is_noticed() -> None:
    rules = "../src/ravi/delivery/rules.py"
    assert is_there(Link(ROOT / "docs" / "tour.md", rules, ()), "covers")
    assert not is_there(Link(ROOT / "docs" / "tour.md", rules, ()), "covers_not")
    assert not is_there(Link(ROOT / "docs" / "tour.md", rules, ()), "State.covers")


def is_there(link: Link, name: str) -> bool:
    """A Python name is one that the file defines (`Class.method` inside that class) or that SQL in it creates."""
    if not link.file.is_file() or name in {link.file.name, link.file.stem}:
        return link.file.exists()
    text = link.file.read_text(encoding="utf-8")
    if link.file.suffix == ".py":
        created = re.search(rf"\b(?:function|trigger|constraint) {re.escape(name)}\b", text)
        return name in names_of(ast.parse(text).body) or created is not None
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def names_of(body: list[ast.stmt], prefix: str = "") -> set[str]:
    """The functions, classes, constants and members that a module defines."""
    found: set[str] = set()
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(f"{prefix}{node.name}")
        if isinstance(node, ast.ClassDef):
            found |= names_of(node.body, f"{prefix}{node.name}.")
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        found |= {f"{prefix}{target.id}" for target in targets if isinstance(target, ast.Name)}
    return found
