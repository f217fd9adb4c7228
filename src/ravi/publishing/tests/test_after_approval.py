"""After the yes: moving the time, taking back, sending again, and telling people what went wrong."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from ravi.core import audit, clock
from ravi.delivery.models import Delivery
from ravi.delivery.rules import UNKNOWN_LONG_S
from ravi.directory import services as directory
from ravi.directory.rules import ChannelState
from ravi.notices.models import Notice
from ravi.notices.rules import kind
from ravi.publishing import services
from ravi.publishing.errors import ChannelsClosed, DraftRefused, NothingToSend, NotNow, PostExpired
from ravi.publishing.models import Approval, Post, Return
from ravi.publishing.queries import fields_of, posts_returned_to, shown_set
from ravi.publishing.rules import LONGEST_NOTE

from .conftest import approved, fields, submitted

pytestmark = pytest.mark.django_db


def settle(channel, state: str, **more) -> int:
    """Stands in for the engine: one channel's copy comes to this state."""
    now = clock.now()
    unknown = {"unknown_at": now - timedelta(seconds=UNKNOWN_LONG_S), "sent_maybe": True}
    extra = {"sent": {"sent_at": now}, "unknown": unknown}.get(state, {})
    found = Delivery.objects.filter(channel_id=channel.pk, action="publish").latest("id")
    Delivery.objects.filter(pk=found.pk).update(state=state, changed_at=now, attempt=1, **extra, **more)
    return found.pk


# return


def test_returned_post_goes_back_to_its_author_with_the_note(house, channels):
    post = submitted(house, channels)
    services.return_post(post, " ساعت کارگاه را بنویسید. ", by=house.expert)
    assert Return.objects.get().note == "ساعت کارگاه را بنویسید."
    assert list(posts_returned_to(house.editor)) == [post]
    assert list(posts_returned_to(house.head)) == []
    notice = Notice.objects.get(kind="post_returned")
    assert (notice.person, notice.url) == (house.editor, f"/posts/{post.pk}/")


def test_returned_post_is_frozen_anew_when_it_comes_again(house, channels):
    post = submitted(house, channels)
    before = shown_set(post)
    services.return_post(post, "کوتاه‌تر", by=house.expert)
    services.submit_post(post, by=house.editor)
    again = shown_set(Post.objects.get(pk=post.pk))
    assert again.hashes == before.hashes
    assert not {copy.pk for copy in again.copies} & {copy.pk for copy in before.copies}


def test_author_who_was_typing_during_a_return_meets_no_conflict(house, channels):
    post = submitted(house, channels)
    services.return_post(post, "ساعت را بنویسید", by=house.expert)
    saved = services.save_draft(post, fields(channels.lent, text="ب"), expected_revision=1, by=house.editor)
    assert (saved.text, saved.state) == ("ب", "returned")


def test_return_needs_words_and_the_right(house, channels):
    post = submitted(house, channels)
    with pytest.raises(DraftRefused):
        services.return_post(post, " \n", by=house.expert)
    with pytest.raises(DraftRefused):
        services.return_post(post, "x" * (LONGEST_NOTE + 1), by=house.expert)
    for name in ("editor", "auditor", "officer", "outsider"):
        with pytest.raises(PermissionDenied):
            services.return_post(post, "نه", by=house.people()[name])
    services.return_post(post, "نه", by=house.head)
    with pytest.raises(NotNow):
        services.return_post(post, "نه", by=house.head)


# withdrawal


def test_withdrawal_cancels_what_waits_and_removes_what_is_out(house, channels):
    post = approved(house, channels)
    sent = settle(channels.mastodon, "sent", remote_id="m1")
    settle(channels.telegram, "sent", remote_id="t1")
    done = services.withdraw_post(post, by=house.expert, reason="ساعت نادرست بود")
    assert done.cancelled == 1
    removals = Delivery.objects.filter(action="delete")
    assert {removal.about_id for removal in removals} >= {sent}
    assert len(removals) + len(done.by_hand) == 2
    assert Post.objects.get(pk=post.pk).state == "withdrawn"
    assert not Approval.objects.filter(voided_at=None).exists()
    assert Notice.objects.get(kind="post_withdrawn").person == house.editor


def test_withdrawal_reaches_a_copy_that_may_be_out_and_waits_to_be_repeated(house, channels):
    """It cannot be cancelled, for its first attempt may have published it: its removal waits for what becomes of it."""
    post = approved(house, channels)
    repeated = settle(channels.mastodon, "pending", sent_maybe=True)
    done = services.withdraw_post(post, by=house.editor)
    assert done.cancelled == 2
    assert Delivery.objects.get(pk=done.removals[0]).about_id == repeated
    assert Delivery.objects.get(pk=repeated).state == "pending"


def test_withdrawn_post_is_at_its_end(house, channels):
    post = approved(house, channels)
    services.withdraw_post(post, by=house.editor)
    with pytest.raises(NotNow):
        services.withdraw_post(post, by=house.editor)
    with pytest.raises(NotNow):
        services.save_draft(post, fields(channels.lent, text="ب"), expected_revision=3, by=house.editor)
    with pytest.raises(NotNow):
        services.submit_post(post, by=house.editor)


@pytest.mark.parametrize(
    ("name", "may"),
    [("editor", True), ("expert", True), ("head", True), ("auditor", False), ("unit_head", False), ("outsider", False)],
)
def test_author_approver_and_head_withdraw_alone(house, channels, name, may):
    post = approved(house, channels)
    if may:
        services.withdraw_post(post, by=house.people()[name])
    else:
        with pytest.raises(PermissionDenied):
            services.withdraw_post(post, by=house.people()[name])


def test_colleague_who_did_not_write_or_approve_does_not_withdraw(house, channels):
    post = services.start_post(house.hospital, fields(frozenset({channels.unlent.pk})), by=house.unit_head)
    with pytest.raises(PermissionDenied):
        services.withdraw_post(post, by=house.officer)


# time


def test_time_of_an_approved_post_moves_under_the_same_yes(house, channels):
    first, second = clock.now() + timedelta(days=1), clock.now() + timedelta(days=2)
    post = approved(house, channels, due_at=first)
    services.schedule_post(post, second, by=house.editor)
    live = Delivery.objects.exclude(state="cancelled")
    assert set(live.values_list("due_at", flat=True)) == {second}
    assert live.count() == 3 and Approval.objects.filter(voided_at=None).count() == 3


def test_a_time_chosen_on_a_stale_page_is_refused(house, channels):
    post = submitted(house, channels)
    with pytest.raises(NotNow):
        services.schedule_post(
            post, clock.now() + timedelta(days=1), by=house.editor, expected_revision=post.revision - 1
        )
    post.refresh_from_db()
    assert post.due_at is None


def test_time_cannot_move_once_something_left_or_past_the_expiry(house, channels):
    now = clock.now()
    post = approved(house, channels, due_at=now + timedelta(days=1), valid_until=now + timedelta(days=3))
    with pytest.raises(PostExpired):
        services.schedule_post(post, now + timedelta(days=4), by=house.editor)
    with pytest.raises(DraftRefused):
        services.schedule_post(post, now - timedelta(days=1), by=house.editor)
    with pytest.raises(PermissionDenied):
        services.schedule_post(post, None, by=house.auditor)
    settle(channels.telegram, "sent")
    with pytest.raises(NotNow):
        services.schedule_post(post, None, by=house.editor)
    assert Delivery.objects.filter(state="pending").count() == 2


def test_time_of_a_waiting_post_moves_without_a_new_submission(house, channels):
    post = submitted(house, channels)
    hashes = shown_set(post).hashes
    services.schedule_post(post, clock.now() + timedelta(days=1), by=house.editor, expected_revision=post.revision)
    assert services.approve_post(post, by=house.expert, hashes=hashes).delivery_ids


# sending again


def test_failed_and_missed_copies_go_again_and_no_others(house, channels):
    post = approved(house, channels)
    failed = settle(channels.telegram, "failed")
    missed = settle(channels.mastodon, "missed")
    sent = settle(channels.wordpress, "sent")
    made = services.send_again(post, [failed, missed, sent], by=house.editor)
    assert set(Delivery.objects.filter(pk__in=made).values_list("channel_id", flat=True)) == {
        channels.telegram.pk,
        channels.mastodon.pk,
    }
    with pytest.raises(NothingToSend):  # a replayed form
        services.send_again(post, [failed, missed, sent], by=house.editor)


def test_unknown_copy_is_never_sent_again(house, channels):
    post = approved(house, channels)
    unknown = settle(channels.telegram, "unknown")
    with pytest.raises(NothingToSend):
        services.send_again(post, [unknown], by=house.editor)


def test_sending_again_asks_for_rights_an_open_channel_and_a_living_post(house, channels):
    post = approved(house, channels, valid_until=clock.now() + timedelta(hours=3))
    failed = settle(channels.telegram, "failed")
    for name in ("auditor", "officer", "outsider"):
        with pytest.raises(PermissionDenied):
            services.send_again(post, [failed], by=house.people()[name])
    with clock.at(clock.now() + timedelta(hours=4)), pytest.raises(PostExpired):
        services.send_again(post, [failed], by=house.editor)
    directory.move_channel(channels.telegram, ChannelState.FROZEN, by=house.head)
    with pytest.raises(ChannelsClosed):
        services.send_again(post, [failed], by=house.editor)
    services.withdraw_post(post, by=house.editor)
    with pytest.raises(NotNow):
        services.send_again(post, [failed], by=house.editor)


# troubles


def test_people_of_a_post_are_told_once_of_each_trouble(house, channels):
    post = approved(house, channels)
    assert services.tell_troubles(house.institution.pk) == 0
    failed = settle(channels.telegram, "failed")
    settle(channels.mastodon, "unknown")
    assert services.tell_troubles(house.institution.pk) == 2
    assert services.tell_troubles(house.institution.pk) == 0
    told = Notice.objects.filter(kind="copies_troubled")
    assert {notice.person for notice in told} == {house.editor, house.expert, house.head}
    assert told[0].params == {"title": post.title, "failed": 1, "unknown": 1}
    services.send_again(post, [failed], by=house.editor)
    settle(channels.telegram, "missed")
    assert services.tell_troubles(house.institution.pk) == 1


def test_unknown_is_told_when_it_has_lasted_and_ravi_is_not_about_to_look(house, channels):
    post = approved(house, channels)
    unknown = Delivery.objects.filter(pk=settle(channels.telegram, "unknown"))
    unknown.update(unknown_at=clock.now() - timedelta(seconds=UNKNOWN_LONG_S - 5))
    assert services.tell_troubles(house.institution.pk) == 0
    unknown.update(look_at=clock.now() + timedelta(seconds=30))
    with clock.at(clock.now() + timedelta(seconds=6)):
        assert services.tell_troubles(house.institution.pk) == 0
    with clock.at(clock.now() + timedelta(seconds=31)):
        assert services.tell_troubles(house.institution.pk) == 1
    told = {notice.person for notice in Notice.objects.filter(kind="copies_troubled")}
    assert told == {post.author, house.expert, house.head}


def test_copies_that_fail_one_by_one_make_one_notice(house, channels):
    approved(house, channels)
    for channel in (channels.telegram, channels.mastodon):
        settle(channel, "failed")
        assert services.tell_troubles(house.institution.pk) == 1
    assert list(Notice.objects.filter(kind="copies_troubled").values_list("params__failed", flat=True)) == [2, 2]


def test_second_unknown_of_a_copy_is_told_again(house, channels):
    approved(house, channels)
    delivery = settle(channels.telegram, "unknown")
    services.tell_troubles(house.institution.pk)
    Delivery.objects.filter(pk=delivery).update(attempt=2)
    assert services.tell_troubles(house.institution.pk) == 1


def test_no_trouble_costs_one_query(house, channels, django_assert_num_queries):
    approved(house, channels)
    with django_assert_num_queries(1):
        services.tell_troubles(house.institution.pk)


def test_every_notice_of_publishing_is_a_sentence_in_both_languages(house, channels):
    post = approved(house, channels)
    settle(channels.telegram, "failed")
    services.tell_troubles(house.institution.pk)
    services.withdraw_post(post, by=house.head, reason="اشتباه")
    other = submitted(house, channels)
    services.return_post(other, "نه", by=house.head)
    told = Notice.objects.all()
    assert {notice.kind for notice in told} == {
        "post_submitted",
        "post_approved",
        "post_returned",
        "post_withdrawn",
        "copies_troubled",
    }
    for notice in told:
        said = set()
        for language in ("fa", "en"):
            with translation.override(language):
                said.add(kind(notice.kind).sentence(notice.params))
        assert len(said) == 2
        assert all(post.title in sentence and "%(" not in sentence for sentence in said)


def test_record_of_all_of_it_is_whole(house, channels):
    post = approved(house, channels)
    settle(channels.telegram, "sent")
    services.withdraw_post(post, by=house.editor)
    assert audit.verify(house.institution.pk) == []
    assert fields_of(Post.objects.get(pk=post.pk)).title == post.title
