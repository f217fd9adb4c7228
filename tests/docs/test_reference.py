"""The reference pages say what the code says; the tool itself notices a change."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_reference_pages_are_not_stale(tool: ModuleType) -> None:
    assert tool.stale() == [], "python tools/reference.py write"


def test_a_changed_page_is_noticed(tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in tool.WRITERS:
        (tmp_path / f"{name}.md").write_text(tool.text_of(name), encoding="utf-8")
    monkeypatch.setattr(tool, "PAGES", tmp_path)
    assert tool.stale() == []
    page = tmp_path / "roles.md"
    page.write_text(page.read_text(encoding="utf-8").replace("●", "", 1), encoding="utf-8")
    assert tool.stale() == ["roles"]
    assert tool.main(["check"]) == 1
    assert tool.main(["write"]) == 0
    assert tool.stale() == []


def test_every_command_has_a_section(tool: ModuleType) -> None:
    told = tool.text_of("commands")
    assert [name for name in tool.COMMANDS if f"## `ravi {name}`" not in told] == []
