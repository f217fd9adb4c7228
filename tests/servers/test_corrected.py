"""A correction the whole way on real servers: published by a running engine, corrected as each platform allows, read back
there, and withdrawn with everything that the correction brought."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ravi.core.tenancy import tenant
from ravi.delivery.models import Delivery
from ravi.publishing import services
from ravi.publishing.draft import DraftFields
from ravi.publishing.models import Post
from ravi.publishing.queries import fields_of, shown_set
from tests.servers.pds import Member
from tests.servers.test_email import body
from tests.servers.test_matrix import Room
from tests.servers.test_published import (  # noqa: F401 -- the station's fixtures
    Panel,
    RubikaChannel,
    Station,
    bots,
    eitaa,
    rubika,
    station,
    wait,
)
from tests.servers.test_wordpress import words
from tests.servers.wordpress import WordPressSite

pytestmark = pytest.mark.server

OLD, NEW = "واکسن از ۸ آذر.", "واکسن از ۹ آذر، نه ۸ آذر."
ANSWER = f"اصلاحیه:\n{NEW}"
EDITED = {"wordpress", "telegram", "bale", "soroush", "rubika", "matrix"}
ANSWERED = {"eitaa", "bluesky", "email"}


def _said(station: Station, post: Post) -> int:  # noqa: F811
    """The editor's post with the expert's yes; its id."""
    services.submit_post(post, by=station.house.editor)
    post.refresh_from_db()
    services.approve_post(post, by=station.house.expert, hashes=shown_set(post).hashes)
    return post.pk


def _published(station: Station) -> int:  # noqa: F811
    house = station.house
    channels = (station.website, station.letters, *station.messengers.values(), *station.federated.values())
    fields = DraftFields(title="واکسن", text=OLD, channel_ids=frozenset(channel.pk for channel in channels))
    with tenant(house.institution.pk):
        return _said(station, services.start_post(house.headquarters, fields, by=house.editor))


def _corrected(station: Station, post_id: int) -> int:  # noqa: F811
    with tenant(station.house.institution.pk):
        post = Post.objects.get(pk=post_id)
        fields = replace(fields_of(post), text=NEW)
        return _said(station, services.correct_post(post, fields, by=station.house.editor))


def test_each_platform_shows_the_correction_and_nothing_after_the_withdrawal(
    station: Station,  # noqa: F811
    wordpress: WordPressSite,
    poster: Member,
    workshop: Room,
    eitaa: Panel,  # noqa: F811
    rubika: RubikaChannel,  # noqa: F811
) -> None:
    post_id = _published(station)
    wait(lambda: station.states(post_id) == dict.fromkeys(EDITED | ANSWERED, "sent"))
    made_id = _corrected(station, post_id)
    wait(lambda: station.states(made_id) == dict.fromkeys(EDITED | ANSWERED, "sent"))
    first, second = station.copies(post_id), station.copies(made_id)
    assert {platform for platform, copy in second.items() if copy.action == "edit"} == EDITED
    assert {platform for platform, copy in second.items() if copy.reply_id} == ANSWERED

    shown = wordpress.read(f"/wp/v2/posts/{first['wordpress'].remote_id}", context="edit")
    assert words(shown["content"]["raw"]) == NEW
    assert [message.text for chat in station.chats.values() for message in chat.messages.values()] == [NEW] * 3
    assert [message.text for message in rubika.chat.messages.values()] == [NEW]
    assert workshop.content(first["matrix"].remote_id)["body"] == NEW

    old, answer = eitaa.channel.posts.values()
    assert (old.text, answer.text, str(answer.reply_to)) == (OLD, ANSWER, first["eitaa"].remote_id)
    record = poster.record(second["bluesky"].remote_id)
    assert record is not None and record["value"]["text"] == ANSWER
    assert record["value"]["reply"]["parent"]["uri"] == first["bluesky"].remote_id
    (letter,) = station.mail.letters(second["email"].remote_id)
    assert (letter["Subject"], body(letter, "plain")) == ("اصلاحیه: واکسن", ANSWER)
    assert str(letter["In-Reply-To"]).strip() == first["email"].remote_id

    house = station.house
    with tenant(house.institution.pk):
        taken = services.withdraw_post(Post.objects.get(pk=post_id), by=house.head, reason="نادرست")
    assert sorted(line.platform for line in taken.by_hand) == ["eitaa", "eitaa", "email", "email"]
    wait(lambda: _open_removals(station) == 4)  # a person's: of two letters and two posts on Eitaa
    assert not any(chat.messages for chat in station.chats.values()) and not rubika.chat.messages
    assert not any(poster.record(copies["bluesky"].remote_id) for copies in (first, second))
    assert not workshop.content(first["matrix"].remote_id)
    assert wordpress.read("/wp/v2/posts", include=first["wordpress"].remote_id, status="any") == []


def _open_removals(station: Station) -> int:  # noqa: F811
    with tenant(station.house.institution.pk):
        return Delivery.objects.filter(action="delete").exclude(state="sent").count()
