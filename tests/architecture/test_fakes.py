"""The servers that stand for platforms judge our adapters: they know nothing of Ravi's, and take their limits from elsewhere."""

import ast
from pathlib import Path

import pytest

from conftest import ROOT

FAKES = ROOT / "tests" / "fakes"
PLATFORMS = ROOT / "src" / "ravi" / "platforms"


def imported(path: Path) -> set[str]:
    """The modules that a file names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def known_to(path: Path) -> set[str]:
    """Also what is known to the parts of the tests that it uses, and to theirs."""
    seen: set[str] = set()
    waiting = imported(path)
    while waiting:
        name = waiting.pop()
        seen.add(name)
        file = ROOT / f"{name.replace('.', '/')}.py"
        if name.startswith("tests.") and file.exists():
            waiting |= imported(file) - seen
    return seen


@pytest.mark.parametrize("path", sorted(FAKES.rglob("*.py")), ids=lambda path: path.name)
def test_a_fake_shares_no_constant_with_what_it_judges(path: Path) -> None:
    """It knows nothing of Ravi, by whatever way."""
    assert {name for name in known_to(path) if name.split(".")[0] in {"ravi", "conftest", ""}} == set()


def test_no_adapter_knows_the_fakes() -> None:
    knowing = {
        path.name
        for path in PLATFORMS.rglob("*.py")
        if "tests" not in path.parts[len(PLATFORMS.parts) :] and any(one.startswith("tests") for one in imported(path))
    }
    assert not {name for name in knowing if not name.startswith("contract")}, knowing
