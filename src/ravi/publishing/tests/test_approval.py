"""A yes is another person's, to exactly what was shown, and nothing without one reaches the ledger."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ravi.accounts.services import record_leaver
from ravi.core import clock
from ravi.core.models import AuditEntry
from ravi.delivery.models import Delivery
from ravi.directory import services as directory
from ravi.directory.queries import standing_loan
from ravi.directory.rules import ChannelState
from ravi.notices.models import Notice
from ravi.notices.queries import unread_count
from ravi.publishing import services
from ravi.publishing.errors import ChannelsClosed, NotNow, OwnWork, PostExpired, ShownSetChanged
from ravi.publishing.models import Approval, Copy, Post
from ravi.publishing.queries import may_approve, posts_awaiting, shown_set, why_not_approve

from .conftest import approved, fields, submitted

pytestmark = pytest.mark.django_db


def test_one_yes_writes_a_row_per_hash_and_orders_each_copy_once(house, channels):
    post = submitted(house, channels)
    hashes = shown_set(post).hashes
    done = services.approve_post(post, by=house.expert, hashes=hashes)
    assert {approval.content_hash for approval in Approval.objects.all()} == hashes
    deliveries = Delivery.objects.all()
    assert {delivery.approved_hash for delivery in deliveries} == hashes
    assert {delivery.pk for delivery in deliveries} == set(done.delivery_ids)
    assert {delivery.unit_id for delivery in deliveries} == {house.hospital.pk, house.headquarters.pk}
    assert Post.objects.get(pk=post.pk).state == "approved"
    assert Notice.objects.get(kind="post_approved").person == house.editor


def test_a_yes_asks_no_more_for_more_copies(house, channels):
    asked = []
    for chosen in ({channels.telegram.pk}, channels.lent):
        post = services.start_post(house.headquarters, fields(frozenset(chosen)), by=house.editor)
        services.submit_post(post, by=house.editor)
        digest = shown_set(post).digest
        with CaptureQueriesContext(connection) as questions:
            services.approve_shown(post, by=house.expert, digest=digest)
        asked.append([one["sql"].split("(")[0] for one in questions])
    assert len(asked[1]) <= len(asked[0]), asked


def test_shown_set_groups_equal_words(house, channels):
    post = submitted(house, channels, text="متن", variants={"telegram": "متن تلگرام"})
    shown = shown_set(post)
    assert [(group.text, sorted(group.platforms)) for group in shown.groups] == [
        ("متن", ["mastodon", "wordpress"]),
        ("متن تلگرام", ["telegram"]),
    ]
    assert shown.digest == shown_set(Post.objects.get(pk=post.pk)).digest


@pytest.mark.parametrize("topic", ["organisation", "health"])
def test_who_may_say_yes(house, channels, topic):
    post = submitted(house, channels, topic=topic)
    able = {name for name, person in house.people().items() if name != "outsider" and may_approve(person, post)}
    assert able == ({"expert"} if topic == "health" else {"head", "expert"})
    assert list(posts_awaiting(house.expert)) == [post]
    for name, person in house.people().items():
        if name not in able:
            with pytest.raises((PermissionDenied, OwnWork)):
                services.approve_post(post, by=person, hashes=shown_set(post).hashes)
            assert name == "outsider" or why_not_approve(person, post)
    assert not Approval.objects.exists() and not Delivery.objects.exists()


def test_nobody_approves_words_they_wrote_or_changed(house, channels):
    by_head = services.start_post(house.headquarters, fields(channels.lent), by=house.head)
    services.submit_post(by_head, by=house.head)
    with pytest.raises(OwnWork):
        services.approve_post(by_head, by=house.head, hashes=shown_set(_now(by_head)).hashes)
    changed = services.start_post(house.headquarters, fields(channels.lent), by=house.editor)
    services.save_draft(changed, fields(channels.lent, text="ب"), expected_revision=1, by=house.head)
    services.submit_post(changed, by=house.editor)
    with pytest.raises(OwnWork):
        services.approve_post(changed, by=house.head, hashes=shown_set(_now(changed)).hashes)
    assert list(posts_awaiting(house.head)) == []
    assert services.approve_post(changed, by=house.expert, hashes=shown_set(_now(changed)).hashes).delivery_ids


def test_stale_partial_or_foreign_hashes_are_refused(house, channels):
    post = submitted(house, channels)
    other = submitted(house, channels)
    stale = shown_set(post).hashes
    for wrong in (shown_set(other).hashes, list(stale)[:2], [*stale, "0" * 64], []):
        with pytest.raises(ShownSetChanged):
            services.approve_post(post, by=house.expert, hashes=wrong)
    services.save_draft(post, fields(channels.lent, text="ب"), expected_revision=1, by=house.editor)
    services.submit_post(post, by=house.editor)
    with pytest.raises(ShownSetChanged):
        services.approve_post(post, by=house.expert, hashes=stale)
    assert not Approval.objects.exists()


def test_equal_words_in_another_post_have_no_yes(house, channels):
    approved(house, channels)
    twin = submitted(house, channels)
    assert not Approval.objects.filter(copy__post=twin).exists()
    assert Delivery.objects.filter(post_id=twin.pk).count() == 0


def test_same_yes_again_gives_the_same_answer_and_another_persons_is_told(house, channels):
    post = submitted(house, channels)
    hashes = shown_set(post).hashes
    first = services.approve_post(post, by=house.expert, hashes=hashes)
    again = services.approve_post(post, by=house.expert, hashes=hashes)
    assert (first.delivery_ids, Delivery.objects.count(), Approval.objects.count()) == (again.delivery_ids, 3, 3)
    with pytest.raises(NotNow, match="expert"):
        services.approve_post(post, by=house.head, hashes=hashes)


def test_post_that_does_not_wait_cannot_be_approved(house, channels):
    post = services.start_post(house.headquarters, fields(channels.lent), by=house.editor)
    with pytest.raises(NotNow):
        services.approve_post(post, by=house.expert, hashes=[])


@pytest.mark.parametrize("closing", ["frozen", "loan", "unlisted"])
def test_channel_closed_since_submission_is_refused_and_the_rest_can_go(house, channels, closing):
    post = submitted(house, channels)
    hashes = shown_set(post).hashes
    if closing == "frozen":
        directory.move_channel(channels.telegram, ChannelState.FROZEN, by=house.unit_head)
    elif closing == "loan":
        directory.revoke_loan(standing_loan(channels.telegram), by=house.unit_head)
    else:
        directory.list_channel(channels.telegram, False, by=house.head)
    with pytest.raises(ChannelsClosed, match="omid_tg"):
        services.approve_post(post, by=house.expert, hashes=hashes)
    assert not Approval.objects.exists()
    left = shown_set(_now(post))
    assert [copy.platform for copy in left.closed] == ["telegram"]
    assert len(services.approve_post(post, by=house.expert, hashes=left.hashes).delivery_ids) == 2


def test_author_who_left_leaves_nothing_to_approve(house, channels):
    post = submitted(house, channels)
    hashes = shown_set(post).hashes
    record_leaver(house.editor, by=house.head)
    with pytest.raises(ChannelsClosed):
        services.approve_post(post, by=house.expert, hashes=hashes)


def test_expired_post_is_refused(house, channels):
    post = submitted(house, channels, valid_until=clock.now() + timedelta(hours=1))
    with clock.at(clock.now() + timedelta(hours=2)), pytest.raises(PostExpired):
        services.approve_post(post, by=house.expert, hashes=shown_set(post).hashes)


def test_a_post_that_ends_before_its_time_is_refused(house, channels):
    post = submitted(house, channels, valid_until=clock.now() + timedelta(hours=1))
    Post.objects.filter(pk=post.pk).update(due_at=post.valid_until)  # no page writes this
    with pytest.raises(PostExpired):
        services.approve_post(post, by=house.expert, hashes=shown_set(post).hashes)
    assert not Approval.objects.exists()


def test_due_time_is_kept_and_a_passed_one_means_now(house, channels):
    due = clock.now() + timedelta(days=1)
    approved(house, channels, due_at=due)
    assert set(Delivery.objects.values_list("due_at", flat=True)) == {due}
    late = submitted(house, channels, due_at=due)
    with clock.at(due + timedelta(hours=3)):
        services.approve_post(late, by=house.expert, hashes=shown_set(late).hashes)
        assert set(Delivery.objects.filter(post_id=late.pk).values_list("due_at", flat=True)) == {clock.now()}


def test_every_change_of_an_approved_post_voids_its_yes(house, channels):
    post = approved(house, channels, due_at=clock.now() + timedelta(days=1))
    saved = services.save_draft(
        post, fields(channels.lent, text="ب", due_at=post.due_at), expected_revision=post.revision, by=house.editor
    )
    assert saved.state == "draft"
    assert not Approval.objects.filter(voided_at=None).exists()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}


def test_approved_post_that_has_left_cannot_be_changed(house, channels):
    post = approved(house, channels)
    Delivery.objects.filter(channel_id=channels.telegram.pk).update(state="sent", sent_at=clock.now())
    with pytest.raises(NotNow):
        services.save_draft(post, fields(channels.lent, text="ب"), expected_revision=post.revision, by=house.editor)
    assert Approval.objects.filter(voided_at=None).count() == 3
    assert Post.objects.get(pk=post.pk).text != "ب"


def test_request_is_answered_for_everybody_once_somebody_answered(house, channels):
    post = submitted(house, channels)
    assert (unread_count(house.head), unread_count(house.expert)) == (1, 1)
    services.approve_shown(post, by=house.expert, digest=shown_set(post).digest)
    assert (unread_count(house.head), unread_count(house.expert)) == (0, 0)
    other = submitted(house, channels)
    services.save_draft(other, fields(channels.lent, text="ب"), expected_revision=1, by=house.editor)
    assert unread_count(house.head) == 0


def test_facts_of_the_yes_stand_in_the_record(house, channels):
    post = submitted(house, channels)
    digest = shown_set(post).digest
    services.approve_shown(post, by=house.expert, digest=digest)
    entry = AuditEntry.objects.get(verb="approve_post")
    assert digest in entry.body and entry.by_id == house.expert.pk


def insert_approval(copy: Copy, author, approver, content_hash: str = "") -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into publishing_approval (institution_id, copy_id, content_hash, author_id, approver_id, at)"
            " values (%s, %s, %s, %s, %s, now())",
            [copy.institution_id, copy.pk, content_hash or copy.content_hash, author.pk, approver.pk],
        )


def test_database_itself_refuses_a_yes_of_the_author(house, channels):
    copy = submitted(house, channels).copies.first()
    for author, approver in ((house.editor, house.editor), (house.head, house.editor), (house.head, house.expert)):
        with pytest.raises(DatabaseError):
            insert_approval(copy, author, approver)
    with pytest.raises(DatabaseError):
        insert_approval(copy, house.editor, house.expert, "0" * 64)
    insert_approval(copy, house.editor, house.expert)


def test_database_itself_refuses_a_yes_to_blocked_or_old_copies(house, channels):
    post = submitted(house, channels, text="ن" * 501)
    with pytest.raises(DatabaseError):
        insert_approval(post.copies.get(platform="mastodon"), house.editor, house.expert)
    old = post.copies.get(platform="telegram")
    services.save_draft(post, fields(channels.lent, text="ب"), expected_revision=1, by=house.editor)
    with pytest.raises(DatabaseError):
        insert_approval(old, house.editor, house.expert)


def test_voided_yes_stays_voided(house, channels):
    post = approved(house, channels, due_at=clock.now() + timedelta(days=1))
    services.withdraw_post(post, by=house.editor)
    for statement in (
        "update publishing_approval set voided_at = null",
        "update publishing_approval set voided_at = now()",
        "delete from publishing_approval",
        "update publishing_approval set approver_id = author_id",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


RAW_ORDER = """
insert into delivery_delivery (institution_id, unit_id, platform, adapter, route, channel_id, target, bucket_key, lane,
    post_id, action, payload, content_hash, approved_hash, lateness_limit_s, key, created_at, state, due_at, miss_at,
    attempt, owner, sent_maybe, key_scope, looks, remote_id, link, error_code, error_detail, changed_at)
select c.institution_id, %(unit)s, 'telegram', 'sandbox', 'direct', %(channel)s, %(target)s, 'b', 2,
    %(post)s, 'publish',
    %(payload)s,
    encode(sha256(convert_to(%(payload)s, 'UTF8')), 'hex'), encode(sha256(convert_to(%(payload)s, 'UTF8')), 'hex'),
    7200, %(key)s, now(), 'pending', now(), now() + interval '2 hours', 0, '', false, '', 0, '', '', '', '', now()
from publishing_copy c where c.id = %(copy)s
"""


def order_raw(copy: Copy, **more) -> None:
    given = {
        "unit": 1,
        "channel": copy.channel_id,
        "post": copy.post_id,
        "payload": copy.payload,
        "copy": copy.pk,
        "key": "raw",
        "target": copy.channel.address,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RAW_ORDER, given | more)


def test_web_role_cannot_order_what_nobody_approved_even_in_sql(house, channels):
    copy = submitted(house, channels).copies.get(platform="telegram")
    with pytest.raises(DatabaseError, match="No living approval"):
        order_raw(copy)
    insert_approval(copy, house.editor, house.expert)
    for wrong in (
        {"payload": copy.payload + " "},
        {"post": copy.post_id + 1},
        {"channel": channels.wordpress.pk},
    ):
        with pytest.raises(DatabaseError, match="No living approval"):
            order_raw(copy, **wrong)
    with pytest.raises(DatabaseError, match="another place"):
        order_raw(copy, target="telegram/somebody_else")
    order_raw(copy)  # the wall is about the yes, not about the words of this test


def test_voided_yes_orders_nothing(house, channels):
    post = approved(house, channels, due_at=clock.now() + timedelta(days=1))
    copy = post.copies.get(platform="telegram")
    services.withdraw_post(post, by=house.editor)
    with pytest.raises(DatabaseError, match="No living approval"):
        order_raw(copy)


def _now(post: Post) -> Post:
    return Post.objects.get(pk=post.pk)
