"""Two client libraries that know nothing of Ravi judge the server that judges the adapter: their parsers are strict."""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiogram
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter, TelegramUnauthorizedError
from aiogram.types import BufferedInputFile, InputMediaPhoto
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter

from ravi.platforms import registry
from ravi.platforms.contract_samples import PERSIAN, png
from ravi.platforms.telegram.tests.test_telegram import BOT, Channel
from tests.fakes import bot_server
from tests.fakes.bot_server import BotServer, running

CHAT = "@mehregan"


@pytest.fixture
async def channel() -> AsyncIterator[Channel]:
    async with running(BotServer()) as server:
        yield Channel(server)


def of_ptb(channel: Channel, token: str = BOT.token) -> telegram.Bot:
    return telegram.Bot(token, base_url=f"http://127.0.0.1:{channel.port}/bot")


def of_aiogram(channel: Channel, token: str = BOT.token) -> aiogram.Bot:
    server = TelegramAPIServer.from_base(f"http://127.0.0.1:{channel.port}")
    return aiogram.Bot(token, session=AiohttpSession(api=server))


async def test_python_telegram_bot_lives_with_it(channel: Channel) -> None:
    async with of_ptb(channel) as bot:
        me = await bot.get_me()
        assert (me.id, me.username, me.is_bot) == (BOT.number, "ravi_bot", True)
        sent = await bot.send_message(CHAT, PERSIAN)
        assert sent.text == PERSIAN and sent.chat.username == "mehregan"
        assert sent.parse_entities(["url"]) == {sent.entities[0]: "https://example.org/a?b=1&c=2"}
        photo = await bot.send_photo(CHAT, png(), caption="تصویر")
        assert photo.caption == "تصویر" and photo.photo[-1].width == 2
        album = await bot.send_media_group(CHAT, [telegram.InputMediaPhoto(png(2, n)) for n in (3, 4)], caption="آلبوم")
        assert len(album) == 2 and album[0].media_group_id == album[1].media_group_id and album[0].caption == "آلبوم"
        edited: Any = await bot.edit_message_text("نو", CHAT, sent.message_id)
        assert edited.text == "نو" and edited.edit_date
        captioned: Any = await bot.edit_message_caption(CHAT, photo.message_id, caption="زیرنویس")
        assert captioned.caption == "زیرنویس"
        assert await bot.pin_chat_message(CHAT, sent.message_id)
        chat = await bot.get_chat(CHAT)
        assert chat.title == "شبکهٔ بهداشت مهرگان" and chat.pinned_message and chat.pinned_message.text == "نو"
        member = await bot.get_chat_member(CHAT, BOT.number)
        assert isinstance(member, telegram.ChatMemberAdministrator) and member.can_post_messages
        channel.chat.members = 1248
        assert await bot.get_chat_member_count(CHAT) == 1248
        assert await bot.delete_message(CHAT, sent.message_id)
        assert await bot.delete_messages(CHAT, [message.message_id for message in album])
        assert channel.texts() == ["زیرنویس"]


async def test_aiogram_lives_with_it(channel: Channel) -> None:
    async with of_aiogram(channel) as bot:
        assert (await bot.get_me()).username == "ravi_bot"
        sent = await bot.send_message(CHAT, PERSIAN)
        assert sent.text == PERSIAN and sent.entities and sent.entities[0].extract_from(PERSIAN).startswith("https://")
        photo = await bot.send_photo(CHAT, BufferedInputFile(png(), "a.png"), caption="تصویر")
        assert photo.photo and photo.caption == "تصویر"
        files = [InputMediaPhoto(media=BufferedInputFile(png(2, n), f"{n}.png")) for n in (3, 4)]
        album = await bot.send_media_group(CHAT, files)
        assert len({message.media_group_id for message in album}) == 1
        changed = InputMediaPhoto(media=BufferedInputFile(png(5, 5), "b.png"), caption="نو")
        edited: Any = await bot.edit_message_media(changed, chat_id=CHAT, message_id=photo.message_id)
        assert edited.caption == "نو" and edited.photo[-1].width == 5
        assert await bot.pin_chat_message(CHAT, photo.message_id)
        assert (await bot.get_chat(CHAT)).title == "شبکهٔ بهداشت مهرگان"
        assert (await bot.get_chat_member(CHAT, BOT.number)).status == "administrator"
        assert await bot.delete_message(CHAT, sent.message_id)


async def test_its_refusals_are_the_ones_that_python_telegram_bot_knows(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    channel.server.now = lambda: 1_800_000_000.0
    async with of_ptb(channel) as bot:
        for text, said in (("", "text is empty"), ("ب" * (bot_server.TEXT + 1), "too long")):
            with pytest.raises(BadRequest, match=f"(?i){said}"):
                await bot.send_message(CHAT, text)
        with pytest.raises(BadRequest, match="Message caption is too long"):
            await bot.send_photo(CHAT, png(), caption="ب" * (bot_server.CAPTION + 1))
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message("@nobody_here", "سلام")
        with pytest.raises(BadRequest, match="Message to delete not found"):
            await bot.delete_message(CHAT, 999)
        channel.server.flood = True
        for _ in range(20):
            await bot.send_message(CHAT, "سلام")
        with pytest.raises(RetryAfter) as caught:
            await bot.send_message(CHAT, "بیست‌ویکم")
        assert caught.value.retry_after == timedelta(seconds=60)
        channel.server.flood = False
        channel.chat.kicked.add(BOT.number)
        with pytest.raises(Forbidden, match="bot was kicked"):
            await bot.send_message(CHAT, "سلام")
    with pytest.raises(InvalidToken):
        async with of_ptb(channel, "7000001:" + "B" * 35) as bot:
            await bot.get_me()


async def test_its_refusals_are_the_ones_that_aiogram_knows(channel: Channel) -> None:
    channel.server.now = lambda: 1_800_000_000.0
    async with of_aiogram(channel) as bot:
        sent = await bot.send_message(CHAT, "سلام")
        with pytest.raises(TelegramBadRequest, match="message is not modified"):
            await bot.edit_message_text("سلام", chat_id=CHAT, message_id=sent.message_id)
        channel.server.flood = True
        for _ in range(20):
            await bot.send_message(CHAT, "سلام")
        with pytest.raises(TelegramRetryAfter) as caught:
            await bot.send_message(CHAT, "بیست‌ویکم")
        assert caught.value.retry_after == 60
        channel.chat.kicked.add(BOT.number)
        with pytest.raises(TelegramForbiddenError):
            await bot.send_message(CHAT, "سلام")
    async with of_aiogram(channel, "7000001:" + "B" * 35) as stranger:
        with pytest.raises(TelegramUnauthorizedError):
            await stranger.get_me()


def test_the_server_and_what_it_judges_share_nothing() -> None:
    for path in (Path(bot_server.__file__), Path(bot_server.__file__).with_name("bot_world.py")):
        assert not [name for name in imported(path) if name.startswith("ravi")], path.name
    folder = Path(registry.__file__).parent
    judged = [*folder.glob("telegram/*.py"), *folder.glob("shapes/*.py")]
    assert not [
        name for path in judged for name in imported(path) if name.split(".")[0] in {"telegram", "aiogram", "tests"}
    ]


def imported(path: Path) -> list[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return named + [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
