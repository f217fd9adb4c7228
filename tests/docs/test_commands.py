"""Every command that a page shows can be typed as it stands, and the names to sign in with are the demo's."""

import re
import shlex

import pytest

from ravi.cli.program import COMMANDS, _parser
from ravi.cli.up import DEFAULT_PORT, PEOPLE
from ravi.demo import names
from tests.docs.pages import ROOT, pages

FENCED = re.compile(r"^```sh\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`(?P<line>(?:\./)?ravi [a-z][^`]*)`")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def shown() -> list[str]:
    """The commands of Ravi in shell blocks and between backticks, without what stands around them."""
    found: list[str] = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        lines = [line for block in FENCED.finditer(text) for line in block["body"].splitlines()]
        lines += [match["line"] for match in INLINE.finditer(FENCED.sub("", text))]
        found += [match["line"] for line in lines if (match := re.search(r"(?P<line>(?:\./|\b)ravi [a-z].*)", line))]
    return sorted({line.partition("#")[0].strip() for line in found})


def test_readme_shows_the_main_job() -> None:
    assert {"./ravi up --demo", "./ravi test"} <= set(shown())


@pytest.mark.parametrize("line", shown())
def test_a_shown_command_is_understood(line: str) -> None:
    words = shlex.split(line.removeprefix("./").removeprefix("ravi "))
    assert words[0] in COMMANDS
    if len(words) == 1 or words == ["publish", "FILE"]:  # the command by its name
        return
    options = _parser(words[0]).parse_args(words)
    assert callable(options.run)


def test_files_in_shown_commands_are_there() -> None:
    named = {word for line in shown() for word in shlex.split(line) if word.endswith(".md")}
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_sign_in_names_are_the_demos() -> None:
    told = set(
        re.findall(r"`([a-z]+(?:-[a-z]+)?\d?)`", README.partition("## What you see then")[2].partition("## Without")[0])
    )
    made = {person.username for person in names.PEOPLE}
    assert set(PEOPLE) <= made
    assert made <= told
    assert f"http://localhost:{DEFAULT_PORT}/" in README


def test_readme_is_short() -> None:
    assert len(README.splitlines()) < 90
