"""What was in flight or unknown when its words were halted, withdrawn or exchanged never goes out by what people find later."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from ravi.core import clock
from ravi.delivery import services as ledger
from ravi.delivery.models import Delivery
from ravi.delivery.rules import State
from ravi.directory import services as directory
from ravi.directory.services import NewChannel
from ravi.publishing import services
from ravi.publishing.errors import PostHalted
from ravi.publishing.models import Post

from .conftest import approved, fields
from .test_correction import corrected, out
from .test_correction_moved import say_yes, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(house, channels):
    """One copy unknown, one in flight, one refused."""
    made = approved(house, channels)
    out(made, channels.telegram, "unknown", look_at=clock.now())
    out(made, channels.mastodon, "sending", owner="e", lease_until=clock.now())
    out(made, channels.wordpress, "failed")
    return made


def copy_on(post: Post, channel) -> Delivery:
    return Delivery.objects.filter(post_id=post.pk, channel_id=channel.pk, action="publish").latest("pk")


def test_what_is_not_there_stays_out_while_its_words_are_halted(house, channels, post):
    services.halt_posts([post.pk], by=house.head)
    unclear, flying, refused = (
        copy_on(post, one) for one in (channels.telegram, channels.mastodon, channels.wordpress)
    )
    assert unclear.is_kept_back and flying.is_kept_back
    assert ledger.resolve_unknown(unclear, by=house.head, verdict="not_there") is State.CANCELLED
    with pytest.raises(PostHalted):
        services.send_again(post, [refused.pk], by=house.editor)
    assert not Delivery.objects.filter(post_id=post.pk, state__in=("pending", "held")).exists()


def test_one_answer_about_many_sends_none_of_them(house, channels, post):
    others = approved(house, channels, text="پیام دیگر")
    free = out(others, channels.telegram, "unknown")
    services.halt_posts([post.pk], by=house.head)
    older = copy_on(post, channels.telegram)
    assert ledger.resolve_together([older, free], by=house.head, verdict="not_there") == 2
    assert copy_on(post, channels.telegram).state == "cancelled"
    assert copy_on(others, channels.telegram).state == "pending"


def test_what_was_found_missing_meanwhile_goes_when_the_words_go_on(house, channels, post):
    services.halt_posts([post.pk], by=house.head)
    ledger.resolve_unknown(copy_on(post, channels.telegram), by=house.head, verdict="not_there")
    services.go_on_post(post, by=house.editor)
    assert copy_on(post, channels.telegram).state == "pending"
    assert not Delivery.objects.filter(is_kept_back=True).exclude(state="cancelled").exists()
    flying = out(post, channels.mastodon, "unknown")
    assert ledger.resolve_unknown(flying, by=house.head, verdict="not_there") is State.PENDING


def test_withdrawn_words_do_not_go_out_once_more_to_be_removed(house, channels, post):
    services.withdraw_post(post, by=house.head, reason="نادرست")
    unclear = copy_on(post, channels.telegram)
    assert ledger.resolve_unknown(unclear, by=house.head, verdict="not_there") is State.CANCELLED
    assert set(Delivery.objects.filter(post_id=post.pk, action="publish").values_list("state", flat=True)) == {
        "cancelled",
        "sending",
        "failed",
    }


def test_an_expired_copy_of_halted_words_can_be_said_not_to_be_there(house, channels):
    post = approved(house, channels, valid_until=clock.now() + timedelta(hours=1))
    unclear = out(post, channels.telegram, "unknown")
    services.halt_posts([post.pk], by=house.head)
    after = unclear.valid_until + timedelta(minutes=1)
    assert ledger.resolve_unknown(unclear, by=house.head, verdict="not_there", now=after) is State.CANCELLED


def test_an_older_answer_does_not_come_after_a_newer_one(house):
    """Nothing orders two answers to the same post; of an edit the newer one waits for the older."""
    eitaa = directory.open_channel(NewChannel(house.headquarters, "eitaa", "sandbox", "hq_eitaa", "خبر"), by=None)
    post = services.start_post(house.headquarters, fields(frozenset({eitaa.pk})), by=house.editor)
    services.submit_post(post, by=house.editor)
    say_yes(house, post)
    out(post, eitaa)
    first = corrected(house, post)
    unclear = out(first, eitaa, "unknown")
    assert unclear.reply_id is not None
    say_yes(house, waiting(house, post, "کارگاه برگزار نمی‌شود."))
    assert ledger.resolve_unknown(unclear, by=house.head, verdict="not_there") is State.CANCELLED


def test_the_database_keeps_halted_copies_back_until_the_halt_ends(house, channels, post):
    services.halt_posts([post.pk], by=house.head)
    with pytest.raises(IntegrityError, match="Newer words"), transaction.atomic():
        Delivery.objects.filter(post_id=post.pk, state="unknown").update(is_kept_back=False)
    with pytest.raises(IntegrityError, match="do not come back"), transaction.atomic():
        Delivery.objects.filter(post_id=post.pk, state="unknown").update(state="pending")
