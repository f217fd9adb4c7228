"""Telegram passes the contract on a strict server, and what is its own beside it."""

from __future__ import annotations

import dataclasses
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
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Receipt,
    Rejected,
)
from ravi.platforms.contract_faults import NobodyThere
from ravi.platforms.contract_samples import image, png
from ravi.platforms.contract_tests import AdapterContract, Shown
from ravi.platforms.telegram.adapter import Telegram, TelegramCredentials
from ravi.platforms.telegram.profile import PROFILES
from tests.fakes.bot_server import BotServer, running
from tests.fakes.bot_world import Bot, Chat

BOT = Bot("7000001:" + "A" * 35, "ravi_bot", "راوی")
RIGHTS = dict.fromkeys(("can_post_messages", "can_edit_messages", "can_delete_messages"), True)


class Channel:
    """The contract's place: one channel, and a look at what stands in it."""

    def __init__(self, server: BotServer) -> None:
        self.server, self.port = server, server.port
        self.chat = Chat(-1001234, "channel", "شبکهٔ بهداشت مهرگان", "mehregan", rights={BOT.number: dict(RIGHTS)})
        server.world.bots[BOT.token] = BOT
        server.world.chats[self.chat.number] = self.chat

    def credentials(self, port: int, *, wrong: bool = False) -> TelegramCredentials:
        return TelegramCredentials("7000001:" + "B" * 35 if wrong else BOT.token, f"http://127.0.0.1:{port}")

    def target(self, _port: int) -> str:
        return "mehregan"

    async def shown(self, receipt: Receipt) -> Shown | None:
        standing = [self.chat.messages.get(int(number)) for number in receipt.remote_id.split(",")]
        return Shown(standing[0].text) if standing[0] else None

    async def effects(self, _key: str) -> int:
        """Telegram is told no key; everything that was ever put there is this test's."""
        return self.chat.ever

    def texts(self) -> list[str]:
        return [message.text for message in self.chat.messages.values()]


@pytest.fixture
async def server() -> AsyncIterator[BotServer]:
    async with running(BotServer()) as server:
        yield server


class TestTelegram(AdapterContract):
    adapter_type = Telegram
    profile = PROFILES["telegram"]

    @pytest.fixture
    async def place(self, server: BotServer) -> AsyncIterator[Channel]:
        yield Channel(server)

    def pictures(self, count: int) -> tuple[Any, ...]:
        contents = [png(2, 2 + number) for number in range(count)]
        return tuple(
            dataclasses.replace(image(""), content=content, sha256=str(n)) for n, content in enumerate(contents)
        )

    async def test_an_album_is_one_post_of_several_messages(
        self, place: Channel, adapter: Telegram, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content("سه تصویر", media=self.pictures(3)), key=key)
        assert receipt.remote_id == "2,3,4" and receipt.link == "https://t.me/mehregan/2"
        assert place.texts() == ["سه تصویر", "", ""]
        assert len({message.group for message in place.chat.messages.values()}) == 1
        edited = await adapter.edit(target, receipt.remote_id, self.content("دو", media=self.pictures(3)), key=key)
        assert (edited.remote_id, edited.link) == (receipt.remote_id, receipt.link)
        assert place.texts() == ["دو", "", ""]
        await adapter.delete(target, receipt.remote_id)
        await adapter.delete(target, receipt.remote_id)
        assert place.texts() == []

    async def test_an_album_keeps_its_number_of_images(
        self, place: Channel, adapter: Telegram, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content("سه", media=self.pictures(3)), key=key)
        with pytest.raises(Rejected, match="keeps its number") as caught:
            await adapter.edit(target, receipt.remote_id, self.content("دو", media=self.pictures(2)), key=key)
        assert caught.value.code == "media_changed" and place.texts()[0] == "سه"

    async def test_an_album_that_is_changed_in_part_is_unknown(
        self, place: Channel, adapter: Telegram, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content("دو", media=self.pictures(2)), key=key)
        del place.chat.messages[int(receipt.remote_id.split(",")[1])]
        with pytest.raises(OutcomeUnknown, match="only the first 1 of 2"):
            await adapter.edit(target, receipt.remote_id, self.content("نو", media=self.pictures(2)), key=key)

    async def test_an_edit_that_changes_nothing_has_succeeded(self, adapter: Telegram, target: str, key: str) -> None:
        receipt = await adapter.publish(target, self.content(), key=key)
        assert (await adapter.edit(target, receipt.remote_id, self.content(), key=key)).remote_id == receipt.remote_id

    async def test_an_answer_stands_under_its_post(
        self, place: Channel, adapter: Telegram, target: str, key: str
    ) -> None:
        first = await adapter.publish(target, self.content(media=self.pictures(2)), key=key)
        answer = await adapter.publish(target, self.content("اصلاحیه", reply_to=first.remote_id), key=key)
        assert place.chat.messages[int(answer.remote_id)].reply_to == int(first.remote_id.split(",")[0])
        with pytest.raises(Rejected):
            await adapter.publish(target, self.content("به کسی", reply_to="999"), key=key)

    async def test_a_pin_that_fails_does_not_undo_the_post(
        self, place: Channel, adapter: Telegram, target: str, key: str
    ) -> None:
        pinned = await adapter.publish(target, self.content("سنجاق", pin=True), key=key)
        assert place.chat.pinned == [int(pinned.remote_id)]
        place.chat.rights[BOT.number].pop("can_edit_messages")
        receipt = await adapter.publish(target, self.content("بی سنجاق", pin=True), key=key)
        assert "not pinned: Bad Request: need administrator rights" in receipt.evidence
        assert len(place.chat.pinned) == 1 and place.chat.ever == 2

    async def test_a_channel_without_a_name_has_a_link_for_its_members(
        self, place: Channel, adapter: Telegram, key: str
    ) -> None:
        place.chat.username = ""
        receipt = await adapter.publish("-1001234", self.content(), key=key)
        assert receipt.link == f"https://t.me/c/1234/{receipt.remote_id}"

    @pytest.mark.parametrize(("kicked", "rights"), [(True, RIGHTS), (False, None), (False, {})])
    async def test_a_channel_that_forbids_us_is_a_refusal_with_its_reason(
        self, place: Channel, adapter: Telegram, target: str, key: str, kicked: bool, rights: Any
    ) -> None:
        place.chat.rights = {} if rights is None else {BOT.number: rights}
        place.chat.kicked = {BOT.number} if kicked else set()
        with pytest.raises(Rejected) as caught:
            await adapter.publish(target, self.content(), key=key)
        assert caught.value.code == "no_rights" and place.chat.ever == 0

    async def test_an_unknown_channel_is_named(self, adapter: Telegram, key: str) -> None:
        with pytest.raises(Rejected) as caught:
            await adapter.publish("nobody_here", self.content(), key=key)
        assert caught.value.code == "no_channel"

    async def test_verify_asks_whether_the_bot_may_post(self, place: Channel, adapter: Telegram, target: str) -> None:
        verified = await adapter.verify(target)
        assert (verified.name, verified.handle, verified.detail) == (
            "شبکهٔ بهداشت مهرگان", "mehregan", "@ravi_bot may post here",
        )  # fmt: skip
        place.chat.rights = {BOT.number: {}}
        with pytest.raises(Rejected, match="make it an administrator that may post"):
            await adapter.verify(target)

    async def test_a_token_of_no_bot_is_a_refused_credential(self, server: BotServer, target: str, key: str) -> None:
        place = Channel(server)
        place.credentials = lambda port, wrong=False: TelegramCredentials("nonsense", f"http://127.0.0.1:{port}")
        async with self.adapter_at(place, server.port) as adapter:
            with pytest.raises(CredentialsRefused, match="knows no bot"):
                await adapter.publish(target, self.content(), key=key)

    async def test_the_pace_of_a_group_is_told_and_nothing_is_sent_meanwhile(
        self, server: BotServer, place: Channel, adapter: Telegram, target: str, key: str
    ) -> None:
        server.flood, server.now = True, lambda: 1_800_000_000.0
        for _ in range(2):
            await adapter.publish(target, self.content("آلبوم", media=self.pictures(10)), key=key)
        with pytest.raises(RateLimited) as caught:
            await adapter.publish(target, self.content("بیست‌ویکم"), key=key)
        assert caught.value.retry_after_s == 60 and place.chat.ever == 20

    async def test_an_image_of_a_shape_that_telegram_does_not_take_is_refused(
        self, place: Channel, adapter: Telegram, target: str, key: str
    ) -> None:
        thin = dataclasses.replace(image(""), content=png(1, 21), width=1, height=21)
        [problem] = adapter.validate(self.content(media=(thin,)), self.profile)
        assert (problem.code, problem.actual, problem.limit) == ("media_shape", 21, 20)
        with pytest.raises(Rejected, match="PHOTO_INVALID_DIMENSIONS"):
            await adapter.publish(target, self.content(media=(thin,)), key=key)
        assert place.chat.ever == 0


def test_the_sandbox_plays_it_within_the_same_limits() -> None:
    """Only there an image's alt text can be read: the practice shows what was written."""
    played = registry.profile("sandbox", "telegram")
    assert dataclasses.replace(played, shows_alt_text=False) == PROFILES["telegram"]


async def test_a_token_is_not_sent_in_the_clear() -> None:
    network = NobodyThere()
    with pytest.raises(CredentialsRefused, match="must begin with https://"):
        await Telegram(TelegramCredentials(BOT.token, "http://api.example.org"), network).verify("x")
    assert network.asked == []


async def test_telegrams_own_server_is_meant_where_none_is_named() -> None:
    network = NobodyThere()
    with pytest.raises(NotSent):
        await Telegram(TelegramCredentials(f" {BOT.token}\n"), network).verify("x")
    assert network.asked == [f"https://api.telegram.org/bot{BOT.token}/getMe"]


async def test_a_token_cannot_lead_to_another_method() -> None:
    network = NobodyThere()
    with pytest.raises(NotSent):
        await Telegram(TelegramCredentials("1:a/../../evil?x="), network).verify("x")
    assert network.asked == ["https://api.telegram.org/bot1:a%2F..%2F..%2Fevil%3Fx%3D/getMe"]


@pytest.mark.parametrize("answer", [{"ok": True, "result": True}, {"ok": True, "result": []}, {"ok": True}, []])
async def test_an_answer_without_a_message_is_no_receipt(answer: object) -> None:
    class Odd(NobodyThere):
        async def request(self, _method: str, url: str, **_: object) -> HttpAnswer:
            return HttpAnswer(200, {}, json.dumps(answer).encode(), datetime.now(UTC))

    with pytest.raises(OutcomeUnknown):
        await Telegram(TelegramCredentials(BOT.token), Odd()).publish("x", Content("متن"), key="k")
