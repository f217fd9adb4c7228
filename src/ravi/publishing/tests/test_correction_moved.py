"""Copies that move while a correction waits for its yes: what was not shown is not done, and nothing older goes instead."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ravi.core import clock
from ravi.delivery import hand
from ravi.delivery import services as ledger
from ravi.delivery.models import Delivery
from ravi.directory import services as directory
from ravi.directory.rules import ChannelState
from ravi.directory.services import NewChannel
from ravi.publishing import services
from ravi.publishing.errors import CopiesMoved, NotNow
from ravi.publishing.models import Approval, Copy, Post
from ravi.publishing.queries import fields_of, shown_set
from ravi.publishing.services.approval import order_copies

from .conftest import approved, fields
from .test_correction import NEW, corrected, orders, out

pytestmark = pytest.mark.django_db


def waiting(house, post: Post, text: str = NEW) -> Post:
    """A correction by the editor that waits for its yes."""
    post.refresh_from_db()
    made = services.correct_post(post, replace(fields_of(post), text=text), by=house.editor)
    services.submit_post(made, by=house.editor)
    made.refresh_from_db()
    return made


def say_yes(house, post: Post) -> None:
    post.refresh_from_db()
    services.approve_post(post, by=house.expert, hashes=shown_set(post).hashes)


def shown_anew(house, made: Post) -> None:
    """Returned, sent again as the copies stand by now, and approved."""
    services.return_post(made, "دوباره بفرستید.", by=house.expert)
    made.refresh_from_db()
    services.submit_post(made, by=house.editor)
    say_yes(house, made)


@pytest.mark.parametrize("state", ["failed", "missed"])
def test_older_words_are_not_sent_again_while_their_correction_waits(house, channels, state):
    post = approved(house, channels)
    lost = out(post, channels.telegram, state)
    made = waiting(house, post)
    with pytest.raises(NotNow, match="اصلاحیه"):
        services.send_again(post, [lost.pk], by=house.editor)
    with pytest.raises(NotNow, match="اصلاحیه"):
        services.schedule_post(post, clock.now() + timedelta(hours=1), by=house.editor)
    assert Delivery.objects.filter(channel_id=channels.telegram.pk).count() == 1
    services.return_post(made, "نه هنوز.", by=house.expert)
    post.refresh_from_db()
    assert services.send_again(post, [lost.pk], by=house.editor)


def test_an_older_correction_is_not_sent_again_after_a_newer_one(house, channels):
    post = approved(house, channels)
    lost = out(post, channels.telegram)
    first = corrected(house, post)
    lost = out(first, channels.mastodon, "failed")
    second = waiting(house, post, "کارگاه برگزار نمی‌شود.")
    with pytest.raises(NotNow, match="اصلاحیه"):
        services.send_again(first, [lost.pk], by=house.editor)
    say_yes(house, second)
    with pytest.raises(NotNow):
        services.send_again(first, [lost.pk], by=house.editor)


@pytest.mark.parametrize("state", ["sending", "unknown"])
def test_a_copy_that_comes_back_into_the_line_is_shown_anew(house, channels, state):
    """It was shown as changed where it stands; now it would go with the older words first."""
    post = approved(house, channels)
    lease = {"owner": "e", "lease_until": clock.now()} if state == "sending" else {}
    back = out(post, channels.telegram, state, **lease)
    made = waiting(house, post)
    if state == "unknown":
        ledger.resolve_unknown(back, by=house.head, verdict="not_there")
    else:
        Delivery.objects.filter(pk=back.pk).update(state="pending", owner="", lease_until=None)
    with pytest.raises(CopiesMoved):
        say_yes(house, made)
    assert Post.objects.get(pk=made.pk).state == "submitted" and not orders(made)
    assert not Approval.objects.filter(copy__post=made).exists()
    shown_anew(house, made)
    assert Delivery.objects.get(pk=back.pk).state == "superseded"
    assert orders(made)[channels.telegram.pk].action == "publish"


def test_a_copy_that_another_stands_in_for_is_shown_anew(house, channels):
    post = approved(house, channels)
    made = waiting(house, post)
    out(post, channels.telegram, "failed")
    [copy] = Copy.objects.filter(post=post, channel=channels.telegram)
    order_copies(post, [copy], house.head, due_at=None)
    with pytest.raises(CopiesMoved):
        say_yes(house, made)


def test_a_copy_that_was_published_by_hand_all_the_same_is_shown_anew(house, channels):
    pasted_on = directory.open_channel(NewChannel(house.headquarters, "telegram", "manual", "hq", "خبر"), by=None)
    post = services.start_post(
        house.headquarters, fields(frozenset({channels.telegram.pk, pasted_on.pk})), by=house.editor
    )
    services.submit_post(post, by=house.editor)
    say_yes(house, post)
    given_up = out(post, pasted_on, "failed")
    made = waiting(house, post)
    assert not Copy.objects.filter(post=made, channel=pasted_on).exists()
    hand.confirm_all_the_same(given_up, hand.Report(link="https://t.me/hq/1"), by=house.editor)
    with pytest.raises(CopiesMoved):
        say_yes(house, made)
    shown_anew(house, made)
    assert orders(made)[pasted_on.pk].action == "edit"


def test_what_the_newer_words_cannot_reach_keeps_no_older_words_in_line(house, channels):
    """The channel was closed, or the words do not fit there: then nothing goes, rather than what was corrected."""
    post = approved(house, channels)
    made = waiting(house, post)
    directory.move_channel(channels.mastodon, ChannelState.FROZEN, by=house.head)
    say_yes(house, made)
    assert set(orders(made)) == {channels.telegram.pk, channels.wordpress.pk}
    assert set(Delivery.objects.filter(post_id=post.pk).values_list("state", flat=True)) == {"superseded"}
    services.take_back_yes(made, by=house.expert)
    assert Delivery.objects.filter(post_id=post.pk, state="pending").count() == 2


def test_a_person_is_not_asked_to_write_older_words_after_newer_ones(house, channels):
    """The older edit was on its way when the newer had its yes, and came to nothing."""
    post = approved(house, channels)
    out(post, channels.telegram)
    first = corrected(house, post)
    out(first, channels.telegram, "sending", owner="e", lease_until=clock.now())
    second = corrected(house, post, "کارگاه برگزار نمی‌شود.")
    out(first, channels.telegram, "failed")
    services.tell_troubles(house.institution.pk)
    assert not Delivery.objects.filter(post_id=first.pk, adapter="manual").exists()
    out(second, channels.telegram, "failed")
    services.tell_troubles(house.institution.pk)
    [asked] = Delivery.objects.filter(adapter="manual")
    assert asked.post_id == second.pk
