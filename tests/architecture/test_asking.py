"""A room asks its own tables; what it wants to know of another's stands in that room's queries, once."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "ravi"
# The demo finds again what it made itself; the bench counts what it filled in.
BUILDERS = ("demo/", "cli/board/")
# One question each that would become two, or a page's worth of rows, if the other room answered first.
JOINED = {
    "desk/queries.py": {"Copy", "Writer"},
    "directory/queries.py": {"Unit"},
    "publishing/queries/draft.py": {"Channel"},
}


def foreign_models(tree: ast.Module, room: str) -> set[str]:
    """Names of other rooms' models that the module imports."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    theirs = [node for node in imports if node.module.startswith("ravi.") and node.module.endswith(".models")]
    return {alias.asname or alias.name for node in theirs if node.module.split(".")[1] != room for alias in node.names}


def asked(source: str, room: str) -> Iterator[str]:
    """Other rooms' models whose rows the source asks for; `.none()` asks nothing."""
    tree = ast.parse(source)
    foreign = foreign_models(tree, room)
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    empty = {id(node.value) for node in attributes if node.attr == "none"}
    for node in attributes:
        is_asked = node.attr in ("objects", "_default_manager", "_base_manager") and id(node) not in empty
        if is_asked and isinstance(node.value, ast.Name) and node.value.id in foreign:
            yield node.value.id


def test_no_room_asks_the_tables_of_another() -> None:
    found: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).as_posix()
        if "/" not in name or {"tests", "migrations"} & set(path.parts) or name.startswith(BUILDERS):
            continue
        if models := set(asked(path.read_text("utf-8"), name.split("/")[0])):
            found[name] = models
    assert found == JOINED


def test_types_and_empty_sets_are_no_questions() -> None:
    source = """
from ravi.accounts.models import Person, Unit as Place
from ravi.publishing.models import Post
def of(person: Person) -> None:
    Post.objects.count(), Place.objects.none(), Place.objects.first()
"""
    assert list(asked(source, "publishing")) == ["Place"]
    assert set(asked(source, "desk")) == {"Place", "Post"}
