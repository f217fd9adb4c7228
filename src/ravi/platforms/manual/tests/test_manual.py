"""By hand: every platform with a folder of its own, its own limits, and nothing that reaches the world."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from ravi.platforms import registry
from ravi.platforms.compose import FULL, Parts, fit
from ravi.platforms.contract import Content, Rejected, abilities_of
from ravi.platforms.contract_tests import surface_problems
from ravi.platforms.manual.adapter import EVERYWHERE, Manual, NoCredentials

NO_TRANSPORT: Any = None


def test_it_reaches_every_platform_with_a_folder_of_its_own_under_that_folders_limits() -> None:
    folders = {path.parent.name for path in Path(registry.__file__).parent.glob("*/profile.py")} - {
        "contract",
        "sandbox",
    }
    assert set(registry.platforms("manual")) == folders
    for name in folders:
        assert registry.profile("manual", name).kind == name
        assert registry.adapter("manual", name) is EVERYWHERE
        if name in registry.kinds():
            assert registry.profile("manual", name) == replace(registry.profile(name, name), marks=frozenset())


def test_only_manual_is_by_hand() -> None:
    assert [kind for kind in registry.kinds() if registry.is_by_hand(kind)] == ["manual"]
    assert not registry.is_by_hand("fax")


def test_it_can_do_nothing_and_asks_for_nothing() -> None:
    assert surface_problems(Manual) == []
    assert abilities_of(Manual) == frozenset()
    assert fields(NoCredentials) == ()


def test_a_text_is_held_against_the_limits_of_its_platform() -> None:
    profile = registry.profile("manual", "telegram")
    (problem,) = Manual.validate(Content(text="س" * 5_000), profile)
    assert (problem.code, problem.actual, problem.limit) == ("too_long", 5_000, 4_096)
    assert Manual.validate(Content(text="سلام"), profile) == []


@pytest.mark.parametrize("platform", sorted(registry.own()))
@pytest.mark.parametrize("link", ["", "https://example.org/register", "https://example.org/other"])
def test_who_pastes_the_words_has_every_address_in_them(platform: str, link: str) -> None:
    said = "**مهم**: برای [ثبت نام](https://example.org/register) بشتابید"
    fitted = fit(Parts(variants={FULL: said}, link=link), registry.profile("manual", platform))
    assert "ثبت نام (https://example.org/register)" in fitted.text
    assert fitted.marks == ()
    assert link in (fitted.link_field or fitted.text)


async def test_publishing_is_refused_without_a_word_to_the_world() -> None:
    with pytest.raises(Rejected) as refused:
        await Manual(NoCredentials(), NO_TRANSPORT).publish("sample", Content(text="سلام"), key="1")
    assert refused.value.code == "by_hand"
