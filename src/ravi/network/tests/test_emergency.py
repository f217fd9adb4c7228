"""Emergency words: signed by a health expert, out at once before all others, looked at within a day, or the lane is closed."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from ravi.accounts import services as accounts
from ravi.accounts.models import Role
from ravi.core import clock
from ravi.core.audit import entries
from ravi.delivery.models import Delivery
from ravi.delivery.rules import Lane
from ravi.network import queries, services
from ravi.network.after_review import BEFORE, Step, Verdict, reviewers, step_due
from ravi.network.errors import MessageRefused, NotNow, TemplateRefused
from ravi.network.facts.values import Phone
from ravi.network.jobs import tell_of_after_reviews
from ravi.network.models import AfterReview, AfterReviewTold
from ravi.network.tests.alarm import WATER, Alarm
from ravi.network.tests.ward import WORDS, approvals
from ravi.notices.models import Notice
from ravi.publishing import services as publishing
from ravi.publishing.models import Post
from ravi.publishing.queries import shown_set
from ravi.publishing.rules import Topic

pytestmark = pytest.mark.django_db

OTHER = Phone("04100000000")


@pytest.fixture
def alarm(house: Any) -> Alarm:
    return Alarm(house)


def told(kind: str) -> list[int]:
    return sorted(Notice.objects.filter(kind=kind).values_list("person_id", flat=True))


def test_it_goes_at_once_in_its_own_lane_by_the_experts_yes(alarm: Alarm, house: Any) -> None:
    rule = alarm.sign()
    before = clock.now()
    post = alarm.sent()
    assert {(one.rule_id, one.approver_id, one.is_expert) for one in approvals(post)} == {
        (rule.pk, house.expert.pk, True)
    }
    copies = Delivery.objects.filter(post_id=post.pk)
    assert {one.lane for one in copies} == {Lane.EMERGENCY} and copies.count() == 2
    assert all(before <= one.due_at <= clock.now() for one in copies)


def test_it_opens_a_look_within_24_hours_and_asks_the_other_expert(alarm: Alarm, house: Any) -> None:
    alarm.sign()
    post = alarm.sent()
    review = alarm.review(post)
    assert review.due_at - review.opened_at == timedelta(hours=24)
    assert (review.template, review.unit, review.done_at) == (alarm.template, house.hospital, None)
    assert told("after_review_asked") == [alarm.second.pk]
    assert queries.after_reviews_on_desk(alarm.second) == [review]
    assert queries.after_reviews_on_desk(house.expert) == []
    said = json.loads(entries(house.institution.pk).filter(verb="open_after_review").get().body)
    assert (said["by"], said["facts"]["posts"]) == (house.officer.pk, post.pk)


def test_the_only_expert_looks_at_it_too(alarm: Alarm, house: Any) -> None:
    alarm.sign()
    accounts.record_leaver(alarm.second, by=house.head)
    review = alarm.review(alarm.sent())
    assert told("after_review_asked") == [house.expert.pk]
    services.review_afterwards(review, Verdict.RIGHT, by=house.expert)


def test_without_a_signature_it_waits_in_the_ordinary_way(alarm: Alarm, house: Any) -> None:
    done = alarm.fill()
    assert (done.is_approved, done.post.is_emergency, AfterReview.objects.count()) == (False, False, 0)
    publishing.approve_shown(done.post, by=house.expert, digest=shown_set(done.post).digest)
    assert {one.lane for one in Delivery.objects.filter(post_id=done.post.pk)} == {Lane.NORMAL}
    assert not AfterReview.objects.exists()  # an expert has read it


def test_only_health_words_are_for_emergencies_and_only_experts_sign_them(alarm: Alarm, house: Any) -> None:
    with pytest.raises(TemplateRefused):
        services.start_template(house.hospital, "دیگر", replace(WORDS, emergency=True), by=house.unit_head)
    for person in (house.head, house.unit_head, house.officer, house.editor):
        with pytest.raises(PermissionDenied):
            alarm.sign(by=person)
    plain = services.start_template(house.hospital, "ساده", replace(WATER, emergency=False), by=house.unit_head)
    with pytest.raises(TemplateRefused):
        alarm.sign(template=plain)
    for days in (0, 91):
        with pytest.raises(TemplateRefused):
            alarm.sign(days=days)
    accounts.set_reads(house.expert, ["en"], by=house.expert)
    house.expert.refresh_from_db()
    with pytest.raises(TemplateRefused):
        alarm.sign()


def test_the_mark_is_part_of_what_is_signed(alarm: Alarm, house: Any) -> None:
    rule = alarm.sign()
    before = alarm.template.current.content_hash
    plain = replace(WATER, emergency=False)
    changed = services.change_template(alarm.template, "آب آلوده", plain, expected_hash=before, by=house.officer)
    rule.refresh_from_db()
    assert (rule.end_reason, changed.current.content_hash == before) == ("changed", False)


# --- what the expert finds ---------------------------------------------------------------------------------------


def test_right_as_it_went_out(alarm: Alarm, house: Any) -> None:
    alarm.sign()
    post = alarm.sent()
    review = services.review_afterwards(alarm.review(post), Verdict.RIGHT, by=alarm.second)
    assert (review.verdict, review.done_by, review.note) == ("right", alarm.second, "")
    assert services.review_afterwards(review, Verdict.RIGHT, by=alarm.second) == review
    assert told("after_review_done") == sorted([house.officer.pk, house.unit_head.pk, house.expert.pk])
    assert queries.after_reviews_on_desk(alarm.second) == []
    with pytest.raises(NotNow):
        services.review_afterwards(review, Verdict.WITHDRAW, note="نه", by=alarm.second)


def test_withdrawing_takes_every_copy_back_at_once(alarm: Alarm, house: Any) -> None:
    alarm.sign()
    post = alarm.sent()
    with pytest.raises(MessageRefused):
        services.review_afterwards(alarm.review(post), Verdict.WITHDRAW, by=alarm.second)
    services.review_afterwards(alarm.review(post), Verdict.WITHDRAW, note="شهرک دیگری است.", by=alarm.second)
    post.refresh_from_db()
    assert post.state == Post.State.WITHDRAWN
    assert set(Delivery.objects.filter(post_id=post.pk).values_list("state", flat=True)) == {"cancelled"}


def test_what_must_be_corrected_says_why_and_stays(alarm: Alarm) -> None:
    alarm.sign()
    post = alarm.sent()
    with pytest.raises(MessageRefused):
        services.review_afterwards(alarm.review(post), Verdict.CORRECT, note=" ", by=alarm.second)
    services.review_afterwards(alarm.review(post), Verdict.CORRECT, note="تلفن اشتباه است.", by=alarm.second)
    post.refresh_from_db()
    assert post.state == Post.State.APPROVED
    assert "تلفن اشتباه است." in str(Notice.objects.filter(kind="after_review_done").first().params)  # type: ignore[union-attr]


def test_neither_the_filler_nor_the_signer_nor_anybody_else_looks_at_it(alarm: Alarm, house: Any) -> None:
    alarm.sign()
    review = alarm.review(alarm.sent())
    people = (house.officer, house.unit_head, house.editor, house.head, house.auditor, house.expert, house.outsider)
    for person in people:
        with pytest.raises(PermissionDenied):
            services.review_afterwards(review, Verdict.RIGHT, by=person)


# --- what nobody looks at ----------------------------------------------------------------------------------------


def test_each_step_is_told_once_and_the_last_climbs_to_the_head(alarm: Alarm, house: Any) -> None:
    alarm.sign()
    review = alarm.review(alarm.sent())
    for ahead, kind, people in (
        (timedelta(hours=13), None, []),
        (timedelta(hours=11), "after_review_due", [alarm.second.pk]),
        (timedelta(hours=1), "after_review_due", [alarm.second.pk]),
        (timedelta(seconds=-1), "after_review_overdue", sorted([alarm.second.pk, house.head.pk])),
    ):
        Notice.objects.all().update(kind="seen")
        with clock.at(review.due_at - ahead):
            tell_of_after_reviews(0)
            assert told(kind or "after_review_due") == people
            tell_of_after_reviews(0)
            assert told(kind or "after_review_due") == people
    assert sorted(AfterReviewTold.objects.values_list("step", flat=True)) == sorted(Step)
    with clock.at(review.due_at + timedelta(seconds=1)):
        assert queries.after_reviews_on_desk(house.head) == [review]
        assert queries.after_reviews_on_desk(house.officer) == []


def test_what_was_looked_at_is_told_no_more(alarm: Alarm) -> None:
    alarm.sign()
    review = services.review_afterwards(alarm.review(alarm.sent()), Verdict.RIGHT, by=alarm.second)
    with clock.at(review.due_at + timedelta(hours=1)):
        tell_of_after_reviews(0)
    assert not AfterReviewTold.objects.exists()


def test_by_the_servers_clock_alone_it_is_closed_too(alarm: Alarm, house: Any) -> None:
    alarm.sign()
    review = alarm.review(alarm.sent())
    with clock.at(review.due_at):
        done = alarm.fill(**{"تلفن": OTHER})
        assert (done.is_approved, done.post.is_emergency) == (False, False)
        assert queries.closing_review(alarm.template, house.hospital) == review


def test_an_experts_right_that_ended_signs_nothing(alarm: Alarm, house: Any) -> None:
    alarm.sign()
    accounts.end_role(Role.objects.get(person=house.expert, ended_at=None), by=house.head)
    assert not alarm.fill().is_approved
    assert not AfterReview.objects.exists()


# --- the rules ---------------------------------------------------------------------------------------------------


def test_whoever_missed_a_step_is_told_only_the_next() -> None:
    due = clock.now()
    assert step_due(due, [], due - BEFORE[Step.HALF] - timedelta(seconds=1)) is None
    assert step_due(due, [], due) is Step.OVERDUE
    assert step_due(due, [Step.OVERDUE], due + timedelta(days=3)) is None
    assert step_due(due, [Step.HALF], due - timedelta(hours=1)) is Step.HOURS
    assert step_due(due, [Step.HOURS], due - timedelta(hours=1)) is None


def test_a_signer_looks_only_where_there_is_nobody_else() -> None:
    assert reviewers({1, 2, 3}, 3, {1}) == {2}
    assert reviewers({1, 3}, 3, {1}) == {1}
    assert reviewers({3}, 3, {1}) == frozenset()
    assert WATER.topic == Topic.HEALTH
