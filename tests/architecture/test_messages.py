"""Every string of the interface has its Persian, and the compiled catalogues are those of the sources."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "messages.py"


@pytest.fixture
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def room(tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "ravi" / "desk"
    (folder / "templates").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "forms.py").write_text('label = _("Send")\ncount = ngettext("%(n)s copy", "%(n)s copies", n)\n', "utf-8")
    (folder / "templates" / "page.html").write_text(
        '<p>\n      {% translate "Stop" %}\n  {% blocktranslate trimmed %}\n   {{ name }} left\n  '
        "{% endblocktranslate %}\n</p>",
        "utf-8",
    )
    monkeypatch.setattr(tool, "SOURCE", tmp_path / "ravi")
    return folder


def fill(tool: ModuleType, room: Path, words: dict[str, str]) -> None:
    path = tool.catalogue_path(room)
    catalogue = tool.read_catalogue(path)
    for (_context, english), message in tool.entries(catalogue).items():
        persian = words.get(english, "")
        message.string = persian if isinstance(message.id, str) else (persian,)
    tool.write_catalogue(catalogue, path)


PERSIAN = {"Send": "ارسال", "%(n)s copy": "%(n)s نسخه", "Stop": "توقف", "%(name)s left": "%(name)s رفت"}


def test_every_string_of_ravi_has_its_persian(tool: ModuleType) -> None:
    folders = tool.rooms()
    assert [problem for room in folders for problem in tool.check(room)] + tool.clashes(folders) == []


def test_a_filled_and_compiled_room_has_no_problem(tool: ModuleType, room: Path) -> None:
    tool.update(room)
    fill(tool, room, PERSIAN)
    tool.compile_room(room)
    assert tool.check(room) == []


def test_a_string_without_persian_is_named(tool: ModuleType, room: Path) -> None:
    tool.update(room)
    fill(tool, room, PERSIAN | {"Stop": ""})
    tool.compile_room(room)
    assert tool.check(room) == ["desk: 'Stop' has no Persian"]


def test_a_new_string_and_a_left_one_are_named(tool: ModuleType, room: Path) -> None:
    tool.update(room)
    fill(tool, room, PERSIAN)
    tool.compile_room(room)
    (room / "forms.py").write_text('label = _("Go")\ncount = ngettext("%(n)s copy", "%(n)s copies", n)\n', "utf-8")
    assert tool.check(room) == [
        "desk: 'Send' is no longer in the code: run update",
        "desk: no entry for 'Go': run update",
    ]


def test_a_string_that_comes_back_brings_its_persian(tool: ModuleType, room: Path) -> None:
    code = (room / "forms.py").read_text("utf-8")
    tool.update(room)
    fill(tool, room, PERSIAN)
    (room / "forms.py").write_text("", "utf-8")
    tool.update(room)
    (room / "forms.py").write_text(code, "utf-8")
    tool.update(room)
    tool.compile_room(room)
    assert tool.check(room) == []


def test_other_placeholders_are_named(tool: ModuleType, room: Path) -> None:
    tool.update(room)
    fill(tool, room, PERSIAN | {"%(name)s left": "%(nam)s رفت"})
    tool.compile_room(room)
    assert tool.check(room) == [
        "desk: '%(name)s left' has other placeholders in Persian: ['%(nam)s'], not ['%(name)s']"
    ]


def test_a_stale_compiled_catalogue_is_named(tool: ModuleType, room: Path) -> None:
    tool.update(room)
    fill(tool, room, PERSIAN)
    tool.compile_room(room)
    fill(tool, room, PERSIAN | {"Stop": "ایست"})
    assert tool.check(room) == ["desk: django.mo differs from django.po: run compile"]


def test_update_twice_changes_nothing(tool: ModuleType, room: Path) -> None:
    tool.update(room)
    before = tool.catalogue_path(room).read_bytes()
    tool.update(room)
    assert tool.catalogue_path(room).read_bytes() == before
