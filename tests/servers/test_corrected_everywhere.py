"""A network message the whole way on real servers: a unit took it, headquarters corrects it everywhere with one action and one
yes, every platform shows the newer words, and a withdrawal leaves nothing of either."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ravi.core.tenancy import tenant
from ravi.delivery.models import Delivery
from ravi.directory.models import Channel
from ravi.network import services
from ravi.network.draft import MessageFields, VersionFields
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.values import LockedFact, Phone
from ravi.network.jobs import correct, withdraw
from ravi.network.models import CorrectedAnswer, Message, Offer
from ravi.network.rules import Aim, TargetKind
from ravi.network.tests.outside import agreed, took
from ravi.publishing.queries import shown_set
from tests.servers.pds import Member
from tests.servers.test_corrected import ANSWERED, EDITED
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

OLD, NEW = "تلفن: ۰۴۱۳۳۳۳۴۴۴۴", "تلفن: ۰۴۱۳۵۵۵۰۰۰۰"


def _phone(number: str) -> VersionFields:
    fact = LockedFact("تلفن", FactKind.PHONE, Phone(number))
    return VersionFields(title="واکسن", text="تلفن: {تلفن}", facts=(fact,), what_changed="تلفن عوض شد.")


def _issued(station: Station, message: Message) -> Message:  # noqa: F811
    version = message.versions.get(issued_at=None)
    services.issue_version(version, expected_revision=version.revision, by=station.house.editor)
    message.refresh_from_db()
    return message


def _published(station: Station) -> int:  # noqa: F811
    """The hospital's answer on channels of its own; the number of its post."""
    house = station.house
    with tenant(house.institution.pk):
        Channel.objects.filter(unit=house.headquarters).update(unit=house.hospital)
        fields = MessageFields(
            topic="organisation", with_link=False, window_min=0, aims=(Aim(TargetKind.TREE, house.headquarters.pk),)
        )
        message = services.draft_message(house.headquarters, fields, _phone("04133334444"), by=house.editor)
        offer = Offer.objects.get(message=_issued(station, message), unit=house.hospital)
        answer = took(offer, house.officer)
        assert answer.post is not None
        return agreed(answer.post, house.expert).pk


def _corrected(station: Station, post_id: int) -> int:  # noqa: F811
    house = station.house
    with tenant(house.institution.pk):
        message = Message.objects.get(offers__adoptions__post=post_id)
        draft = services.start_version(message, by=house.editor)
        changed = replace(_phone("04135550000"))
        services.save_version(draft, changed, expected_revision=draft.revision, by=house.editor)
        message = _issued(station, message)
        version = message.current
        assert version is not None
        services.correct_message(message, version_id=version.pk, by=house.editor)
    correct(house.institution.pk, version.pk)
    with tenant(house.institution.pk):
        row = CorrectedAnswer.objects.get(version=version)
        assert row.post is not None
        shown = {row.post.pk: shown_set(row.post).digest}
        assert services.say_corrections_yes(version, shown, by=house.expert).done == (row.post.pk,)
        return row.post.pk


def test_each_platform_shows_the_newer_version_and_nothing_after_the_withdrawal(
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

    shown = wordpress.read(f"/wp/v2/posts/{first['wordpress'].remote_id}", context="edit")
    assert NEW in words(shown["content"]["raw"])
    said = [message.text for chat in station.chats.values() for message in chat.messages.values()]
    said += [message.text for message in rubika.chat.messages.values()]
    said.append(workshop.content(first["matrix"].remote_id)["body"])
    assert all(NEW in text and OLD not in text for text in said) and len(said) == 5
    old, answer = eitaa.channel.posts.values()
    assert OLD in old.text and answer.text.startswith("اصلاحیه:") and NEW in answer.text
    record = poster.record(second["bluesky"].remote_id)
    assert record is not None and NEW in record["value"]["text"]
    (letter,) = station.mail.letters(second["email"].remote_id)
    assert NEW in body(letter, "plain")

    house = station.house
    with tenant(house.institution.pk):
        message = Message.objects.get(offers__adoptions__post=post_id)
        services.withdraw_message(message, reason="نادرست", by=house.head)
    withdraw(house.institution.pk, message.pk)
    wait(lambda: _open_removals(station) == 4)  # a person's: of two letters and two posts on Eitaa
    assert not any(chat.messages for chat in station.chats.values()) and not rubika.chat.messages
    assert not any(poster.record(copies["bluesky"].remote_id) for copies in (first, second))
    assert not workshop.content(first["matrix"].remote_id)
    assert wordpress.read("/wp/v2/posts", include=first["wordpress"].remote_id, status="any") == []


def _open_removals(station: Station) -> int:  # noqa: F811
    with tenant(station.house.institution.pk):
        return Delivery.objects.filter(action="delete").exclude(state="sent").count()
