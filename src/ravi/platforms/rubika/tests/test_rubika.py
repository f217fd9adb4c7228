"""Rubika passes the contract on a strict server, and what is its own beside it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from ravi.core.egress import Egress
from ravi.platforms import contract_faults
from ravi.platforms.contract import (
    CredentialsRefused,
    Mark,
    MediaItem,
    NotSent,
    PlatformError,
    RateLimited,
    Receipt,
    Rejected,
)
from ravi.platforms.contract_faults import HOST, HTTP_FAULTS
from ravi.platforms.contract_samples import image, png
from ravi.platforms.contract_tests import AdapterContract, Place, Shown
from ravi.platforms.rubika.adapter import Rubika, RubikaCredentials
from ravi.platforms.rubika.profile import PROFILES
from ravi.platforms.transport import Timeouts, open_transport
from tests.fakes.rubika_server import Bot, Chat, RubikaServer, running

BOT = Bot("CDBAB0ABCDEFGHIJKLMNOPQRSTUVWXYZ", "b0Ravi", "راوی", "ravi_bot")
CHAT = "c0BoVq10f1a2b3c4d5e6f7a8b9c0d1e2"
RIGHTS = ["SendMessages", "EditMyMessages", "DeleteGlobalAllMessages"]


class Channel:
    """The contract's place: one channel, and a look at what stands in it."""

    def __init__(self, server: RubikaServer) -> None:
        self.server, self.port = server, server.port
        self.chat = Chat(CHAT, "Channel", "شبکهٔ بهداشت مهرگان", "mehregan", {BOT.number: ("Admin", list(RIGHTS))})
        server.bots[BOT.token] = BOT
        server.chats[CHAT] = self.chat

    def credentials(self, port: int, *, wrong: bool = False) -> RubikaCredentials:
        return RubikaCredentials("ANOTHER" if wrong else BOT.token, CHAT, f"http://127.0.0.1:{port}")

    def target(self, _port: int) -> str:
        return "mehregan"

    def message(self, remote_id: str) -> Any:
        return self.chat.messages.get(remote_id.partition("/")[0])

    async def shown(self, receipt: Receipt) -> Shown | None:
        message = self.message(receipt.remote_id)
        return Shown(message.text) if message else None

    async def effects(self, _key: str) -> int:
        """Rubika is told no key; everything that was ever put there is this test's."""
        return self.chat.ever


@pytest.fixture
async def server() -> AsyncIterator[RubikaServer]:
    async with running(RubikaServer()) as server:
        yield server


def film(size: int = 300) -> MediaItem:
    content = b"\0\0\0\x18ftypmp42" + bytes(size)
    return MediaItem(hashlib.sha256(content).hexdigest(), "video/mp4", "آموزش", content, duration_s=3)


NAMED = {"status": "OK", "data": {"chat": {"chat_id": CHAT, "chat_type": "Channel", "username": "mehregan"}}}


def knows_the_channel(_method: str, path: str) -> bytes | None:
    """The question before the first post, whose the channel's id is."""
    if path.endswith("/getChat"):
        return contract_faults.http_answer("200 OK", "application/json", json.dumps(NAMED).encode())
    return None


class TestRubika(AdapterContract):
    adapter_type = Rubika
    profile = PROFILES["rubika"]
    holds_our_choices = False
    innocent = staticmethod(knows_the_channel)

    def is_fatal(self, sent: bytes) -> bool:
        return b"/sendMessage " in sent or b"/sendFile " in sent

    @pytest.fixture
    async def place(self, server: RubikaServer) -> AsyncIterator[Channel]:
        yield Channel(server)

    @asynccontextmanager
    async def adapter_at(
        self, place: Place, port: int, *, answer_s: float = 30.0, wrong: bool = False, store_port: int = 0
    ) -> AsyncIterator[Any]:
        """Files go to a second server, which is another place to the guard of the ways out."""
        assert isinstance(place, Channel)
        egress = Egress(frozenset({(HOST, port), (HOST, store_port or place.server.store_port)}))
        async with open_transport(egress, timeouts=Timeouts(connect_s=2.0, answer_s=answer_s)) as transport:
            yield Rubika(place.credentials(port, wrong=wrong), transport)

    # Files

    async def test_an_image_is_brought_up_first_and_shown_with_its_words(
        self, server: RubikaServer, place: Channel, adapter: Rubika, target: str, key: str
    ) -> None:
        picture = image("پوستر")
        receipt = await adapter.publish(target, self.content("تصویر", media=(picture,)), key=key)
        message = place.message(receipt.remote_id)
        assert (message.text, message.kind, message.file) == ("تصویر", "Image", picture.content)
        assert server.asked == ["getChat", "requestSendFile", "sendFile"]
        bare = await adapter.publish(target, self.content("", media=(picture,)), key=key)
        assert place.message(bare.remote_id).text == ""

    async def test_a_video_is_shown_with_its_words(
        self, place: Channel, adapter: Rubika, target: str, key: str
    ) -> None:
        content = self.content("فیلم", media=(film(),))
        assert adapter.validate(content, self.profile) == []
        message = place.message((await adapter.publish(target, content, key=key)).remote_id)
        assert (message.text, message.kind, message.file) == ("فیلم", "Video", film().content)
        large = dataclasses.replace(film(), content=None, size_bytes=50_000_001)
        [problem] = adapter.validate(self.content(media=(large,)), self.profile)
        assert (problem.code, problem.limit) == ("media_too_large", 50_000_000)

    async def test_a_second_image_is_named_before_and_never_split_off(
        self, place: Channel, adapter: Rubika, target: str, key: str
    ) -> None:
        content = self.content("دو تصویر", media=(image("یک"), image("دو")))
        [problem] = adapter.validate(content, self.profile)
        assert (problem.code, problem.actual, problem.limit) == ("too_many_media", 2, 1)
        with pytest.raises(Rejected, match="one image"):
            await adapter.publish(target, content, key=key)
        assert place.chat.ever == 0

    @pytest.mark.parametrize("store_fault", HTTP_FAULTS)
    async def test_a_file_that_does_not_arrive_has_published_nothing(
        self, server: RubikaServer, place: Channel, target: str, key: str, store_fault: str
    ) -> None:
        """The API stands, the store does not: whatever it does, the copy may be tried again, or is refused by name."""
        content = self.content("تصویر", media=(image("تصویر"),))
        async with contract_faults.hostile_http(store_fault, lambda _method, _path: None) as store:
            server.store_port = store.port
            async with self.adapter_at(place, place.port, answer_s=0.5, store_port=store.port) as adapter:
                with pytest.raises(PlatformError) as caught:
                    await adapter.publish(target, content, key=key)
        clear = {"error_inside": Rejected, "forbidden": Rejected, "redirect": Rejected, "rate_limited": RateLimited}
        assert type(caught.value) is clear.get(store_fault, NotSent)
        assert place.chat.ever == 0 and server.asked == ["getChat", "requestSendFile"]

    async def test_a_file_goes_only_where_egress_allows(
        self, server: RubikaServer, place: Channel, target: str, key: str
    ) -> None:
        async with self.adapter_at(place, place.port, store_port=9) as adapter:
            with pytest.raises(NotSent):
                await adapter.publish(target, self.content(media=(image("تصویر"),)), key=key)
        assert server.files == {} and place.chat.ever == 0

    @pytest.mark.parametrize("method", ["requestSendFile", "getMe"])
    async def test_a_preparing_call_without_a_clear_answer_has_published_nothing(
        self, place: Channel, key: str, method: str
    ) -> None:
        async with self.hostile("html") as hostile, self.adapter_at(place, hostile.port) as adapter:
            with pytest.raises(NotSent):
                if method == "getMe":
                    await adapter.verify("mehregan")
                else:
                    await adapter.publish("mehregan", self.content(media=(image("تصویر"),)), key=key)

    async def test_what_is_no_image_is_refused_there(
        self, place: Channel, adapter: Rubika, target: str, key: str
    ) -> None:
        broken = dataclasses.replace(image("تصویر"), content=png()[:40])
        with pytest.raises(Rejected, match="not an image"):
            await adapter.publish(target, self.content(media=(broken,)), key=key)
        assert place.chat.ever == 0

    # Changing

    async def test_the_words_of_an_image_change_and_the_image_cannot(
        self, place: Channel, adapter: Rubika, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content("پیش", media=(image("الف"),)), key=key)
        edited = await adapter.edit(target, receipt.remote_id, self.content("پس", media=(image("ب"),)), key=key)
        assert edited.remote_id == receipt.remote_id
        assert (place.message(receipt.remote_id).text, place.message(receipt.remote_id).is_edited) == ("پس", True)
        other = dataclasses.replace(image(""), content=png(3, 3), sha256=hashlib.sha256(png(3, 3)).hexdigest())
        for media in ((other,), ()):
            with pytest.raises(Rejected, match="changes words only") as caught:
                await adapter.edit(target, receipt.remote_id, self.content("نو", media=media), key=key)
            assert caught.value.code == "media_changed"
        assert place.message(receipt.remote_id).text == "پس"
        await adapter.delete(target, receipt.remote_id)
        assert place.chat.messages == {}

    async def test_a_removal_that_is_refused_is_never_called_done(
        self, place: Channel, adapter: Rubika, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content(), key=key)
        with pytest.raises(Rejected) as caught:
            await adapter.delete(target, "999")
        assert caught.value.code == "invalid_input"
        place.chat.rights[BOT.number] = ("Admin", ["SendMessages"])
        for change in (
            adapter.delete(target, receipt.remote_id),
            adapter.edit(target, receipt.remote_id, self.content("نو"), key=key),
        ):
            with pytest.raises(Rejected, match="make it an administrator") as caught:
                await change
            assert caught.value.code == "no_rights"
        assert place.message(receipt.remote_id).text == "سلام"

    async def test_an_answer_stands_under_its_post(
        self, place: Channel, adapter: Rubika, target: str, key: str
    ) -> None:
        first = await adapter.publish(target, self.content(media=(image("تصویر"),)), key=key)
        answer = await adapter.publish(target, self.content("اصلاحیه", reply_to=first.remote_id), key=key)
        assert place.message(answer.remote_id).reply_to == place.message(first.remote_id).number
        with pytest.raises(Rejected):
            await adapter.publish(target, self.content("به کسی", reply_to="999"), key=key)

    async def test_a_pin_that_cannot_be_is_told_beside_the_receipt(
        self, adapter: Rubika, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content(pin=True), key=key)
        assert receipt.evidence.endswith("not pinned: Rubika's bots have no pin")

    # Formatting

    async def test_formatting_goes_with_the_words_their_images_and_their_changes(
        self, place: Channel, adapter: Rubika, target: str, key: str
    ) -> None:
        text = "👩🏽‍⚕️ واکسن رایگان است؛ «بیایید»"
        marks = (Mark("bold", text.index("رایگان"), text.index("رایگان") + 6), Mark("bold", 0, len(text)))
        for media in ((), (image("تصویر"),)):
            content = self.content(text, media=media, marks=marks)
            receipt = await adapter.publish(target, content, key=key)
            message = place.message(receipt.remote_id)
            assert [(part["type"], told(text, part)) for part in message.ranges] == [("Bold", "رایگان"), ("Bold", text)]
            await adapter.edit(target, receipt.remote_id, dataclasses.replace(content, marks=marks[:1]), key=key)
            assert [told(text, part) for part in message.ranges] == ["رایگان"]
            await adapter.edit(target, receipt.remote_id, dataclasses.replace(content, marks=()), key=key)
            assert message.ranges == []

    async def test_more_formatting_than_is_taken_leaves_the_rest_plain(
        self, place: Channel, adapter: Rubika, target: str, key: str
    ) -> None:
        text = "الف " * 40
        marks = tuple(Mark("bold", 4 * place, 4 * place + 3) for place in range(40))
        receipt = await adapter.publish(target, self.content(text, marks=marks), key=key)
        assert place.message(receipt.remote_id).text == text
        assert len(place.message(receipt.remote_id).ranges) == 30

    # Refusals inside an answer of 200

    @pytest.mark.parametrize("rights", [None, ("Member", []), ("Admin", ["EditMyMessages"])])
    async def test_a_channel_that_forbids_us_is_a_refusal_with_its_reason(
        self, place: Channel, adapter: Rubika, target: str, key: str, rights: Any
    ) -> None:
        place.chat.rights = {} if rights is None else {BOT.number: rights}
        for media in ((), (image("تصویر"),)):
            with pytest.raises(Rejected, match="make it an administrator") as caught:
                await adapter.publish(target, self.content(media=media), key=key)
            assert caught.value.code == "no_rights" and place.chat.ever == 0

    async def test_a_wrong_token_is_told_from_a_missing_right(self, place: Channel, target: str, key: str) -> None:
        async with self.adapter_at(place, place.port, wrong=True) as stranger:
            for asked in (
                stranger.publish(target, self.content(), key=key),
                stranger.publish(target, self.content(media=(image("تصویر"),)), key=key),
                stranger.edit(target, "1", self.content(), key=key),
                stranger.delete(target, "1"),
                stranger.verify(target),
            ):
                with pytest.raises(CredentialsRefused, match="no bot with this token"):
                    await asked

    async def test_an_id_of_another_channel_publishes_nothing_where_its_name_is_told(
        self, place: Channel, adapter: Rubika, key: str
    ) -> None:
        for media in ((), (image("تصویر"),)):
            with pytest.raises(Rejected, match="is @mehregan's, not @other's") as caught:
                await adapter.publish("@other", self.content(media=media), key=key)
            assert caught.value.code == "other_account"
        assert place.chat.ever == 0
        place.chat.username = ""
        await adapter.publish("other", self.content(), key=key)
        assert place.chat.ever == 1

    async def test_an_unknown_channel_is_named(
        self, server: RubikaServer, adapter: Rubika, target: str, key: str
    ) -> None:
        server.chats.clear()
        with pytest.raises(Rejected, match="chat not found") as caught:
            await adapter.publish(target, self.content(), key=key)
        assert caught.value.code == "invalid_input"

    @pytest.mark.parametrize("patience", [0, 1])
    async def test_too_many_calls_are_told_and_nothing_is_sent_meanwhile(
        self, server: RubikaServer, place: Channel, adapter: Rubika, target: str, key: str, patience: int
    ) -> None:
        server.patience = patience
        with pytest.raises(RateLimited) as caught:
            await adapter.publish(target, self.content(media=(image("تصویر"),)), key=key)
        assert caught.value.retry_after_s == 60 and place.chat.ever == 0

    async def test_verify_asks_whether_the_bot_may_post(
        self, server: RubikaServer, place: Channel, adapter: Rubika, target: str
    ) -> None:
        verified = await adapter.verify(target)
        assert (verified.name, verified.handle, verified.detail) == (
            "شبکهٔ بهداشت مهرگان", "mehregan", "@ravi_bot may post here",
        )  # fmt: skip
        for rights in (("Member", list(RIGHTS)), ("Admin", ["EditMyMessages"])):
            place.chat.rights[BOT.number] = rights
            with pytest.raises(Rejected, match="make it an administrator that may send"):
                await adapter.verify(target)
        server.tells_rights = False
        assert "shows with the first post" in (await adapter.verify(target)).detail
        place.chat.username = "omid_hospital"
        assert (await adapter.verify(target)).handle == "omid_hospital"


def told(text: str, part: dict[str, Any]) -> str:
    """What a reader of UTF-16 sees in a range."""
    units = text.encode("utf-16-le")[2 * part["from_index"] : 2 * (part["from_index"] + part["length"])]
    return units.decode("utf-16-le")
