"""A unit's desk asks once for offers, for answers that newer words stand before, and for emergencies, whatever there is."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ravi.accounts.queries import rights
from ravi.network import queries
from ravi.network.models import Offer
from ravi.network.queries.after_review import emergency_rules
from ravi.network.tests.alarm import Alarm
from tests.pages.conftest import Newsroom
from tests.pages.test_based_on import issue_next, other_phone, taken
from tests.pages.test_offers import offered

pytestmark = pytest.mark.django_db


def asked(person: Any, **most: int) -> tuple[int, queries.BeforeUnit]:
    rights(person)
    with CaptureQueriesContext(connection) as found:
        before = queries.before_unit(person, **{"most_offers": 6, "most_behind": 5} | most)
    return len(found), before


def test_one_question_says_what_three_did_in_their_order(newsroom: Newsroom) -> None:
    answer = taken(newsroom)
    issue_next(newsroom, answer.offer, **other_phone(answer.offer))
    for title in ("تعطیلی", "جلسه", "نشانی تازه"):
        offered(newsroom, title)
    Offer.objects.filter(message__title="جلسه").update(deadline=None)
    rule = Alarm(newsroom.house).sign()
    person = newsroom.officer
    count, before = asked(person)
    assert count == 1
    offers = list(queries.offers_to_answer(person))
    assert before.offers == offers and len(offers) == 3
    for one, whole in zip(before.offers, offers, strict=True):
        assert (one.deadline, one.offered_at, one.seen_at) == (whole.deadline, whole.offered_at, whole.seen_at)
        assert (one.message.title, one.unit.name) == (whole.message.title, whole.unit.name)
    (behind,) = before.behind
    (whole_answer,) = queries.answers_behind_of(person)
    assert (behind.offer_id, behind.version.number, behind.of_repaired) == (answer.offer_id, 1, False)
    assert behind.post is not None and whole_answer.post is not None
    assert behind.post.halted_at == whole_answer.post.halted_at is not None
    assert [(template.pk, unit.pk) for template, unit in before.ways] == [
        (rule.version.template_id, newsroom.hospital.pk)
    ]
    assert emergency_rules(person).count() == 1
    assert len(asked(person, most_offers=2)[1].offers) == 2


def test_who_answers_for_no_unit_asks_nothing(newsroom: Newsroom) -> None:
    offered(newsroom)
    for person in (newsroom.auditor, newsroom.expert):
        count, before = asked(person)
        assert (count, before.offers, before.behind, before.ways) == (0, [], [], [])
    assert asked(newsroom.outsider)[1].offers == []  # another institution's


def test_what_stands_before_the_unit_costs_its_desk_nothing_more(newsroom: Newsroom) -> None:
    officer = newsroom.browse(newsroom.officer)
    counts = []
    for _round in range(2):
        answer = taken(newsroom) if not counts else None
        officer.get("/")
        with CaptureQueriesContext(connection) as found:
            page = officer.get("/").content.decode()
        counts.append(len(found))
        if answer is not None:
            issue_next(newsroom, answer.offer, **other_phone(answer.offer))
            offered(newsroom, "نشانی تازه")
            Alarm(newsroom.house).sign()
    assert counts[1] <= counts[0], counts
    assert "نشانی تازه" in page and "بر پایهٔ نگارش ۱" in page and "اضطراری: آب آلوده" in page
