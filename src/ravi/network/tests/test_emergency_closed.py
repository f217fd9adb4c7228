"""With real commits: a day passes, nobody has looked, and the lane is closed until somebody has; and two at once."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from conftest import build_house
from ravi.core import audit
from ravi.core.tenancy import tenant
from ravi.delivery.models import Delivery
from ravi.delivery.rules import Lane
from ravi.network import queries, services
from ravi.network.after_review import Verdict
from ravi.network.errors import NotNow
from ravi.network.facts.values import Phone
from ravi.network.models import AfterReview, AfterReviewTold
from ravi.network.services import filling
from ravi.network.tests.alarm import WATER, Alarm, a_day_later, constraint_of, open_review, why_refused
from ravi.publishing import services as publishing
from ravi.publishing.queries import shown_set
from tests.at_once import both

pytestmark = pytest.mark.database

OTHER = {"تلفن": Phone("04100000000")}


@pytest.fixture
def late(fresh_database: Any) -> Iterator[Alarm]:
    """What went out a day and an hour ago, and nobody has looked at it."""
    house = build_house()
    with tenant(house.institution.pk):
        alarm = Alarm(house)
        alarm.rule = alarm.sign()  # type: ignore[attr-defined]
        alarm.post = alarm.sent()  # type: ignore[attr-defined]
    a_day_later(fresh_database.admin)
    with tenant(house.institution.pk):
        yield alarm


def test_the_lane_of_the_template_and_of_the_unit_is_closed_until_somebody_looks(late: Any) -> None:
    house = late.house
    other = services.start_template(house.hospital, "گرد و غبار", WATER, by=house.unit_head)
    late.sign(template=other)
    for template in (late.template, other):  # the same words, and others of the same unit
        done = late.fill(template=template, **OTHER)
        assert (done.is_approved, done.post.state, done.post.is_emergency) == (False, "submitted", False)
    assert queries.closing_review(other, house.hospital) == late.review(late.post)
    assert queries.closing_review(other, house.faculty) is None
    services.review_afterwards(late.review(late.post), Verdict.RIGHT, by=late.second)
    assert late.fill(template=other, **{"تلفن": Phone("04111111111")}).is_approved


def test_no_sql_opens_it(late: Any) -> None:
    post = late.fill(**OTHER).post
    assert why_refused(late.rule, post, review={}) == "emergency_lane_closed"
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        open_review(post)
        post.is_emergency = True
        post.save(update_fields=["is_emergency"])
        publishing.approve_by_rule(post, late.rule.pk, late.rule.approver, by=late.house.officer)
    assert constraint_of(refused.value) == "emergency_lane_closed"
    services.review_afterwards(late.review(late.post), Verdict.RIGHT, by=late.second)
    assert why_refused(late.rule, post, review={}) == ""


def test_what_the_wall_refuses_waits_for_a_person_and_the_log_names_the_wall(
    late: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(filling, "_is_closed", lambda *_ruled: False)  # the wall closed it at this very moment
    done = late.fill(**OTHER)
    assert (done.is_approved, done.post.state) == (False, "submitted")
    written = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    [told] = [line for line in written if line["event"] == "signed_yes_refused"]
    assert (told["post"], told["rule"], told["constraint"]) == (done.post.pk, late.rule.pk, "emergency_lane_closed")


def test_meanwhile_an_expert_says_yes_by_hand(late: Any) -> None:
    post = late.fill(**OTHER).post
    publishing.approve_shown(post, by=late.house.expert, digest=shown_set(post).digest)
    assert {one.lane for one in Delivery.objects.filter(post_id=post.pk)} == {Lane.NORMAL}


@pytest.fixture
def sent(fresh_database: Any) -> Alarm:
    house = build_house()
    with tenant(house.institution.pk):
        alarm = Alarm(house)
        alarm.sign()
        alarm.post = alarm.sent()  # type: ignore[attr-defined]
        alarm.third = alarm.another("third")  # type: ignore[attr-defined]
    return alarm


def test_two_experts_at_once_are_one_finding(sent: Any) -> None:
    with tenant(sent.house.institution.pk):
        review = sent.review(sent.post)
    found = both(
        sent.house,
        lambda: services.review_afterwards(review, Verdict.RIGHT, by=sent.second),
        lambda: services.review_afterwards(review, Verdict.WITHDRAW, note="نه", by=sent.third),
    )
    assert [type(one) for one in found if isinstance(one, Exception)] == [NotNow]
    with tenant(sent.house.institution.pk):
        assert AfterReview.objects.get().done_at is not None
        assert audit.verify(sent.house.institution.pk) == []


def test_two_jobs_at_once_tell_each_step_once(sent: Any, fresh_database: Any) -> None:
    a_day_later(fresh_database.admin)
    pk = sent.house.institution.pk
    both(sent.house, lambda: services.tell_after_reviews(pk), lambda: services.tell_after_reviews(pk))
    with tenant(pk):
        assert list(AfterReviewTold.objects.values_list("step", flat=True)) == ["overdue"]
