"""A client library of Bale that knows nothing of Ravi judges the server that judges the adapter."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import balethon
import pytest
from balethon.errors import BadRequestError, ForbiddenError, NotFoundError, TooManyRequestsError, UnauthorizedError
from balethon.objects import InputMediaPhoto, InputMediaVideo

from ravi.platforms.bale.adapter import BaleCredentials
from ravi.platforms.contract_samples import PERSIAN, png
from ravi.platforms.tests.bots import BOT, BotPlace, film
from tests.fakes.bot_server import BALE, BotServer, running

CHAT = -1001234  # names are looked up by balethon on a page of ble.ir


@pytest.fixture
async def place() -> AsyncIterator[BotPlace]:
    async with running(BotServer(flavour=BALE)) as server:
        yield BotPlace(server, BaleCredentials)


def of_balethon(place: BotPlace, token: str = BOT.token) -> Any:
    return balethon.Client(token, base_url=f"http://127.0.0.1:{place.port}", sleep_threshold=0)


async def test_balethon_lives_with_it(place: BotPlace) -> None:
    async with of_balethon(place) as bot:
        me = await bot.get_me()
        assert (me.id, me.username) == (BOT.number, "ravi_bot")
        sent = await bot.send_message(CHAT, PERSIAN)
        assert sent.text == PERSIAN and sent.chat.username == "mehregan"
        photo = await bot.send_photo(CHAT, png(), caption="تصویر", reply_to_message_id=sent.id)
        assert photo.caption == "تصویر" and photo.photo[-1].width == 2 and photo.reply_to_message.id == sent.id
        video = await bot.send_video(CHAT, film().content, duration=12, width=640, height=360, caption="فیلم")
        assert (video.video.width, video.video.duration, video.caption) == (640, 12, "فیلم")
        mixed = [InputMediaPhoto(png(2, 3), caption="آلبوم"), InputMediaVideo(film().content)]
        album = await bot.send_media_group(CHAT, mixed)
        assert [bool(message.video) for message in album] == [False, True] and album[0].caption == "آلبوم"
        assert album[0].media_group_id == album[1].media_group_id
        assert (await bot.edit_message_text(CHAT, sent.id, "نو")).text == "نو"
        assert (await bot.edit_message_caption(CHAT, photo.id, "زیرنویس")).caption == "زیرنویس"
        assert await bot.pin_chat_message(CHAT, sent.id)
        assert await bot.unpin_chat_message(CHAT, sent.id)
        chat = await bot.get_chat(CHAT)
        assert (chat.id, chat.title) == (CHAT, "شبکهٔ بهداشت مهرگان")
        member = await bot.get_chat_member(CHAT, BOT.number)
        assert member.status.value == "administrator" and member.user.username == "ravi_bot"
        place.chat.members = 1248
        assert await bot.get_chat_members_count(CHAT) == 1248
        assert await bot.delete_message(CHAT, sent.id)
        assert place.texts() == ["زیرنویس", "فیلم", "آلبوم", ""]


async def test_what_balethon_sends_as_markdown_is_read_as_such(place: BotPlace) -> None:
    async with of_balethon(place) as bot:
        sent = await bot.send_message(CHAT, "این *مهم* و _کج_ است، [این‌جا](https://example.org) و #خانه_بهداشت")
        assert sent.text == "این مهم و کج است، این‌جا و #خانه_بهداشت"


async def test_its_refusals_are_the_ones_that_balethon_knows(place: BotPlace) -> None:
    async with of_balethon(place) as bot:
        for text in ("", "ب" * (BALE.text + 1)):
            with pytest.raises(BadRequestError):
                await bot.send_message(CHAT, text)
        with pytest.raises(BadRequestError, match="malformed request"):
            await bot.send_media_group(CHAT, [InputMediaPhoto("id-1"), InputMediaPhoto("id-2")])
        with pytest.raises(NotFoundError, match="no such group or user"):
            await bot.send_message(-100999, "سلام")
        with pytest.raises(NotFoundError, match="Not Found"):
            await bot.execute("post", "editMessageMedia", chat_id=CHAT)
        place.server.not_now_s = 7
        with pytest.raises(TooManyRequestsError) as caught:
            await bot.send_message(CHAT, "سلام")
        assert caught.value.seconds == 7
        place.server.not_now_s = 0
        place.chat.kicked.add(BOT.number)
        with pytest.raises(ForbiddenError, match="permission_denied"):
            await bot.send_message(CHAT, "سلام")
    stranger = of_balethon(place, "7000001:" + "B" * 35)
    with pytest.raises(UnauthorizedError):
        await stranger.connect()  # asks who it is
    await stranger.disconnect()


def test_the_server_knows_no_call_that_balethon_does_not_make() -> None:
    folder = Path(balethon.__file__).parent / "client"
    code = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    made = {name.lower() for name in re.findall(r"execute\(\s*\"(?:get|post)\",\s*\"(\w+)\"", code)}
    assert {name for name in BALE.methods if name.lower() not in made} == set()
    assert not {"editmessagemedia", "deletemessages", "getchatmembercount"} & made
