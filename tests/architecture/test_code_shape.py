"""Code stays small, is found by its name, and says why where it imports late."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "ravi"
MODULES = sorted([*SOURCE.rglob("*.py"), *(ROOT / "tools").glob("*.py"), *(ROOT / "tests").rglob("*.py")])
PAGES = sorted(
    [*SOURCE.rglob("templates/**/*.html"), *SOURCE.rglob("static/**/css/*.css"), *SOURCE.rglob("static/**/*.js")]
)
MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 40
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common", "data", "base2", "stuff"}
LATE_IMPORT = re.compile(r"# noqa: PLC0415 -- \S+ \S+")


def is_made_by_a_tool(path: Path) -> bool:
    return "migrations" in path.parts or path.name in {"ravi.js", "ravi.css"}  # joined by tools/assets.py


def is_test(path: Path) -> bool:
    return "tests" in path.parts


def late_imports(source: str) -> list[tuple[int, str]]:
    """The lines of imports that stand inside a function, with their text."""
    tree, lines = ast.parse(source), source.splitlines()
    found = {
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    return [(number, lines[number - 1].strip()) for number in sorted(found)]


def functions(path: Path) -> list[tuple[str, int]]:
    """Every function's name and length in lines."""
    return [
        (node.name, (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_files_are_small() -> None:
    lengths = {
        path: len(path.read_text("utf-8").splitlines()) for path in [*MODULES, *PAGES] if not is_made_by_a_tool(path)
    }
    assert len(lengths) > 300
    assert {str(path.relative_to(ROOT)): lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def test_functions_are_short() -> None:
    assert [
        f"{path.relative_to(ROOT)}: {name} has {lines} lines"
        for path in MODULES
        if not is_test(path) and not is_made_by_a_tool(path)
        for name, lines in functions(path)
        if lines > MOST_LINES_OF_A_FUNCTION
    ] == []


def test_modules_are_named_for_what_they_hold() -> None:
    assert [str(path.relative_to(ROOT)) for path in MODULES if {path.stem, path.parent.name} & SAYS_NOTHING] == []


def test_a_late_import_says_why() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{number}: {line}"
        for path in MODULES
        if not is_test(path)
        for number, line in late_imports(path.read_text("utf-8"))
        if not LATE_IMPORT.search(line)
    ] == []


@pytest.mark.parametrize(
    ("line", "is_said"),
    [
        ("from ravi.core import audit  # noqa: PLC0415 -- Django is set up by the caller", True),
        ("from ravi.core import audit  # noqa: PLC0415", False),
        ("from ravi.core import audit  # noqa: PLC0415 -- late", False),
        ("import django", False),
    ],
)
def test_a_reason_is_more_than_a_word(line: str, is_said: bool) -> None:
    (found,) = late_imports(f"def run():\n    {line}\n")
    assert found == (2, line)
    assert bool(LATE_IMPORT.search(line)) is is_said


def test_what_only_types_need_is_not_late() -> None:
    assert late_imports("if TYPE_CHECKING:\n    from ravi.core import audit\n") == []
