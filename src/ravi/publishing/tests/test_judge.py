"""What blocks a copy in the composer is what the adapter that will send it says of it, and its counter shows the same."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

import ravi
from ravi.directory import services
from ravi.platforms import registry
from ravi.platforms.contract import Content, Problem, Profile
from ravi.platforms.sandbox.adapter import ADAPTERS
from ravi.platforms.shapes.limits import problems_of
from ravi.publishing.draft import DraftFields
from ravi.publishing.pages.counters import Fork, blocked
from ravi.publishing.queries.preview import Preview, previews

ROOT = Path(ravi.__file__).parent


class Strict(ADAPTERS["bale"]):  # type: ignore[misc]
    """A server that takes fewer letters than its profile says, and no question mark."""

    @staticmethod
    def validate(content: Content, profile: Profile) -> list[Problem]:
        found = problems_of(content, profile)
        if len(content.text) > 20:
            found.append(Problem("too_long", "telegram_utf16", len(content.text), 20))
        if "؟" in content.text:
            found.append(Problem("no_questions", "field", content.text.count("؟"), 0))
        return found


@pytest.fixture
def shown(house: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    channel = services.open_channel(services.NewChannel(house.hospital, "bale", "sandbox", "strict", "x"), by=None)
    known = registry.adapter
    monkeypatch.setattr(registry, "adapter", lambda kind, platform=None: Strict if platform == "bale" else known(kind))

    def of(text: str, **variants: str) -> Preview:
        fields = DraftFields(title="", text=text, variants=variants, channel_ids=frozenset([channel.pk]))
        return previews(fields, [channel])[0]

    yield of


def fork_of(preview: Preview) -> Fork:
    return Fork("bale", preview.fitted, tuple(preview.sentences), has_link_field=False, channel_count=1)


def test_a_text_that_only_the_adapter_finds_too_long_is_blocked_with_its_count(shown: Any) -> None:
    preview = shown("س" * 21)
    assert [(one["code"], one["actual"], one["limit"]) for one in preview.problems] == [("too_long", 21, 20)]
    fork = fork_of(preview)
    assert (fork.used, fork.limit, fork.is_over, fork.over_by) == (21, 20, True, 1)
    told = blocked([fork])
    assert told is not None and len(told.sentences) == 1


def test_the_longest_text_that_the_adapter_takes_is_chosen(shown: Any) -> None:
    preview = shown("س" * 21, short="س" * 12, micro="س" * 5)
    assert (preview.fitted.name, preview.problems) == ("short", [])


def test_what_only_the_adapter_knows_blocks_with_a_sentence(shown: Any) -> None:
    preview = shown("چه کسی؟")
    assert [one["code"] for one in preview.problems] == ["no_questions"]
    assert len(preview.sentences) == 1 and preview.sentences[0]


def test_a_shorter_text_is_advised_only_where_one_is_too_long(shown: Any) -> None:
    long, asking = fork_of(shown("س" * 21)), fork_of(shown("چه کسی؟"))
    with translation.override("en"):
        first, second = blocked([long, asking]), blocked([asking])
    assert first is not None and first.advice.startswith("Shorten it")
    assert second is not None and second.advice == "Change that, or take the platform out."


def test_nobody_but_adapters_judges_by_the_profile_alone() -> None:
    """One way: whatever is shown, frozen or printed asks `registry.judge`."""
    asking = set()
    for path in ROOT.rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        if "/tests/" in name or name.startswith("platforms/"):
            continue
        tree = ast.walk(ast.parse(path.read_text("utf-8")))
        nodes = [node for node in tree if isinstance(node, ast.Call | ast.ImportFrom)]
        taken = {
            alias.name
            for node in nodes
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("ravi.platforms.")
            for alias in node.names
        }
        calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        few = [
            node for node in calls if isinstance(node.func, ast.Name) and node.func.id == "fit" and len(node.args) < 3
        ]
        if "problems_of" in taken or ("fit" in taken and few):
            asking.add(name)
    assert asking == set()
