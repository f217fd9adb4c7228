"""Headquarters takes a message back everywhere: who may, what stops at once, what the jobs do, and that it goes on."""

import pytest
from django.core.exceptions import PermissionDenied

from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.delivery.rules import Action, State
from ravi.network import services
from ravi.network.errors import MessageRefused, NotNow
from ravi.network.jobs import withdraw
from ravi.network.models import Adoption, Offer
from ravi.network.pages.withdraw_message import after, before
from ravi.network.rules import MessageState
from ravi.network.tests.test_adoption import adopt, channel_ids, offer  # noqa: F401 -- fixtures
from ravi.notices.models import Notice
from ravi.publishing import services as publishing
from ravi.publishing.errors import PostHalted
from ravi.publishing.models import Post
from ravi.publishing.queries import shown_set

pytestmark = pytest.mark.django_db


@pytest.fixture
def out(house, offer, channel_ids):  # noqa: F811
    """The hospital's answer: one copy is out, one in the line, one nobody knows of."""
    done = adopt(offer, channel_ids, house.officer).adoption
    publishing.approve_shown(done.post, by=house.expert, digest=shown_set(done.post).digest)
    first, second, _third = Delivery.objects.order_by("pk")
    now = clock.now()
    Delivery.objects.filter(pk=first.pk).update(
        state=State.SENT, sent_at=now, settled_at=now, remote_id="1", link="https://example.org/1"
    )
    Delivery.objects.filter(pk=second.pk).update(state=State.UNKNOWN, unknown_at=now, sent_maybe=True)
    return done


def test_nothing_leaves_from_the_commit_on_and_the_job_removes(house, out):
    message = out.offer.message
    weighed = before(message)["weighed"]
    assert (weighed.removed + weighed.by_hand, weighed.cancelled, weighed.unknown) == (1, 1, 1)
    services.withdraw_message(message, reason="تاریخ اشتباه بود", by=house.head)
    assert not Delivery.objects.filter(state=State.PENDING).exists()
    out.post.refresh_from_db()
    assert out.post.state == Post.State.APPROVED and out.post.halted_at
    withdraw(message.institution_id, message.pk)
    out.post.refresh_from_db()
    assert out.post.state == Post.State.WITHDRAWN
    assert Delivery.objects.filter(action=Action.DELETE).count() == 2
    ordered = Delivery.objects.count()
    withdraw(message.institution_id, message.pk)
    assert Delivery.objects.count() == ordered
    message.refresh_from_db()
    found = after(message)
    assert (found["left"], found["progress"].total, found["progress"].never_went) == (0, 2, 1)


def test_a_job_that_dies_in_between_goes_on(house, offered, channel_ids, offer):  # noqa: F811
    other = Offer.objects.get(message=offer.message, unit=house.faculty)
    mine = adopt(offer, channel_ids, house.officer).adoption
    theirs = Adoption.objects.create(
        institution_id=other.institution_id,
        offer=other,
        version=mine.version,
        kind="adopted",
        post=publishing.start_post(house.faculty, by=house.neighbour, words_at=f"/network/offers/{other.pk}/"),
        by=house.neighbour,
        at=mine.at,
    )
    services.withdraw_message(offer.message, reason="اشتباه", by=house.editor)
    assert services.withdraw_next(offer.message_id)
    states = set(Post.objects.filter(pk__in=[mine.post_id, theirs.post_id]).values_list("state", flat=True))
    assert states == {Post.State.WITHDRAWN, Post.State.DRAFT}
    withdraw(offer.message.institution_id, offer.message_id)
    assert set(Post.objects.values_list("state", flat=True)) == {Post.State.WITHDRAWN}
    assert not services.withdraw_next(offer.message_id)


def test_who_may_and_why_is_said(house, offer):  # noqa: F811
    for person in (house.officer, house.unit_head, house.auditor, house.neighbour, house.outsider):
        with pytest.raises(PermissionDenied):
            services.withdraw_message(offer.message, reason="نه", by=person)
    with pytest.raises(MessageRefused):
        services.withdraw_message(offer.message, reason="  ", by=house.head)
    done = services.withdraw_message(offer.message, reason="اشتباه", by=house.expert)  # who endorsed it
    assert (done.state, done.ended_by, done.withdrawal_reason) == (MessageState.WITHDRAWN, house.expert, "اشتباه")
    again = services.withdraw_message(offer.message, reason="دیگر", by=house.head)
    assert again.withdrawal_reason == "اشتباه"


def test_units_hear_once_and_answer_no_more(house, offer, channel_ids):  # noqa: F811
    adopt(offer, channel_ids, house.officer)
    services.withdraw_message(offer.message, reason="اشتباه", by=house.editor)
    withdraw(offer.message.institution_id, offer.message_id)
    told = Notice.objects.filter(kind="message_withdrawn")
    assert sorted(told.values_list("person_id", flat=True)) == sorted(
        [house.officer.pk, house.unit_head.pk, house.neighbour.pk]
    )
    assert not Notice.objects.filter(kind="post_withdrawn").exists()
    other = Offer.objects.get(message=offer.message, unit=house.faculty)
    assert other.state == "closed"
    with pytest.raises(NotNow):
        services.decline_offer(other, services.Answer(offer.message.current_id), reason="نه", by=house.neighbour)


def test_a_yes_that_comes_before_the_job_is_refused(house, offer, channel_ids):  # noqa: F811
    post = adopt(offer, channel_ids, house.officer).adoption.post
    digest = shown_set(post).digest
    services.withdraw_message(offer.message, reason="اشتباه", by=house.head)
    with pytest.raises(PostHalted):
        publishing.approve_shown(post, by=house.expert, digest=digest)


def test_a_message_that_no_unit_had_is_ended_instead(house, draft):
    with pytest.raises(NotNow):
        services.withdraw_message(draft(), reason="اشتباه", by=house.head)
