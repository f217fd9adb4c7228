"""What was said beforehand holds: a template that the hospital fills in has its yes at once, and an emergency goes first."""

from datetime import date, time
from typing import Any

import pytest

from ravi.demo.standing import HOURS, WATER, say_beforehand
from ravi.directory.services import NewChannel, open_channel
from ravi.network import services
from ravi.network.facts.values import Day, Hour, LockedFact, Phone, Place
from ravi.network.models import AutoAdoption, Template
from ravi.network.template import TemplateWords, read_payload

pytestmark = pytest.mark.django_db
VALUES = {
    "تاریخ": Day(date(2026, 12, 1)),
    "ساعت": Hour(time(8), time(12)),
    "تلفن": Phone("04130000000"),
}


@pytest.fixture
def said(house: Any) -> Any:
    people = {"editor": house.editor, "expert": house.expert, "unit-head": house.unit_head}
    say_beforehand(house.headquarters, house.hospital, people)
    return house


@pytest.mark.parametrize("words", [HOURS, WATER], ids=["hours", "water"])
def test_the_hospital_fills_it_in_and_it_has_its_yes(said: Any, words: TemplateWords) -> None:
    channel = open_channel(NewChannel(said.hospital, "telegram", "sandbox", "omid", "خبر"), by=None)
    version = next(one.current for one in Template.objects.all() if read_payload(one.current.payload) == words)
    values = VALUES | {"مکان": Place(words.blanks[0].choices[0])}
    facts = [LockedFact(one.name, one.kind, values[one.name]) for one in words.blanks]
    done = services.fill_template(version, said.hospital, facts, [channel.pk], by=said.officer)
    assert (done.ready, done.is_approved, done.post.is_emergency) == (1, True, words.emergency)


def test_the_hospital_takes_notices_and_alerts_by_itself(said: Any) -> None:
    rule = AutoAdoption.objects.get(ended_at=None)
    assert (rule.unit, rule.by, rule.takes_notices, rule.takes_alerts) == (said.hospital, said.unit_head, True, True)
