"""Side jobs are found by name: whatever a service defers was announced, and every job's name says its room."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from procrastinate.contrib.django import app

SOURCE = Path(__file__).parents[2] / "src" / "ravi"
DOOR = SOURCE / "core" / "jobs.py"


def deferred(source: str) -> Iterator[str | None]:
    """The name in each call of `defer`; None where it is not written out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and "defer" in (getattr(node.func, "id", ""), getattr(node.func, "attr", "")):
            first = node.args[0] if node.args else None
            yield first.value if isinstance(first, ast.Constant) else None


def announced() -> set[str]:
    app.perform_import_paths()
    return {name for name, task in app.tasks.items() if task.func.__module__.startswith("ravi.")}


def test_every_deferred_name_was_announced() -> None:
    modules = [path for path in SOURCE.rglob("*.py") if path != DOOR and "tests" not in path.parts]
    found = {
        (str(path.relative_to(SOURCE)), name)
        for path in modules
        if "core.jobs import" in (text := path.read_text("utf-8")) or "core import jobs" in text
        for name in deferred(text)
    }
    assert {(path, name) for path, name in found if name not in announced()} == set()


def test_a_name_says_its_room() -> None:
    rooms = {path.name for path in SOURCE.iterdir() if path.is_dir()}
    assert {name for name in announced() if name.split(".")[0] not in rooms or name.count(".") != 1} - TESTS == set()


TESTS = {"core.tests.note"}  # announced by a test, when it ran before in this process


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("defer('a.b', institution_id=1)", ["a.b"]),
        ("jobs.defer('a.b')", ["a.b"]),
        ("defer(name)", [None]),
        ("other()", []),
    ],
)
def test_a_call_is_seen(source: str, names: list[str | None]) -> None:
    assert list(deferred(source)) == names
