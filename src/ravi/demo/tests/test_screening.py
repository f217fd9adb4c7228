"""The older message's words hold to its facts and fit wherever they go, and every unit has one part in its way."""

from datetime import date

import pytest

from ravi.demo import names
from ravi.demo import screening as said
from ravi.demo.history import STORIES
from ravi.network.facts.check import problems_of
from ravi.network.facts.reference import render
from ravi.platforms.compose import FULL, Parts, fit
from ravi.platforms.registry import profile

FACTS = said.facts(date(2026, 11, 16), date(2026, 12, 17))
PERSIAN = {"": said.TEXT, **said.ADAPTED}
SHORT_ADDRESS = "https://ravi.example.ac.ir/m/abcdefg"


@pytest.mark.parametrize("latin", PERSIAN)
def test_nobodys_words_say_another_value(latin: str) -> None:
    assert problems_of({FULL: PERSIAN[latin], "micro": said.MICRO}, FACTS, "fa") == []


def test_the_translation_says_the_same_facts() -> None:
    assert problems_of({FULL: said.AZB_TEXT, "micro": said.AZB_MICRO}, FACTS, "azb") == []


@pytest.mark.parametrize("platform", names.PLATFORMS)
def test_all_of_it_fits_also_as_a_correction(platform: str) -> None:
    for text, micro, lang in (
        *((text, said.MICRO, "fa") for text in PERSIAN.values()),
        (said.AZB_TEXT, said.AZB_MICRO, "azb"),
    ):
        full, short = (f"اصلاحیه:\n{render(one, FACTS, lang).text}" for one in (text, micro))
        parts = Parts({FULL: full, "micro": short}, said.TITLE, SHORT_ADDRESS)
        assert not fit(parts, profile("sandbox", platform)).problems


def test_every_unit_is_named_once() -> None:
    parts = (*said.ADAPTED, *said.DECLINED, *said.SEEN, *said.UNSEEN, *said.UNCHANGED, said.IN_AZERBAIJANI)
    assert sorted(parts) == sorted(one.latin for one in names.UNITS)


def test_with_the_history_it_stays_bounded() -> None:
    copies = sum(6 if story.unit else 360 for story in STORIES)
    out = [said.platforms_of(one) for one in (*said.ADAPTED, *said.UNCHANGED, said.IN_AZERBAIJANI)]
    assert copies + sum(len(one) + len({"eitaa", "bluesky"} & set(one)) for one in out) <= 1_500
