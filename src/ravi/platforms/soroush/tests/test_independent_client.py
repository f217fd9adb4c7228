"""A client library of Soroush Plus that knows nothing of Ravi judges the server that judges the adapter."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiosplus
import pytest
from aiosplus.client.session import AioSplusSession
from aiosplus.exceptions import (
    SoroushBadRequest,
    SoroushFloodError,
    SoroushForbidden,
    SoroushNotFound,
    SoroushUnauthorized,
)
from aiosplus.types.input_file import InputFile
from aiosplus.types.input_media import InputMediaPhoto, InputMediaVideo
from aiosplus.types.message_entity import MessageEntity

from ravi.platforms.contract_samples import PERSIAN, png
from ravi.platforms.soroush.adapter import SoroushCredentials
from ravi.platforms.tests.bots import BOT, BotPlace, film, still
from tests.fakes.bot_server import SOROUSH, BotServer, running

CHAT = "@mehregan"


@pytest.fixture
async def place() -> AsyncIterator[BotPlace]:
    async with running(BotServer(flavour=SOROUSH)) as server:
        yield BotPlace(server, SoroushCredentials)


def of_aiosplus(place: BotPlace, token: str = BOT.token) -> aiosplus.Bot:
    session = AioSplusSession(api_url=f"http://127.0.0.1:{place.port}/bot{{token}}/{{method}}")
    return aiosplus.Bot(token, session=session)


async def test_aiosplus_lives_with_it(place: BotPlace) -> None:
    async with of_aiosplus(place) as bot:
        me = await bot.get_me()
        assert (me.id, me.username, me.is_bot) == (BOT.number, "ravi_bot", True)
        bold = MessageEntity(type="bold", offset=0, length=10)
        sent = await bot.send_message(CHAT, PERSIAN, entities=[bold])
        assert sent.text == PERSIAN and [(one.type, one.offset) for one in sent.entities or []][0] == ("bold", 0)
        answer = await bot.send_message(CHAT, "پاسخ", reply_to_message_id=sent.message_id)
        assert answer.reply_to_message and answer.reply_to_message.message_id == sent.message_id
        photo = await bot.send_photo(CHAT, png(), caption="تصویر")
        assert photo.caption == "تصویر" and photo.photo and photo.photo[-1].width == 2
        thumb = still(320).content
        video = await bot.send_video(CHAT, film().content, duration=12, width=640, height=360, thumb=thumb)
        assert video.video and (video.video.width, video.video.duration) == (640, 12)
        kept = place.chat.messages[video.message_id].video
        assert kept and kept.pictures == {"thumb": thumb}
        mixed: list[Any] = [
            InputMediaPhoto(media=InputFile(png(2, 3)), caption="آلبوم"),
            InputMediaVideo(media=InputFile(film().content or b"")),
        ]
        album = await bot.send_media_group(CHAT, mixed)
        assert [bool(message.video) for message in album] == [False, True]
        assert len({message.media_group_id for message in album}) == 1
        edited = await bot.edit_message_text("نو", CHAT, sent.message_id)
        assert not isinstance(edited, bool) and edited.text == "نو" and edited.edit_date
        changed = InputMediaPhoto(media=InputFile(png(5, 5)), caption="دیگر")
        other = await bot.edit_message_media(changed, CHAT, photo.message_id)
        assert not isinstance(other, bool) and other.photo and other.photo[-1].width == 5
        captioned = await bot.edit_message_caption(CHAT, photo.message_id, "زیرنویس")
        assert not isinstance(captioned, bool) and captioned.caption == "زیرنویس"
        assert await bot.pin_chat_message(CHAT, sent.message_id)
        assert (await bot.get_chat(CHAT)).title == "شبکهٔ بهداشت مهرگان"
        assert await bot.unpin_chat_message(CHAT, sent.message_id)
        assert await bot.delete_message(CHAT, sent.message_id)
        assert place.texts() == ["پاسخ", "زیرنویس", "", "آلبوم", ""]


async def test_its_refusals_are_the_ones_that_aiosplus_knows(place: BotPlace) -> None:
    async with of_aiosplus(place) as bot:
        for text in ("", "ب" * (SOROUSH.text + 1)):
            with pytest.raises(SoroushBadRequest):
                await bot.send_message(CHAT, text)
        with pytest.raises(SoroushBadRequest, match="ends after the end of the text"):
            await bot.send_message(CHAT, "سلام", entities=[MessageEntity(type="bold", offset=0, length=5)])
        with pytest.raises(SoroushBadRequest, match="chat not found"):
            await bot.send_message("@nobody_here", "سلام")
        with pytest.raises(SoroushNotFound):
            await bot.session.make_request(bot.token, "getChatMemberCount", {"chat_id": CHAT})
        place.server.not_now_s = 7
        with pytest.raises(SoroushFloodError) as caught:
            await bot.send_message(CHAT, "سلام")
        assert caught.value.retry_after == 7
        place.server.not_now_s = 0
        place.chat.kicked.add(BOT.number)
        with pytest.raises(SoroushForbidden):
            await bot.send_message(CHAT, "سلام")
    async with of_aiosplus(place, "7000001:" + "B" * 35) as stranger:
        with pytest.raises(SoroushUnauthorized):
            await stranger.get_me()


def test_the_server_knows_no_call_that_aiosplus_does_not_make() -> None:
    code = (Path(aiosplus.__file__).parent / "bot" / "bot.py").read_text(encoding="utf-8")
    made = set(re.findall(r"\"([a-z][A-Za-z]+)\"", code))
    assert SOROUSH.methods - made == set()
    assert not {"deleteMessages", "getChatMember", "getChatMemberCount", "getChatMembersCount"} & made
