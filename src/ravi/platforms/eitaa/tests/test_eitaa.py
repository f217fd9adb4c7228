"""Eitaa passes the contract on a strict server, and what is its own beside it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ravi.platforms import registry
from ravi.platforms.contract import (
    Content,
    CredentialsRefused,
    HttpAnswer,
    MediaItem,
    NotSent,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Receipt,
    Rejected,
    abilities_of,
)
from ravi.platforms.contract_faults import NobodyThere
from ravi.platforms.contract_samples import image
from ravi.platforms.contract_tests import AdapterContract, Shown
from ravi.platforms.eitaa.adapter import Eitaa, EitaaCredentials
from ravi.platforms.eitaa.profile import PROFILES
from tests.fakes.eitaa_server import Channel, EitaaServer, running

TOKEN = "bot16344:6d3e4430-0000-4000-8000-00000000abcd"
ACCOUNT = {"id": 16344, "is_bot": True, "first_name": "روابط عمومی", "last_name": "مهرگان", "username": "mehregan_pr"}


class Panel:
    """The contract's place: one channel that was added to a panel, and a look at what stands in it."""

    def __init__(self, server: EitaaServer) -> None:
        self.server, self.port = server, server.port
        self.channel = Channel(11252784, "mehregan")
        server.tokens[TOKEN] = ACCOUNT
        server.channels.append(self.channel)

    def credentials(self, port: int, *, wrong: bool = False, chat: str = "11252784") -> EitaaCredentials:
        return EitaaCredentials("bot1:nobody" if wrong else TOKEN, chat, f"http://127.0.0.1:{port}/api")

    def target(self, _port: int) -> str:
        return "mehregan"

    async def shown(self, receipt: Receipt) -> Shown | None:
        post = self.channel.posts.get(int(receipt.remote_id))
        return Shown(post.text) if post else None

    async def effects(self, _key: str) -> int:
        """Eitaa is told no key; everything in the channel is this test's."""
        return len(self.channel.posts)


@pytest.fixture
async def server() -> AsyncIterator[EitaaServer]:
    async with running(EitaaServer()) as server:
        yield server


class TestEitaa(AdapterContract):
    adapter_type = Eitaa
    profile = PROFILES["eitaa"]
    holds_our_choices = False

    @pytest.fixture
    async def place(self, server: EitaaServer) -> AsyncIterator[Panel]:
        yield Panel(server)

    async def test_an_image_is_one_file_with_its_words(
        self, place: Panel, adapter: Eitaa, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content("تصویر", media=(image("پوستر"),)), key=key)
        [post] = place.channel.posts.values()
        assert (post.text, post.file, post.content) == ("تصویر", "file.png", image("").content)
        assert receipt.link == f"https://eitaa.com/mehregan/{post.number}"
        bare = await adapter.publish(target, self.content("", media=(image(""),)), key=key)
        assert place.channel.posts[int(bare.remote_id)].text == ""

    async def test_a_video_is_one_file_with_its_words(
        self, place: Panel, adapter: Eitaa, target: str, key: str
    ) -> None:
        film = b"\0\0\0\x18ftypmp42" + bytes(300)
        item = MediaItem(hashlib.sha256(film).hexdigest(), "video/mp4", "آموزش", film, duration_s=3)
        content = self.content("فیلم", media=(item,))
        assert adapter.validate(content, self.profile) == []
        await adapter.publish(target, content, key=key)
        [post] = place.channel.posts.values()
        assert (post.text, post.file, post.content) == ("فیلم", "file.mp4", film)

    async def test_a_second_image_is_named_before_and_never_split_off(
        self, place: Panel, adapter: Eitaa, target: str, key: str
    ) -> None:
        content = self.content("دو تصویر", media=(image("یک"), image("دو")))
        [problem] = adapter.validate(content, self.profile)
        assert (problem.code, problem.actual, problem.limit) == ("too_many_media", 2, 1)
        with pytest.raises(Rejected, match="one image"):
            await adapter.publish(target, content, key=key)
        assert await place.effects(key) == 0

    def test_what_eitaa_would_make_a_sticker_of_is_no_image_here(self) -> None:
        sticker = dataclasses.replace(image("نشان"), media_type="image/webp")
        [problem] = Eitaa.validate(self.content(media=(sticker,)), self.profile)
        assert problem.code == "media_type"

    async def test_words_are_neither_markup_nor_trimmed(
        self, place: Panel, adapter: Eitaa, target: str, key: str
    ) -> None:
        text = "  <b>سلام</b> & *درود* [پیوند](https://example.org)\n"
        shown = await place.shown(await adapter.publish(target, self.content(text), key=key))
        assert shown == Shown(text)

    async def test_it_never_asks_eitaa_to_wait_or_to_remove_by_itself(
        self, place: Panel, adapter: Eitaa, target: str, key: str
    ) -> None:
        for media in ((), (image("تصویر"),)):
            await adapter.publish(target, self.content(media=media, pin=True), key=key)
        for post in place.channel.posts.values():
            assert (post.scheduled, post.gone_after_views, post.title) == (0, 0, "")

    async def test_it_is_pinned_when_it_is_sent_or_never(
        self, place: Panel, adapter: Eitaa, target: str, key: str
    ) -> None:
        for pin in (False, True):
            await adapter.publish(target, self.content(pin=pin), key=key)
            await adapter.publish(target, self.content(media=(image("تصویر"),), pin=pin), key=key)
        assert [post.pinned for post in place.channel.posts.values()] == [False, False, True, True]

    async def test_an_answer_stands_under_its_post(self, place: Panel, adapter: Eitaa, target: str, key: str) -> None:
        first = await adapter.publish(target, self.content(), key=key)
        answer = await adapter.publish(target, self.content("اصلاحیه", reply_to=first.remote_id), key=key)
        assert place.channel.posts[int(answer.remote_id)].reply_to == int(first.remote_id)
        with pytest.raises(Rejected):
            await adapter.publish(target, self.content("به کسی", reply_to="999"), key=key)

    @pytest.mark.parametrize("inside", [True, False])
    @pytest.mark.parametrize("numbered", [True, False])
    async def test_a_refusal_is_one_also_inside_an_answer_of_200(
        self, server: EitaaServer, place: Panel, adapter: Eitaa, target: str, key: str, inside: bool, numbered: bool
    ) -> None:
        server.inside, server.numbered = inside, numbered
        place.channel.sends = False
        with pytest.raises(Rejected, match="make @sender an administrator") as caught:
            await adapter.publish(target, self.content(), key=key)
        assert caught.value.code == "no_rights"
        server.channels.clear()
        with pytest.raises(Rejected, match="add the channel in its panel") as caught:
            await adapter.publish(target, self.content(), key=key)
        assert caught.value.code == "no_channel"
        async with self.adapter_at(place, place.port, wrong=True) as stranger:
            for asked in (stranger.publish(target, self.content(), key=key), stranger.verify(target)):
                with pytest.raises(CredentialsRefused):
                    await asked
        assert place.channel.posts == {}

    async def test_a_bare_name_is_tried_and_its_refusal_says_what_to_give(
        self, server: EitaaServer, place: Panel, target: str, key: str
    ) -> None:
        bare = Panel(server)
        bare.credentials = lambda port, wrong=False: place.credentials(port, chat="")
        async with self.adapter_at(bare, place.port) as adapter:
            with pytest.raises(Rejected, match="number from the panel"):
                await adapter.publish(target, self.content(), key=key)
            place.channel.by_name = True
            receipt = await adapter.publish("@mehregan", self.content(), key=key)
        assert receipt.link == f"https://eitaa.com/mehregan/{receipt.remote_id}"

    async def test_a_number_of_another_channel_is_never_a_receipt(
        self, server: EitaaServer, place: Panel, adapter: Eitaa, key: str
    ) -> None:
        with pytest.raises(OutcomeUnknown, match="stands in @mehregan: the channel number"):
            await adapter.publish("omid_hospital", self.content(), key=key)
        assert await place.effects(key) == 1

    async def test_verify_says_whose_token_it_is_and_what_it_cannot_say(self, adapter: Eitaa, target: str) -> None:
        verified = await adapter.verify(target)
        assert (verified.name, verified.handle) == ("روابط عمومی مهرگان", "mehregan")
        assert "shows with the first post" in verified.detail


def test_the_sandbox_plays_it_within_the_same_limits_and_abilities() -> None:
    """Only there an image's alt text can be read; and it plays no video and takes no other file."""
    played, own = (dataclasses.asdict(one) for one in (registry.profile("sandbox", "eitaa"), PROFILES["eitaa"]))
    assert {name for name in own if played[name] != own[name]} <= {"shows_alt_text", "video", "media_is_cautious"}
    assert abilities_of(registry.adapter("sandbox", "eitaa")) == abilities_of(Eitaa) == {"verify"}


async def test_a_token_is_not_sent_in_the_clear() -> None:
    network = NobodyThere()
    with pytest.raises(CredentialsRefused, match="must begin with https://"):
        await Eitaa(EitaaCredentials(TOKEN, "", "http://eitaayar.example/api"), network).verify("x")
    assert network.asked == []


async def test_eitaayars_own_server_is_meant_where_none_is_named() -> None:
    network = NobodyThere()
    with pytest.raises(NotSent):
        await Eitaa(EitaaCredentials(f" {TOKEN}\n"), network).verify("x")
    assert network.asked == [f"https://eitaayar.ir/api/{TOKEN}/getMe"]


async def test_a_token_cannot_lead_to_another_method() -> None:
    network = NobodyThere()
    with pytest.raises(NotSent):
        await Eitaa(EitaaCredentials("bot1:a/../../evil?x="), network).verify("x")
    assert network.asked == ["https://eitaayar.ir/api/bot1:a%2F..%2F..%2Fevil%3Fx%3D/getMe"]


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        ({"ok": True, "result": True}, OutcomeUnknown),
        ({"ok": True, "result": []}, OutcomeUnknown),
        ({"ok": True}, OutcomeUnknown),
        ([], OutcomeUnknown),
        ({"ok": False}, Rejected),
        ({"ok": False, "error": "<b>خطا</b>"}, Rejected),
        ({"ok": False, "description": "Too Many Requests: retry after 5"}, RateLimited),
        ({"ok": False, "error_code": 429, "description": "Too Many Requests"}, RateLimited),
        ({"ok": False, "error_code": 500, "description": "Internal Server Error"}, OutcomeUnknown),
        ({"ok": False, "description": "Unauthorized"}, CredentialsRefused),
    ],
)
async def test_what_an_answer_of_200_means(answer: object, means: type[PlatformError]) -> None:
    class Odd(NobodyThere):
        async def request(self, _method: str, url: str, **_: object) -> HttpAnswer:
            return HttpAnswer(200, {}, json.dumps(answer).encode(), datetime.now(UTC))

    with pytest.raises(PlatformError) as caught:
        await Eitaa(EitaaCredentials(TOKEN), Odd()).publish("x", Content("متن"), key="k")
    assert type(caught.value) is means


def test_its_type_says_that_nothing_can_be_changed_removed_or_counted() -> None:
    missing: tuple[Any, ...] = ("edit", "delete", "pin", "find", "count", "measure")
    assert [name for name in missing if hasattr(Eitaa, name)] == []
