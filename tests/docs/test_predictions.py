"""The page on predictions tells of every adapter that publishes, two hundred posts each, none of them wrong."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from ravi.platforms import registry

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("predictions", ROOT / "tools" / "predictions.py")
    assert spec and spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def told(tool: ModuleType) -> list[list[str]]:
    page = tool.TABLE.search((ROOT / "docs" / "predictions.md").read_text("utf-8"))
    assert page
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in page[0].splitlines()[2:]]


def test_every_adapter_with_a_program_has_its_line(tool: ModuleType) -> None:
    kinds = [kind for kind in registry.kinds() if not registry.is_by_hand(kind) and kind != tool.SANDBOX]
    assert set(tool.JUDGES) == set(kinds)
    names = {registry.profile(kind, kind).name_en for kind in kinds}
    assert {line[0] for line in told(tool)} == names | {"the sandbox's six, together"}


def test_two_hundred_posts_each_and_none_of_them_wrong(tool: ModuleType) -> None:
    for name, _judge, *figures in told(tool):
        right, cautious, wrong = (int(figure.replace(",", "")) for figure in figures)
        assert (right + cautious, wrong) == (1200 if "together" in name else 200, 0), name


def test_the_figures_of_a_run_become_the_table(tool: ModuleType) -> None:
    lines = [
        {"platform": "x", "place": "src.ravi.platforms.x.tests.test_x", "right": 197, "cautious": 3, "wrong": 0},
        {"platform": "bale", "place": "src.ravi.platforms.sandbox.tests.t", "right": 200, "cautious": 0, "wrong": 0},
        {"platform": "eitaa", "place": "src.ravi.platforms.sandbox.tests.t", "right": 900, "cautious": 100, "wrong": 0},
    ]
    assert list(tool.rows(lines)) == [
        "| X | strict server, judged by xdk and tweepy | 197 | 3 | 0 |",
        "| the sandbox's six, together | its own server | 1,100 | 100 | 0 |",
    ]
