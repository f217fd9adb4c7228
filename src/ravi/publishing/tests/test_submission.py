"""Submission freezes what each channel gets, measures it, and reports what cannot go without holding up the rest."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.delivery.payload import payload_hash
from ravi.directory import services as directory
from ravi.directory.queries import standing_loan
from ravi.directory.rules import ChannelState
from ravi.notices.models import Notice
from ravi.publishing import services
from ravi.publishing.errors import DraftRefused, NothingToSend, NotNow, PostExpired
from ravi.publishing.models import Copy, Post
from ravi.publishing.queries import copy_sentence, shown_set

from .conftest import fields, submitted

pytestmark = pytest.mark.django_db


def start(house, channels, **more):
    return services.start_post(house.headquarters, fields(channels.lent, **more), by=house.editor)


def test_submission_freezes_one_copy_per_channel(house, channels):
    post = start(house, channels, link="https://example.org/1")
    submission = services.submit_post(post, by=house.editor)
    assert len(submission.ready) == 3
    copies = {copy.platform: copy for copy in Copy.objects.filter(post=post)}
    for copy in copies.values():
        assert copy.content_hash == payload_hash(copy.payload)
        payload = json.loads(copy.payload)
        assert (payload["post"], payload["channel"], payload["action"]) == (post.pk, copy.channel_id, "publish")
    assert json.loads(copies["telegram"].payload)["text"].endswith("\nhttps://example.org/1")
    assert json.loads(copies["telegram"].payload)["link"] == ""  # no field for it there, so it stands in the text
    assert Post.objects.get(pk=post.pk).state == "submitted"


def test_submission_freezes_what_is_marked_as_each_platform_shows_it(house, channels):
    post = start(house, channels, text="**مهم**: [ثبت‌نام](https://example.org/1)")
    services.submit_post(post, by=house.editor)
    frozen = {copy.platform: json.loads(copy.payload) for copy in Copy.objects.filter(post=post)}
    telegram = frozen["telegram"]
    assert telegram["text"] == "مهم: ثبت‌نام"
    assert telegram["entities"] == [
        {"kind": "bold", "start": 0, "end": 3, "href": ""},
        {"kind": "link", "start": 5, "end": 12, "href": "https://example.org/1"},
    ]
    assert (frozen["mastodon"]["text"], frozen["mastodon"]["entities"]) == ("مهم: ثبت‌نام (https://example.org/1)", [])


def test_another_address_behind_the_same_words_is_another_copy(house, channels):
    hashes = set()
    for address in ("https://example.org/1", "https://example.org/2"):
        post = start(house, channels, text=f"[ثبت‌نام]({address})")
        services.submit_post(post, by=house.editor)
        payload = json.loads(Copy.objects.get(post=post, platform="telegram").payload)
        hashes.add(json.dumps(payload["entities"]))
    assert len(hashes) == 2


def test_submission_tells_approvers_and_not_the_writers(house, channels):
    post = submitted(house, channels)
    told = Notice.objects.filter(kind="post_submitted")
    assert {notice.person for notice in told} == {house.head, house.expert}
    assert told[0].url == f"/posts/{post.pk}/approval/"


def test_health_post_asks_the_expert_only(house, channels):
    submitted(house, channels, topic="health")
    assert {notice.person for notice in Notice.objects.all()} == {house.expert}


def test_replayed_submission_gives_the_same_answer(house, channels):
    post = start(house, channels)
    first = services.submit_post(post, by=house.editor, expected_revision=1)
    second = services.submit_post(post, by=house.editor, expected_revision=1)
    assert [copy.pk for copy in first.ready] == [copy.pk for copy in second.ready]
    assert (Copy.objects.count(), Notice.objects.count()) == (3, 2)


def test_submission_of_words_that_changed_meanwhile_is_refused(house, channels):
    post = start(house, channels)
    services.save_draft(post, fields(channels.lent, text="ب"), expected_revision=1, by=house.head)
    with pytest.raises(NotNow):
        services.submit_post(post, by=house.editor, expected_revision=1)


def test_too_long_copy_is_reported_with_its_count_and_the_others_stay(house, channels):
    post = start(house, channels, text="ن" * 501)
    submission = services.submit_post(post, by=house.editor)
    assert {copy.platform for copy in submission.ready} == {"telegram", "wordpress"}
    (blocked,) = submission.blocked
    assert blocked.problems == [{"code": "too_long", "unit": "mastodon_chars", "actual": 501, "limit": 500}]
    assert "۵۰۱" in copy_sentence(blocked.problems[0], "mastodon", "sandbox")
    assert json.loads(blocked.payload)["text"] == "ن" * 501  # never cut
    assert shown_set(Post.objects.get(pk=post.pk)).blocked == (blocked,)


def test_nothing_to_send_is_a_sentence_and_writes_nothing(house, channels):
    for given, said in ((fields(frozenset()), "کانالی"), (fields(channels.lent, text="", title=""), "")):
        post = services.start_post(house.headquarters, given, by=house.editor)
        with pytest.raises(NothingToSend) as refused:
            services.submit_post(post, by=house.editor)
        assert said in str(refused.value)
        assert Post.objects.get(pk=post.pk).state == "draft"
    assert not Copy.objects.exists()
    assert {copy.problems[0]["code"] for copy in refused.value.blocked} == {"empty"}


def test_channel_that_closed_since_it_was_chosen_is_blocked(house, channels):
    post = start(house, channels)
    directory.move_channel(channels.mastodon, ChannelState.FROZEN, by=house.head)
    directory.revoke_loan(standing_loan(channels.telegram), by=house.unit_head)
    submission = services.submit_post(post, by=house.editor)
    assert [copy.platform for copy in submission.ready] == ["wordpress"]
    assert {copy.problems[0]["code"] for copy in submission.blocked} == {"channel_closed"}


def test_expired_or_impossible_time_is_refused(house, channels):
    now = clock.now()
    wrong = (
        ({"valid_until": now - timedelta(minutes=1)}, PostExpired),
        ({"valid_until": now + timedelta(hours=1), "due_at": now + timedelta(hours=2)}, PostExpired),
        ({"due_at": now - timedelta(days=1)}, DraftRefused),
        ({"due_at": now + timedelta(days=500)}, DraftRefused),
    )
    for more, error in wrong:
        post = start(house, channels, **more)
        with pytest.raises(error):
            services.submit_post(post, by=house.editor)


@pytest.mark.parametrize("name", ["expert", "auditor", "unit_head", "neighbour", "outsider"])
def test_others_may_not_submit(house, channels, name):
    post = start(house, channels)
    with pytest.raises(PermissionDenied):
        services.submit_post(post, by=house.people()[name])


def test_submission_sends_nothing(house, channels):
    submitted(house, channels)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "update publishing_copy set payload = payload || ' '",
        "delete from publishing_copy",
        "delete from publishing_writer",
        "update publishing_post set author_id = author_id + 1",
        "update publishing_post set revision = 0",
    ],
)
def test_web_role_cannot_rewrite_what_was_frozen(house, channels, statement):
    submitted(house, channels)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("set constraints all immediate")
