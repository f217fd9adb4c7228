"""The seed's message the whole way: written, approved and sent by a running engine to a real WordPress, a real mail server, a
real Matrix homeserver, a real Bluesky server and the strict servers that stand for Telegram, Bale, Soroush Plus, Eitaa and
Rubika."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from conftest import House, Urls, build_house
from ravi.accounts.models import Person
from ravi.core import audit, crypto
from ravi.core.tenancy import tenant
from ravi.delivery import services as ledger
from ravi.delivery.models import Delivery
from ravi.directory import services as directory
from ravi.directory.models import Channel, Errand
from ravi.directory.services import NewChannel
from ravi.library.services import add_image
from ravi.platforms.compose import FULL, fit
from ravi.platforms.contract import MediaItem
from ravi.platforms.eitaa.tests.test_eitaa import Panel
from ravi.platforms.registry import profile
from ravi.platforms.rubika.tests.test_rubika import Channel as RubikaChannel
from ravi.platforms.wordpress.adapter import slug_of
from ravi.publishing import services
from ravi.publishing.draft import DraftFields
from ravi.publishing.models import Post
from ravi.publishing.queries import shown_set
from tests.crash.engines import EngineProcess
from tests.fakes.bot_server import BALE, SOROUSH, TELEGRAM, BotServer, in_a_thread
from tests.fakes.bot_world import Bot, Chat, World
from tests.fakes.eitaa_server import EitaaServer
from tests.fakes.eitaa_server import running as running_eitaa
from tests.fakes.rubika_server import RubikaServer
from tests.fakes.rubika_server import running as running_rubika
from tests.fakes.threads import in_a_thread_of_its_own
from tests.servers.pds import Member
from tests.servers.seed import seed_message
from tests.servers.smtp import PASSWORD, USER, MailServer
from tests.servers.test_email import body
from tests.servers.test_matrix import Room
from tests.servers.test_wordpress import words
from tests.servers.wordpress import USER as SITE_USER
from tests.servers.wordpress import WordPressSite

pytestmark = pytest.mark.server

LIST, ROOM = "list@lists.example.org", "#workshop:localhost"
BOT = Bot("7000001:" + "A" * 35, "ravi_bot", "راوی")
FIGURES = '{"tend_s": 0.2, "look_after_s": 0.3, "beat_s": 0.5, "backoff_s": 0.5}'


@dataclass
class Station:
    """An institution with one website, one mailing list and a channel on each messenger, and the engine that serves them."""

    house: House
    website: Channel
    letters: Channel
    messengers: dict[str, Channel]
    chats: dict[str, Chat]
    engine: EngineProcess
    mail: MailServer
    federated: dict[str, Channel]

    @property
    def telegram(self) -> Channel:
        return self.messengers["telegram"]

    @property
    def chat(self) -> Chat:
        return self.chats["telegram"]

    def publish(self, *channels: Channel, media: tuple[int, ...] = ()) -> int:
        """By the editor, approved by the expert; the post's id."""
        parts = seed_message()
        others = {name: text for name, text in parts.variants.items() if name != FULL}
        fields = DraftFields(
            title=parts.title, text=parts.variants[FULL], lang=parts.lang, link=parts.link, variants=others,
            media_ids=media, channel_ids=frozenset(channel.pk for channel in channels),
        )  # fmt: skip
        with tenant(self.house.institution.pk):
            post = services.start_post(self.house.headquarters, fields, by=self.house.editor)
            submission = services.submit_post(post, by=self.house.editor)
            assert not submission.blocked
            hashes = [copy.content_hash for copy in shown_set(post).copies]
            services.approve_post(post, by=self.house.expert, hashes=hashes)
            return post.pk

    def copies(self, post_id: int) -> dict[str, Delivery]:
        with tenant(self.house.institution.pk):
            return {one.platform: one for one in Delivery.objects.filter(post_id=post_id)}

    def states(self, post_id: int) -> dict[str, str]:
        return {platform: copy.state for platform, copy in self.copies(post_id).items()}

    def page(self, person: Person, address: str) -> str:
        from django.test import Client  # noqa: PLC0415 -- Django is set up by then

        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        return BeautifulSoup(answer.content, "html.parser").get_text(" ", strip=True) + answer.content.decode()


def wait(done: Callable[[], object], within_s: float = 90.0) -> None:
    until = monotonic() + within_s
    while not done():
        assert monotonic() < until, "it did not come about"
        sleep(0.1)


@pytest.fixture
def bots() -> Iterator[dict[str, BotServer]]:
    """Each messenger on a server of its own, with one channel of the same name."""
    rights = dict.fromkeys(("can_post_messages", "can_edit_messages", "can_delete_messages"), True)
    with ExitStack() as stack:
        servers = {}
        for flavour in (TELEGRAM, BALE, SOROUSH):
            chat = Chat(-1001234, "channel", "شبکهٔ بهداشت", "mehregan", rights={BOT.number: dict(rights)})
            server = BotServer(World({BOT.token: BOT}, {chat.number: chat}), flavour=flavour)
            servers[flavour.name] = stack.enter_context(in_a_thread(server))
        yield servers


@pytest.fixture
def eitaa() -> Iterator[Panel]:
    with in_a_thread_of_its_own(running_eitaa(EitaaServer())) as server:
        yield Panel(server)


@pytest.fixture
def rubika() -> Iterator[RubikaChannel]:
    with in_a_thread_of_its_own(running_rubika(RubikaServer())) as server:
        yield RubikaChannel(server)


@pytest.fixture
def station(
    fresh_database: Urls,
    wordpress: WordPressSite,
    mail: MailServer,
    bots: dict[str, BotServer],
    eitaa: Panel,
    rubika: RubikaChannel,
    poster: Member,
    workshop: Room,
    settings: Any,
    tmp_path: Path,
) -> Iterator[Station]:
    private, public = crypto.generate_keypair()
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "test-1.key").write_text(base64.urlsafe_b64encode(private).decode())
    settings.CREDENTIAL_PUBLIC_KEY = base64.urlsafe_b64encode(public).decode().rstrip("=")
    settings.CREDENTIAL_KEY_ID = "test-1"
    house = build_house()
    house.institution.is_demo = True  # the second factor is another test's matter
    house.institution.save()
    for person in house.people().values():
        person.refresh_from_db()
    with tenant(house.institution.pk):
        website = _open(house, "wordpress", "wordpress", f"{wordpress.url}/")
        letters = _open(house, "email", "email", LIST)
        set_password(website, wordpress)
        given = {
            "host": "127.0.0.1", "port": str(mail.port), "security": "none", "username": USER, "password": PASSWORD,
            "sender": "خبرنامهٔ سلامت <news@example.org>", "unsubscribe": "https://example.org/leave",
        }  # fmt: skip
        directory.set_credential(letters, given, by=None)
        messengers = {name: _open(house, name, name, "@mehregan") for name in bots}
        for name, channel in messengers.items():
            token = {"token": BOT.token, "server": f"http://127.0.0.1:{bots[name].port}"}
            directory.set_credential(channel, token, by=None)
        federated = {name: _open(house, name, name, at) for name, at in (("bluesky", poster.handle), ("matrix", ROOM))}
        given = {"identifier": poster.handle, "app_password": poster.app_password, "server": poster.url}
        directory.set_credential(federated["bluesky"], given, by=None)
        given = {"homeserver": workshop.account.url, "access_token": workshop.account.token}
        directory.set_credential(federated["matrix"], given, by=None)
        for name, place in (("eitaa", eitaa), ("rubika", rubika)):
            messengers[name] = _open(house, name, name, "@mehregan")
            directory.set_credential(messengers[name], asdict(place.credentials(place.port)), by=None)
    ports = (
        wordpress.port, mail.port, poster.port, workshop.port, *(server.port for server in bots.values()),
        eitaa.port, rubika.port, rubika.server.store_port,
    )  # fmt: skip
    doors = tuple(f"127.0.0.1:{port}" for port in ports)
    engine = EngineProcess(fresh_database.engine, keys, doors, tmp_path / "engine.log", FIGURES)
    engine.start()
    try:
        chats = {name: next(iter(server.world.chats.values())) for name, server in bots.items()}
        yield Station(house, website, letters, messengers, chats, engine, mail, federated)
    finally:
        assert engine.end() == 0


def _open(house: House, platform: str, adapter: str, address: str) -> Channel:
    new = NewChannel(house.headquarters, platform, adapter, address, "خبر و آموزش سلامت")
    return directory.open_channel(new, by=None)


def set_password(website: Channel, site: WordPressSite, word: str = "") -> None:
    given = {"site": site.url, "username": SITE_USER, "application_password": word or site.application_password}
    directory.set_credential(website, given, by=None)


def a_picture() -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(drawn, "PNG")
    return SimpleUploadedFile("a.png", drawn.getvalue(), "image/png")


def test_the_seed_message_goes_out_and_is_read_back(station: Station, wordpress: WordPressSite) -> None:
    house = station.house
    with tenant(house.institution.pk):
        for channel in (station.website, station.letters, station.telegram):
            directory.request_verification(channel, by=house.editor)
        media = add_image(
            a_picture(), unit=house.headquarters, by=house.editor, alt_text="پوستر کارگاه", shows_people=False
        )
    wait(lambda: _errands(house) == ["verified"] * 3)
    post_id = station.publish(station.website, station.letters, station.telegram, media=(media.pk,))
    wait(lambda: set(station.states(post_id).values()) == {"sent"})
    copies, parts = station.copies(post_id), seed_message()

    shown = wordpress.read(f"/wp/v2/posts/{copies['wordpress'].remote_id}", context="edit")
    assert (shown["title"]["raw"], shown["link"]) == (parts.title, copies["wordpress"].link)
    assert words(shown["content"]["raw"]) == fit(parts, profile("wordpress", "wordpress")).text
    assert wordpress.read(f"/wp/v2/media/{shown['featured_media']}")["alt_text"] == "پوستر کارگاه"

    (letter,) = station.mail.letters(copies["email"].remote_id)
    assert letter["Subject"] == parts.title
    assert body(letter, "plain") == fit(parts, profile("email", "email")).text

    (message,) = station.chat.messages.values()
    with_image = replace(parts, media=shown_media(media))
    assert message.text == fit(with_image, profile("telegram", "telegram")).text and message.photo is not None
    assert copies["telegram"].link == f"https://t.me/mehregan/{message.number}"

    board = station.page(house.editor, f"/posts/{post_id}/board/{house.headquarters.pk}/")
    assert copies["wordpress"].link in board and copies["telegram"].link in board
    with tenant(house.institution.pk):
        assert audit.verify(house.institution.pk) == []


def test_the_readers_of_bale_and_soroush_get_it_too(station: Station) -> None:
    """The same message, each within its own platform's limits; and it is gone from both when it is taken back."""
    house, names = station.house, ("bale", "soroush")
    channels = [station.messengers[name] for name in names]
    with tenant(house.institution.pk):
        for channel in channels:
            directory.request_verification(channel, by=house.editor)
        media = add_image(
            a_picture(), unit=house.headquarters, by=house.editor, alt_text="پوستر کارگاه", shows_people=False
        )
    wait(lambda: _errands(house) == ["verified"] * 2)
    post_id = station.publish(*channels, media=(media.pk,))
    wait(lambda: station.states(post_id) == dict.fromkeys(names, "sent"))
    parts = replace(seed_message(), media=shown_media(media))
    for name, link in (("bale", "https://ble.ir/mehregan"), ("soroush", "https://splus.ir/mehregan")):
        (message,) = station.chats[name].messages.values()
        assert message.text == fit(parts, profile(name, name)).text and message.photo is not None
        assert station.copies(post_id)[name].link == link
    assert station.chat.ever == 0
    with tenant(house.institution.pk):
        services.withdraw_post(Post.objects.get(pk=post_id), by=house.expert, reason="اشتباه در نشانی")
    wait(lambda: not any(station.chats[name].messages for name in names))
    assert [station.chats[name].ever for name in names] == [1, 1]


def test_the_readers_of_eitaa_and_rubika_get_it_too(station: Station, eitaa: Panel, rubika: RubikaChannel) -> None:
    """The same message; taken back, it is gone from Rubika, and a person is asked to remove it from Eitaa, which lets no
    program do it."""
    house, names = station.house, ("eitaa", "rubika")
    channels = [station.messengers[name] for name in names]
    with tenant(house.institution.pk):
        for channel in channels:
            directory.request_verification(channel, by=house.editor)
        media = add_image(
            a_picture(), unit=house.headquarters, by=house.editor, alt_text="پوستر کارگاه", shows_people=False
        )
    wait(lambda: _errands(house) == ["verified"] * 2)
    post_id = station.publish(*channels, media=(media.pk,))
    wait(lambda: station.states(post_id) == dict.fromkeys(names, "sent"))
    parts = replace(seed_message(), media=shown_media(media))
    for name, (post,) in (("eitaa", eitaa.channel.posts.values()), ("rubika", rubika.chat.messages.values())):
        assert post.text == fit(parts, profile(name, name)).text and post.file
    assert station.copies(post_id)["eitaa"].link == f"https://eitaa.com/mehregan/{min(eitaa.channel.posts)}"
    with tenant(house.institution.pk):
        taken = services.withdraw_post(Post.objects.get(pk=post_id), by=house.expert, reason="اشتباه در نشانی")
        assert [line.platform for line in taken.by_hand] == ["eitaa"]
    wait(lambda: not rubika.chat.messages)
    assert (len(eitaa.channel.posts), rubika.chat.ever) == (1, 1)


def test_a_room_and_an_account_in_a_network_of_servers_get_it_and_lose_it_again(
    station: Station, poster: Member, workshop: Room
) -> None:
    house, parts, channels = station.house, seed_message(), station.federated
    with tenant(house.institution.pk):
        for channel in channels.values():
            directory.request_verification(channel, by=house.editor)
        media = add_image(
            a_picture(), unit=house.headquarters, by=house.editor, alt_text="پوستر کارگاه", shows_people=False
        )
    wait(lambda: _errands(house) == ["verified"] * 2)
    post_id = station.publish(*channels.values(), media=(media.pk,))
    wait(lambda: set(station.states(post_id).values()) == {"sent"})
    copies, with_image = station.copies(post_id), replace(parts, media=shown_media(media))

    record = poster.record(copies["bluesky"].remote_id)
    assert record is not None and record["value"]["text"] == fit(with_image, profile("bluesky", "bluesky")).text
    assert [one["alt"] for one in record["value"]["embed"]["images"]] == ["پوستر کارگاه"]
    words_id, image_id = copies["matrix"].remote_id.split(",")
    assert workshop.content(words_id)["body"] == fit(with_image, profile("matrix", "matrix")).text
    assert workshop.content(image_id)["body"] == "پوستر کارگاه"
    board = station.page(house.editor, f"/posts/{post_id}/board/{house.headquarters.pk}/")
    assert copies["bluesky"].link in board and copies["matrix"].link in board

    with tenant(house.institution.pk):
        services.withdraw_post(Post.objects.get(pk=post_id), by=house.expert, reason="اشتباه در نشانی")
    wait(lambda: not poster.record(copies["bluesky"].remote_id) and not workshop.content(image_id))
    assert not workshop.content(words_id) and poster.posts() == []


def shown_media(media: Any) -> tuple[MediaItem, ...]:
    return (
        MediaItem(media.sha256, media.media_type, media.alt_text, None, media.width, media.height, media.size_bytes),
    )


def _errands(house: House) -> list[str]:
    with tenant(house.institution.pk):
        return [errand.outcome for errand in Errand.objects.exclude(done_at=None)]


def test_a_wrong_password_holds_the_channel_and_nothing_is_lost(station: Station, wordpress: WordPressSite) -> None:
    house = station.house
    with tenant(house.institution.pk):
        set_password(station.website, wordpress, "wrong wrong wrong")
    post_id = station.publish(station.website, station.letters)
    wait(lambda: station.states(post_id) == {"wordpress": "held", "email": "sent"})
    assert "دیگر کلید این کانال را نمی‌پذیرد" in station.page(
        house.editor, f"/posts/{post_id}/board/{house.headquarters.pk}/"
    )
    with tenant(house.institution.pk):
        set_password(station.website, wordpress)
        held = station.copies(post_id)["wordpress"]
        ledger.resume_channel(station.website.pk, by=house.editor)
        assert ledger.release_held([held], by=house.editor) == 1
    wait(lambda: station.states(post_id)["wordpress"] == "sent")
    (shown,) = wordpress.read("/wp/v2/posts", slug=slug_of(held.key), status="any")
    assert str(shown["id"]) == station.copies(post_id)["wordpress"].remote_id


def test_a_mail_server_that_is_away_is_waited_for(station: Station) -> None:
    station.mail.close()
    try:
        post_id = station.publish(station.letters)
        wait(lambda: station.copies(post_id)["email"].attempt >= 2)
        # Between two attempts it is in line; a third one may just be on its way.
        wait(lambda: station.states(post_id) == {"email": "pending"})
    finally:
        station.mail.open()  # the other tests write to it too
    wait(lambda: station.states(post_id) == {"email": "sent"})
    assert len(station.mail.letters(station.copies(post_id)["email"].remote_id)) == 1


def test_a_withdrawal_takes_the_message_out_of_the_channel(station: Station) -> None:
    post_id = station.publish(station.telegram)
    wait(lambda: station.states(post_id) == {"telegram": "sent"})
    assert len(station.chat.messages) == 1
    with tenant(station.house.institution.pk):
        services.withdraw_post(Post.objects.get(pk=post_id), by=station.house.expert, reason="اشتباه در نشانی")
    wait(lambda: not station.chat.messages)
    assert station.chat.ever == 1


def test_a_bot_that_was_put_out_is_a_sentence_and_the_others_go(station: Station) -> None:
    station.chat.kicked.add(BOT.number)
    post_id = station.publish(station.telegram, station.letters)
    wait(lambda: station.states(post_id) == {"telegram": "failed", "email": "sent"})
    copy = station.copies(post_id)["telegram"]
    assert (copy.error_code, station.chat.ever) == ("no_rights", 0)
    page = station.page(station.house.editor, f"/posts/{post_id}/board/{station.house.headquarters.pk}/")
    assert "ربات راوی را در آن مدیر کنید" in page and BOT.token not in page
