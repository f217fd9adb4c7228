"""A network message the whole way through a running engine to the strict servers of five messengers and a real mail server:
a unit took it, headquarters corrects it everywhere with one action and one yes, every platform shows the newer words, and a
withdrawal leaves nothing of either. (The same corrections on WordPress, Matrix and Bluesky: test_corrected.)"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from conftest import House, Urls, build_house
from ravi.core import crypto
from ravi.core.tenancy import tenant
from ravi.delivery.models import Delivery
from ravi.directory import services as directory
from ravi.directory.services import NewChannel
from ravi.network import services
from ravi.network.draft import MessageFields, VersionFields
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.values import LockedFact, Phone
from ravi.network.jobs import correct, withdraw
from ravi.network.models import CorrectedAnswer, Message, Offer
from ravi.network.rules import Aim, TargetKind
from ravi.network.tests.outside import agreed, took
from ravi.publishing.queries import shown_set
from tests.crash.engines import EngineProcess
from tests.fakes.bot_server import BotServer
from tests.servers.smtp import PASSWORD, USER, MailServer
from tests.servers.test_email import body
from tests.servers.test_published import (  # noqa: F401 -- fixtures
    BOT,
    FIGURES,
    LIST,
    Panel,
    RubikaChannel,
    bots,
    eitaa,
    rubika,
    wait,
)

pytestmark = pytest.mark.server

OLD, NEW = "تلفن: \u2066۰۴۱۳۳۳۳۴۴۴۴\u2069", "تلفن: \u2066۰۴۱۳۵۵۵۰۰۰۰\u2069"
EDITED, ANSWERED = {"telegram", "bale", "soroush", "rubika"}, {"eitaa", "email"}


@dataclass
class Ward:
    """The hospital with its channels, none of them lent, and the engine that serves them."""

    house: House

    def copies(self, post_id: int) -> dict[str, Delivery]:
        with tenant(self.house.institution.pk):
            return {one.platform: one for one in Delivery.objects.filter(post_id=post_id).exclude(action="delete")}

    def states(self, post_id: int) -> dict[str, str]:
        return {platform: copy.state for platform, copy in self.copies(post_id).items()}


@pytest.fixture
def ward(
    fresh_database: Urls,
    mail: MailServer,
    bots: dict[str, BotServer],  # noqa: F811
    eitaa: Panel,  # noqa: F811
    rubika: RubikaChannel,  # noqa: F811
    settings: Any,
    tmp_path: Path,
) -> Iterator[Ward]:
    private, public = crypto.generate_keypair()
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "test-1.key").write_text(base64.urlsafe_b64encode(private).decode())
    settings.CREDENTIAL_PUBLIC_KEY = base64.urlsafe_b64encode(public).decode().rstrip("=")
    settings.CREDENTIAL_KEY_ID = "test-1"
    house = build_house()
    letters = {
        "host": "127.0.0.1", "port": str(mail.port), "security": "none", "username": USER, "password": PASSWORD,
        "sender": "خبرنامهٔ سلامت <news@example.org>", "unsubscribe": "https://example.org/leave",
    }  # fmt: skip
    with tenant(house.institution.pk):
        _open(house, "email", LIST, letters)
        for name, server in bots.items():
            _open(house, name, "@mehregan", {"token": BOT.token, "server": f"http://127.0.0.1:{server.port}"})
        _open(house, "eitaa", "@mehregan", asdict(eitaa.credentials(eitaa.port)))
        _open(house, "rubika", "@mehregan", asdict(rubika.credentials(rubika.port)))
    ports = (mail.port, *(server.port for server in bots.values()), eitaa.port, rubika.port, rubika.server.store_port)
    doors = tuple(f"127.0.0.1:{port}" for port in ports)
    engine = EngineProcess(fresh_database.engine, keys, doors, tmp_path / "engine.log", FIGURES)
    engine.start()
    try:
        yield Ward(house)
    finally:
        assert engine.end() == 0


def _open(house: House, platform: str, address: str, credential: Any) -> None:
    channel = directory.open_channel(NewChannel(house.hospital, platform, platform, address, "خبر"), by=None)
    directory.set_credential(channel, credential, by=None)


def _phone(number: str) -> VersionFields:
    fact = LockedFact("تلفن", FactKind.PHONE, Phone(number))
    return VersionFields(title="واکسن", text="تلفن: {تلفن}", facts=(fact,), what_changed="تلفن عوض شد.")


def _issued(ward: Ward, message: Message) -> Message:
    version = message.versions.get(issued_at=None)
    services.issue_version(version, expected_revision=version.revision, by=ward.house.editor)
    message.refresh_from_db()
    return message


def _published(ward: Ward) -> int:  # noqa: F811
    """The hospital's answer on channels of its own; the number of its post."""
    house = ward.house
    with tenant(house.institution.pk):
        fields = MessageFields(
            topic="organisation", with_link=False, window_min=0, aims=(Aim(TargetKind.TREE, house.headquarters.pk),)
        )
        message = services.draft_message(house.headquarters, fields, _phone("04133334444"), by=house.editor)
        offer = Offer.objects.get(message=_issued(ward, message), unit=house.hospital)
        answer = took(offer, house.officer)
        assert answer.post is not None
        return agreed(answer.post, house.expert).pk


def _corrected(ward: Ward, post_id: int) -> int:  # noqa: F811
    house = ward.house
    with tenant(house.institution.pk):
        message = Message.objects.get(offers__adoptions__post=post_id)
        draft = services.start_version(message, by=house.editor)
        services.save_version(draft, _phone("04135550000"), expected_revision=draft.revision, by=house.editor)
        message = _issued(ward, message)
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
    ward: Ward,
    bots: dict[str, BotServer],  # noqa: F811
    mail: MailServer,
    eitaa: Panel,  # noqa: F811
    rubika: RubikaChannel,  # noqa: F811
) -> None:
    post_id = _published(ward)
    wait(lambda: ward.states(post_id) == dict.fromkeys(EDITED | ANSWERED, "sent"))
    made_id = _corrected(ward, post_id)
    wait(lambda: ward.states(made_id) == dict.fromkeys(EDITED | ANSWERED, "sent"))
    second = ward.copies(made_id)
    assert {platform for platform, copy in second.items() if copy.action == "edit"} == EDITED

    said = [
        one.text for server in bots.values() for chat in server.world.chats.values() for one in chat.messages.values()
    ]
    said += [message.text for message in rubika.chat.messages.values()]
    assert all(NEW in text and OLD not in text for text in said) and len(said) == 4, said
    old, answer = eitaa.channel.posts.values()
    assert OLD in old.text and answer.text.startswith("اصلاحیه:") and NEW in answer.text
    (letter,) = mail.letters(second["email"].remote_id)
    assert NEW in body(letter, "plain")

    house = ward.house
    with tenant(house.institution.pk):
        message = Message.objects.get(offers__adoptions__post=post_id)
        services.withdraw_message(message, reason="نادرست", by=house.head)
    withdraw(house.institution.pk, message.pk)
    wait(lambda: _open_removals(ward) == 4)  # a person's: of two letters and two posts on Eitaa
    chats = [chat for server in bots.values() for chat in server.world.chats.values()]
    assert not any(chat.messages for chat in chats) and not rubika.chat.messages


def _open_removals(ward: Ward) -> int:  # noqa: F811
    with tenant(ward.house.institution.pk):
        return Delivery.objects.filter(action="delete").exclude(state="sent").count()
