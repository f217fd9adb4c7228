"""Correcting what is out: which copy gets what, who says yes to it, and that nothing of older words goes or stays."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from ravi.core import clock
from ravi.delivery import services as ledger
from ravi.delivery.models import Delivery
from ravi.delivery.payload import freeze_payload, payload_hash, read_payload
from ravi.delivery.rules import Lane
from ravi.directory import services as directory
from ravi.directory.services import NewChannel
from ravi.publishing import services
from ravi.publishing.correction import Way
from ravi.publishing.errors import CorrectionOpen, NothingToSend, NotNow, OwnWork
from ravi.publishing.models import Approval, Copy, Post
from ravi.publishing.queries import corrections_of, fields_of, how_corrected, shown_set
from ravi.publishing.services.correction import order_of

from .conftest import approved, fields

pytestmark = pytest.mark.django_db

NEW = "کارگاه دوشنبه ۲۳ اسفند برگزار می‌شود."


@pytest.fixture
def everywhere(house, channels):
    """One channel of each kind: edited (telegram), not edited but answered (eitaa), neither (a person's hand)."""

    def opened(platform: str, adapter: str, handle: str):
        new = NewChannel(house.headquarters, platform, adapter, handle, "خبر")
        return directory.open_channel(new, by=None)

    return channels, opened("eitaa", "sandbox", "hq_eitaa"), opened("telegram", "manual", "hq_by_hand")


def out(post: Post, channel, state: str = "sent", **more) -> Delivery:
    """Stands in for the engine: the channel's newest publication comes to this state."""
    now = clock.now()
    said = {"sent_at": now, "remote_id": f"r{channel.pk}", "settled_at": now} if state == "sent" else {}
    unclear = {"unknown_at": now, "sent_maybe": True} if state == "unknown" else {}
    one = Delivery.objects.filter(post_id=post.pk, channel_id=channel.pk).exclude(action="delete").latest("pk")
    Delivery.objects.filter(pk=one.pk).update(state=state, changed_at=now, attempt=1, **said | unclear | more)
    return Delivery.objects.get(pk=one.pk)


def all_out(post: Post) -> None:
    for one in Delivery.objects.filter(post_id=post.pk):
        Delivery.objects.filter(pk=one.pk).update(
            state="sent", sent_at=clock.now(), settled_at=clock.now(), remote_id=f"r{one.pk}", attempt=1
        )


def corrected(house, post: Post, text: str = NEW, **more) -> Post:
    """A correction by the editor with the expert's yes."""
    post.refresh_from_db()
    made = services.correct_post(post, replace(fields_of(post), text=text, **more), by=house.editor)
    services.submit_post(made, by=house.editor)
    made.refresh_from_db()
    services.approve_post(made, by=house.expert, hashes=shown_set(made).hashes)
    made.refresh_from_db()
    return made


def orders(post: Post) -> dict[int, Delivery]:
    return {one.channel_id: one for one in Delivery.objects.filter(post_id=post.pk).order_by("pk")}


def test_each_copy_gets_what_its_platform_and_its_state_allow(house, everywhere):
    channels, eitaa, pasted_on = everywhere
    ids = frozenset({channels.telegram.pk, channels.mastodon.pk, eitaa.pk, pasted_on.pk})
    post = services.start_post(house.headquarters, fields(ids), by=house.editor)
    services.submit_post(post, by=house.editor)
    services.approve_post(post, by=house.expert, hashes=shown_set(Post.objects.get(pk=post.pk)).hashes)
    edited, answered = out(post, channels.telegram), out(post, eitaa)
    waiting = orders(post)[channels.mastodon.pk]
    pasted = out(post, pasted_on, link="https://t.me/hq_by_hand/1")
    plan = {one.channel.pk: one.way for one in how_corrected(Post.objects.get(pk=post.pk))}
    assert plan == {
        channels.telegram.pk: Way.EDIT,
        channels.mastodon.pk: Way.IN_PLACE,
        eitaa.pk: Way.REPLY,
        pasted_on.pk: Way.BY_HAND,
    }
    made = orders(corrected(house, post))
    assert {key: one.action for key, one in made.items()} == {
        channels.telegram.pk: "edit",
        channels.mastodon.pk: "publish",
        eitaa.pk: "publish",
        pasted_on.pk: "edit",
    }
    assert (made[channels.telegram.pk].about_id, read_payload(made[channels.telegram.pk].payload)["of"]) == (
        edited.pk,
    ) * 2
    assert (made[eitaa.pk].reply_id, read_payload(made[eitaa.pk].payload)["text"]) == (answered.pk, f"اصلاحیه:\n{NEW}")
    assert (made[pasted_on.pk].about_id, made[pasted_on.pk].adapter) == (pasted.pk, "manual")
    assert Delivery.objects.get(pk=waiting.pk).state == "superseded"
    assert {one.lane for one in made.values()} == {Lane.CORRECTION}
    assert all(one.approved_hash == payload_hash(one.payload) for one in made.values())


def test_a_copy_that_leaves_between_submission_and_yes_is_changed_instead(house, channels):
    """Both ways are shown and approved; which one holds is the ledger's own answer at the yes."""
    post = approved(house, channels)
    made = services.correct_post(post, replace(fields_of(post), text=NEW), by=house.editor)
    services.submit_post(made, by=house.editor)
    ways = Copy.objects.filter(post=made).values_list("channel_id", "way")
    assert sorted(ways)[:2] == [(channels.telegram.pk, "edit"), (channels.telegram.pk, "in_place")]
    left = out(post, channels.telegram, "sending", owner="e", lease_until=clock.now() + timedelta(minutes=1))
    made.refresh_from_db()
    services.approve_post(made, by=house.expert, hashes=shown_set(made).hashes)
    ordered = orders(made)
    assert (ordered[channels.telegram.pk].action, ordered[channels.telegram.pk].about_id) == ("edit", left.pk)
    assert ordered[channels.mastodon.pk].action == "publish"


def test_what_came_to_nothing_is_not_corrected(house, channels):
    post = approved(house, channels)
    out(post, channels.telegram, "failed")
    out(post, channels.mastodon, "missed")
    out(post, channels.wordpress)
    plan = {one.channel.pk: one.ways for one in how_corrected(Post.objects.get(pk=post.pk))}
    assert plan == {channels.telegram.pk: (), channels.mastodon.pk: (), channels.wordpress.pk: (Way.EDIT,)}
    assert set(orders(corrected(house, post))) == {channels.wordpress.pk}


def test_where_nothing_stands_there_is_nothing_to_submit(house, channels):
    post = approved(house, channels)
    Delivery.objects.filter(post_id=post.pk).update(state="failed")
    made = services.correct_post(post, replace(fields_of(post), text=NEW), by=house.editor)
    with pytest.raises(NothingToSend):
        services.submit_post(made, by=house.editor)


def test_a_correction_needs_another_persons_yes_to_its_very_words(house, channels):
    post = approved(house, channels)
    all_out(post)
    made = services.correct_post(post, replace(fields_of(post), text=NEW, topic="health"), by=house.head)
    assert made.topic == "organisation"
    services.submit_post(made, by=house.head)
    made.refresh_from_db()
    with pytest.raises(OwnWork):
        services.approve_post(made, by=house.head, hashes=shown_set(made).hashes)
    for name in ("auditor", "officer", "outsider", "neighbour"):
        with pytest.raises(PermissionDenied):
            services.correct_post(post, by=house.people()[name])


def test_there_is_one_open_correction_at_a_time(house, channels):
    post = approved(house, channels)
    made = services.correct_post(post, by=house.editor)
    with pytest.raises(CorrectionOpen) as refused:
        services.correct_post(made, by=house.head)
    assert refused.value.correction == made
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=made.pk).update(revision=7)
        made.pk = None
        made.save()
    services.withdraw_post(Post.objects.get(corrects=post), by=house.editor)
    assert services.correct_post(post, by=house.head).corrects_id == post.pk
    assert [one.state for one in corrections_of([post.pk])[post.pk]] == ["withdrawn", "draft"]


def test_a_correction_keeps_its_channels_and_has_no_time(house, channels):
    post = approved(house, channels)
    made = services.correct_post(post, by=house.editor)
    tomorrow = clock.now() + timedelta(days=1)
    typed = replace(fields_of(made), text=NEW, due_at=tomorrow, channel_ids=frozenset({channels.telegram.pk}))
    saved = services.save_draft(made, typed, expected_revision=made.revision, by=house.editor)
    assert (fields_of(saved).channel_ids, saved.due_at) == (channels.lent, None)
    with pytest.raises(NotNow):
        services.schedule_post(saved, tomorrow, by=house.editor)


def test_a_correction_of_a_correction_changes_the_same_copies_and_takes_the_older_out(house, channels):
    post = approved(house, channels)
    all_out(post)
    first = corrected(house, post)
    out(first, channels.telegram)
    second = corrected(house, first, text="کارگاه برگزار نمی‌شود.")
    assert second.corrects_id == post.pk
    states = {one.channel_id: one.state for one in Delivery.objects.filter(post_id=first.pk)}
    assert states == {
        channels.telegram.pk: "sent",
        channels.mastodon.pk: "superseded",
        channels.wordpress.pk: "superseded",
    }
    originals = {one.pk for one in Delivery.objects.filter(post_id=post.pk)}
    assert {one.about_id for one in Delivery.objects.filter(post_id=second.pk)} == originals


def test_a_correction_of_an_unknown_copy_is_ordered_and_waits_for_the_outcome(house, channels):
    post = approved(house, channels)
    unclear = out(post, channels.mastodon, "unknown")
    made = orders(corrected(house, post))
    assert (made[channels.mastodon.pk].action, made[channels.mastodon.pk].about_id) == ("edit", unclear.pk)


def test_the_older_words_do_not_go_out_after_a_correction(house, channels):
    post = approved(house, channels)
    failed = out(post, channels.telegram, "failed")
    corrected(house, post)
    post.refresh_from_db()
    with pytest.raises(NotNow):
        services.send_again(post, [failed.pk], by=house.editor)
    with pytest.raises(NotNow):
        services.schedule_post(post, clock.now() + timedelta(hours=1), by=house.editor)
    with pytest.raises(NotNow):
        services.save_draft(post, fields(channels.lent, text="ج"), expected_revision=post.revision, by=house.editor)
    with pytest.raises(NotNow):
        services.take_back_yes(post, by=house.expert)


def test_a_yes_taken_back_puts_the_older_words_back_into_the_line(house, channels):
    at = clock.now() + timedelta(hours=3)
    post = approved(house, channels, due_at=at)
    made = corrected(house, post)
    assert {one.due_at for one in Delivery.objects.filter(post_id=made.pk)} == {at}
    services.take_back_yes(made, by=house.expert)
    assert Post.objects.get(pk=made.pk).state == "submitted"
    living = Delivery.objects.filter(state="pending")
    assert {(one.post_id, one.due_at) for one in living} == {(post.pk, at)} and len(living) == 3


def test_withdrawing_the_message_leaves_nothing_of_its_corrections(house, everywhere):
    channels, eitaa, _pasted_on = everywhere
    post = approved(house, replace(channels, wordpress=eitaa))
    all_out(post)
    made = corrected(house, post)
    answer = out(made, eitaa)
    open_one = services.correct_post(post, by=house.editor)
    with pytest.raises(NotNow):
        services.withdraw_post(made, by=house.head)
    services.withdraw_post(post, by=house.head, reason="نادرست")
    assert set(Post.objects.filter(pk__in=[post.pk, made.pk, open_one.pk]).values_list("state", flat=True)) == {
        "withdrawn"
    }
    removals = Delivery.objects.filter(action="delete")
    assert {one.about_id for one in removals} == {*originals_of(post), answer.pk}
    assert not Delivery.objects.filter(action="edit").exclude(state="cancelled").exists()
    assert not Approval.objects.filter(voided_at=None).exists()


def originals_of(post: Post) -> set[int]:
    return set(Delivery.objects.filter(post_id=post.pk, action="publish").values_list("pk", flat=True))


def test_replacing_removes_and_publishes_only_where_the_author_chose_it(house):
    blue = directory.open_channel(NewChannel(house.headquarters, "bluesky", "sandbox", "hq.bsky", "خبر"), by=None)
    post = services.start_post(house.headquarters, fields(frozenset({blue.pk})), by=house.editor)
    services.submit_post(post, by=house.editor)
    services.approve_post(post, by=house.expert, hashes=shown_set(Post.objects.get(pk=post.pk)).hashes)
    old = out(post, blue)
    made = services.correct_post(Post.objects.get(pk=post.pk), by=house.editor)
    long = "ب" * 295  # as a post it fits, as an answer with its heading it does not
    services.save_draft(made, replace(fields_of(made), text=long), expected_revision=made.revision, by=house.editor)
    assert [one.way for one in how_corrected(Post.objects.get(pk=made.pk))] == [Way.BY_HAND]
    services.choose_replacing(made, True, by=house.editor)
    made.refresh_from_db()
    services.submit_post(made, by=house.editor)
    made.refresh_from_db()
    services.approve_post(made, by=house.expert, hashes=shown_set(made).hashes)
    assert Delivery.objects.get(action="delete").about_id == old.pk
    assert Delivery.objects.get(post_id=made.pk).action == "publish"


def test_the_database_refuses_a_yes_to_another_change(house, channels):
    """Also where somebody writes SQL: the yes names the copy that is changed, on its own channel."""
    post, other = approved(house, channels), approved(house, channels, text="پیام دیگر")
    all_out(post)
    all_out(other)
    made = services.correct_post(post, replace(fields_of(post), text=NEW), by=house.editor)
    services.submit_post(made, by=house.editor)
    made.refresh_from_db()
    services.approve_post(made, by=house.expert, hashes=shown_set(made).hashes)
    copy = Copy.objects.get(post=made, channel=channels.telegram)
    foreign = Delivery.objects.get(post_id=other.pk, channel_id=channels.telegram.pk)
    order = order_of(copy, made, clock.now())
    with pytest.raises(ledger.NotApproved):
        ledger.enqueue([replace(order, of=foreign.pk)], by=house.editor, now=clock.now())
    payload = freeze_payload(
        post_id=made.pk, channel_id=channels.telegram.pk, action="edit", text="دیگر", of=foreign.pk
    )
    more = {"payload": payload, "content_hash": payload_hash(payload), "of": foreign, "way": "edit", "revision": 9}
    with pytest.raises(IntegrityError, match="Their|their own"), transaction.atomic():
        Copy.objects.create(
            institution_id=made.institution_id, post=made, channel=channels.telegram, platform="telegram",
            variant_name="full", frozen_at=clock.now(), **more,
        )  # fmt: skip


def test_what_a_program_could_not_edit_is_asked_of_a_person_once(house, channels):
    post = approved(house, channels)
    all_out(post)
    made = corrected(house, post)
    failed = out(made, channels.telegram, "failed", error_code="refused")
    for _again in range(2):
        services.tell_troubles(house.institution.pk)
    [asked] = Delivery.objects.filter(post_id=made.pk, adapter="manual")
    assert (asked.action, asked.about_id, asked.payload) == ("edit", failed.about_id, failed.payload)
