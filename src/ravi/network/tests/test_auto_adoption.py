"""Notices that a unit takes by itself: what its head may say beforehand, what comes of it, and how it ends."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from ravi.accounts import services as accounts
from ravi.accounts.closing import close_unit
from ravi.accounts.models import Role
from ravi.accounts.queries import forget_rights
from ravi.accounts.rules import RoleKind
from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.network import queries, services
from ravi.network.errors import MessageRefused, NotNow
from ravi.network.jobs import standing
from ravi.network.models import Adoption, Offer
from ravi.network.rules import MessageKind, OfferState, may_go_by_itself
from ravi.network.services import Answer
from ravi.network.tests.closure import NOTICE, Closure
from ravi.notices.models import Notice
from ravi.publishing import services as publishing
from ravi.publishing.models import Post
from ravi.publishing.queries import shown_set
from ravi.publishing.rules import Topic

pytestmark = pytest.mark.django_db


def test_a_notice_is_taken_and_still_waits_for_its_yes(closure: Closure, house: Any) -> None:
    rule = closure.rule()
    message = closure.issue()
    answer, offer = closure.answer(message), closure.offer(message)
    assert answer is not None and answer.post is not None
    assert (answer.rule, answer.by, answer.kind, offer.state) == (rule, house.unit_head, "adopted", OfferState.ADOPTED)
    assert (answer.post.author, answer.post.unit, answer.post.state) == (house.unit_head, house.hospital, "submitted")
    assert (offer.seen_at, Delivery.objects.count()) == (None, 0)
    assert answer.post.text == NOTICE.text and answer.post.chosen.count() == 2
    told = Notice.objects.filter(kind="taken_by_itself").values_list("person_id", flat=True)
    assert set(told) == {house.unit_head.pk, house.officer.pk}
    publishing.approve_shown(answer.post, by=house.head, digest=shown_set(answer.post).digest)
    assert Delivery.objects.count() == 2


@pytest.mark.parametrize(
    ("kinds", "fields"),
    [
        ((MessageKind.NOTICE, MessageKind.ALERT), {"kind": MessageKind.MESSAGE}),
        ((MessageKind.NOTICE,), {"kind": MessageKind.ALERT}),
        ((MessageKind.ALERT,), {"kind": MessageKind.NOTICE}),
        ((MessageKind.NOTICE, MessageKind.ALERT), {"topic": Topic.HEALTH}),
        ((MessageKind.NOTICE, MessageKind.ALERT), {"topic": Topic.HEALTH, "kind": MessageKind.ALERT}),
    ],
)
def test_a_person_answers_everything_else(closure: Closure, kinds: Any, fields: Any) -> None:
    closure.rule(*kinds)
    message = closure.issue(replace(NOTICE, valid_until=clock.now() + timedelta(days=3)), **fields)
    assert closure.answer(message) is None and closure.offer(message).state == OfferState.OPEN


def test_only_notices_and_alerts_go_by_themselves_and_never_health() -> None:
    goes = {(kind, topic) for kind in MessageKind for topic in Topic if may_go_by_itself(kind, topic)}
    assert goes == {
        (kind, topic) for kind in (MessageKind.NOTICE, MessageKind.ALERT) for topic in Topic if topic != Topic.HEALTH
    }


def test_an_alert_is_taken_where_the_head_said_alerts(closure: Closure) -> None:
    closure.rule(MessageKind.ALERT)
    assert closure.answer(closure.issue(kind=MessageKind.ALERT)) is not None


def test_without_a_rule_and_before_it_nothing_is_taken(closure: Closure, house: Any) -> None:
    message = closure.issue()
    assert closure.answer(message) is None
    closure.rule()
    assert closure.answer(closure.worked(message)) is None  # it was there before the head said so
    assert not Adoption.objects.filter(offer__unit=house.faculty).exists()


def test_the_job_twice_is_one_answer(closure: Closure) -> None:
    closure.rule()
    message = closure.worked(closure.issue())
    assert (Adoption.objects.count(), Post.objects.count()) == (1, 1)
    assert list(queries.offers_to_take(message.pk)) == []


def test_a_newer_version_takes_the_place_of_what_has_not_left(closure: Closure, house: Any) -> None:
    rule = closure.rule()
    message = closure.issue()
    first = closure.answer(message)
    message = closure.issue_next(message, "درمانگاه‌ها پس‌فردا بسته‌اند.")
    second = closure.answer(message)
    assert first is not None and second is not None and second.post is not None and first.post is not None
    first.refresh_from_db()
    first.post.refresh_from_db()
    assert (first.ended_at is None, first.post.state) == (False, "withdrawn")
    assert (second.rule, second.version, second.post.text) == (rule, message.current, "درمانگاه‌ها پس‌فردا بسته‌اند.")
    assert not Notice.objects.filter(kind="version_changed").exists()


def test_what_has_gone_out_is_left_to_people_who_hear_of_it(closure: Closure, house: Any) -> None:
    closure.rule()
    message = closure.issue()
    answer = closure.answer(message)
    assert answer is not None and answer.post is not None
    publishing.approve_shown(answer.post, by=house.head, digest=shown_set(answer.post).digest)
    Delivery.objects.update(state="sent", sent_at=clock.now())
    message = closure.issue_next(message, "درمانگاه‌ها پس‌فردا بسته‌اند.")
    assert closure.answer(message) == answer
    people = set(Notice.objects.filter(kind="version_changed").values_list("person_id", flat=True))
    assert people == {house.unit_head.pk, house.officer.pk}


def test_what_was_taken_is_taken_back_until_a_copy_has_gone_out(closure: Closure, house: Any) -> None:
    closure.rule()
    message = closure.issue()
    offer, answer = closure.offer(message), closure.answer(message)
    assert answer is not None and answer.post is not None
    with pytest.raises(PermissionDenied):
        services.take_back_answer(offer, answer_id=answer.pk, by=house.neighbour)
    services.take_back_answer(offer, answer_id=answer.pk, by=house.officer)
    offer.refresh_from_db()
    answer.post.refresh_from_db()
    assert (offer.state, offer.answered_at, answer.post.state) == (OfferState.OPEN, None, "withdrawn")
    # What a person took back is a person's from then on, newer words too.
    message = closure.issue_next(closure.worked(message), "درمانگاه‌ها پس‌فردا بسته‌اند.")
    assert closure.answer(message) is None
    ids = list(answer.post.chosen.values_list("channel_id", flat=True))
    own = services.adopt_offer(offer, Answer(message.current_id or 0), channel_ids=ids, by=house.officer).adoption
    assert own.rule is None
    assert own.post is not None
    publishing.approve_shown(own.post, by=house.head, digest=shown_set(own.post).digest)
    Delivery.objects.update(state="sent", sent_at=clock.now())


def test_a_copy_that_has_gone_out_is_withdrawn_not_taken_back(closure: Closure, house: Any) -> None:
    closure.rule()
    message = closure.issue()
    answer = closure.answer(message)
    assert answer is not None and answer.post is not None
    publishing.approve_shown(answer.post, by=house.head, digest=shown_set(answer.post).digest)
    Delivery.objects.update(state="sent", sent_at=clock.now())
    with pytest.raises(NotNow):
        services.take_back_answer(closure.offer(message), answer_id=answer.pk, by=house.unit_head)


def test_what_a_person_answered_stays_a_persons(closure: Closure, house: Any) -> None:
    message = closure.issue()
    offer = closure.offer(message)
    services.decline_offer(offer, Answer(message.current_id or 0), reason="کار ما نیست.", by=house.officer)
    closure.rule()
    message = closure.issue_next(message, "درمانگاه‌ها پس‌فردا بسته‌اند.")
    answer = closure.answer(message)
    assert answer is not None and (answer.kind, answer.rule) == ("declined", None)


def test_only_the_head_of_the_unit_says_so(closure: Closure, house: Any) -> None:
    for person in (house.officer, house.neighbour, house.editor, house.head, house.expert):
        with pytest.raises(PermissionDenied):
            services.start_auto_adoption(house.hospital, [MessageKind.NOTICE], by=person)
    for kinds in ((), (MessageKind.MESSAGE,), (MessageKind.NOTICE, MessageKind.MESSAGE)):
        with pytest.raises(MessageRefused):
            services.start_auto_adoption(house.hospital, kinds, by=house.unit_head)
    rule = closure.rule()
    assert closure.rule() == rule
    other = closure.rule(MessageKind.ALERT)
    rule.refresh_from_db()
    assert (rule.end_reason, other.takes_notices, other.takes_alerts) == ("replaced", False, True)


def test_ended_it_takes_nothing_more(closure: Closure, house: Any) -> None:
    rule = closure.rule()
    with pytest.raises(PermissionDenied):
        services.end_auto_adoption(house.hospital, by=house.officer)
    services.end_auto_adoption(house.hospital, by=house.unit_head)
    services.end_auto_adoption(house.hospital, by=house.unit_head)
    rule.refresh_from_db()
    assert (rule.end_reason, rule.ended_by) == ("ended", house.unit_head)
    assert closure.answer(closure.issue()) is None


def test_a_head_who_left_said_nothing_also_when_the_right_comes_back(closure: Closure, house: Any) -> None:
    rule = closure.rule()
    accounts.end_role(Role.objects.get(person=house.unit_head, ended_at=None), by=house.head)
    forget_rights(house.unit_head)
    assert closure.answer(closure.issue()) is None
    accounts.grant_role(house.unit_head, RoleKind.UNIT_HEAD, unit=house.hospital, by=house.head)
    forget_rights(house.unit_head)
    assert closure.answer(closure.issue()) is None
    standing(0)
    rule.refresh_from_db()
    assert (rule.end_reason, rule.ended_by) == ("right_lost", None)
    assert Notice.objects.filter(kind="auto_adoption_ended", person=house.unit_head).count() == 1


def test_a_closed_unit_takes_nothing(closure: Closure, house: Any) -> None:
    rule = closure.rule()
    close_unit(house.hospital, successor=None, by=house.head)
    standing(0)
    rule.refresh_from_db()
    assert rule.end_reason == "unit_closed"


def test_a_unit_without_a_channel_is_asked_as_always(closure: Closure, house: Any) -> None:
    accounts.grant_role(house.neighbour, RoleKind.UNIT_HEAD, unit=house.faculty, by=None)
    services.start_auto_adoption(house.faculty, [MessageKind.NOTICE], by=house.neighbour)
    message = closure.issue()
    assert Offer.objects.get(message=message, unit=house.faculty).state == OfferState.OPEN
