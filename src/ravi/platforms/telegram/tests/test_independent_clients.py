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
from ravi.platforms.telegram.adapter import TelegramCredentials
from ravi.platforms.tests.bots import BOT, BotPlace, film, still
from tests import fakes
from tests.fakes.bot_server import TELEGRAM, BotServer, running
from tests.fakes.bot_world import Chat, Refused

CHAT = "@mehregan"


@pytest.fixture
async def channel() -> AsyncIterator[BotPlace]:
    async with running(BotServer()) as server:
        yield BotPlace(server, TelegramCredentials)


def of_ptb(channel: BotPlace, token: str = BOT.token) -> telegram.Bot:
    return telegram.Bot(token, base_url=f"http://127.0.0.1:{channel.port}/bot")


def of_aiogram(channel: BotPlace, token: str = BOT.token) -> aiogram.Bot:
    server = TelegramAPIServer.from_base(f"http://127.0.0.1:{channel.port}")
    return aiogram.Bot(token, session=AiohttpSession(api=server))


async def test_python_telegram_bot_lives_with_it(channel: BotPlace) -> None:
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


async def test_python_telegram_bot_sends_videos_and_formatting(channel: BotPlace) -> None:
    async with of_ptb(channel) as bot:
        small, large = still(320).content or b"", still(640).content or b""
        sent = await bot.send_video(
            CHAT, film().content or b"", duration=12, width=640, height=360, caption="فیلم", supports_streaming=True,
            thumbnail=small, cover=large,
        )  # fmt: skip
        assert sent.video and (sent.video.width, sent.video.height) == (640, 360) and sent.caption == "فیلم"
        kept = channel.chat.messages[sent.message_id].video
        assert kept and kept.streams and kept.pictures == {"thumbnail": small, "cover": large}
        odd = await bot.send_video(CHAT, b"no film at all", thumbnail=large)
        assert odd.document and not odd.video
        mixed = [telegram.InputMediaPhoto(png(2, 3)), telegram.InputMediaVideo(film().content or b"", duration=12)]
        album = await bot.send_media_group(CHAT, mixed, caption="هر دو")
        assert [bool(message.video) for message in album] == [False, True]
        marks = [telegram.MessageEntity("bold", 0, 4), telegram.MessageEntity("text_link", 5, 2, "https://example.org")]
        words = await bot.send_message(CHAT, "سلام 👩🏽‍⚕️", entities=marks)
        assert words.parse_entities(["bold", "text_link"]) == {marks[0]: "سلام", marks[1]: "👩"}


async def test_aiogram_lives_with_it(channel: BotPlace) -> None:
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
    channel: BotPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    channel.server.now = lambda: 1_800_000_000.0
    async with of_ptb(channel) as bot:
        for text, said in (("", "text is empty"), ("ب" * (TELEGRAM.text + 1), "too long")):
            with pytest.raises(BadRequest, match=f"(?i){said}"):
                await bot.send_message(CHAT, text)
        with pytest.raises(BadRequest, match="Message caption is too long"):
            await bot.send_photo(CHAT, png(), caption="ب" * (TELEGRAM.caption + 1))
        for entity, said in (
            (("bold", 9, 1), "begins after the end"), (("bold", 0, 5), "ends after the end"), (("bold", -1, 1), "offset -1"),
            (("text_link", 0, 1, "nowhere"), "is invalid"),
        ):  # fmt: skip
            with pytest.raises(BadRequest, match=said):
                await bot.send_message(CHAT, "سلام", entities=[telegram.MessageEntity(*entity)])
        for start, length in ((1, 1), (0, 1)):
            with pytest.raises(BadRequest, match="(?i)in a middle of a UTF-16 symbol"):
                await bot.send_message(CHAT, "👍", entities=[telegram.MessageEntity("bold", start, length)])
        for kinds in (("bold", "italic"), ("blockquote", "blockquote"), ("text_link", "text_link")):
            crossed = [
                telegram.MessageEntity(kind, place, 3, url="https://example.org" if kind == "text_link" else None)
                for place, kind in enumerate(kinds)
            ]
            with pytest.raises(BadRequest, match="intersect"):
                await bot.send_message(CHAT, "سلام", entities=crossed)
        with pytest.raises(BadRequest, match="Wrong number of media"):
            await bot.send_media_group(CHAT, [telegram.InputMediaPhoto(png(2, 3 + n)) for n in range(11)])
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


async def test_its_refusals_are_the_ones_that_aiogram_knows(channel: BotPlace) -> None:
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


def test_a_bots_pace_counts_in_every_chat(channel: BotPlace) -> None:
    channel.server.flood, channel.server.now = True, lambda: 1_800_000_000.0
    seen = 0
    while seen < 100:
        try:
            other = Chat(-100_000 - seen, "channel", "دیگر")
            channel.server.pace(BOT, other, 1)
        except Refused as no:
            assert (no.number, no.parameters) == (429, {"retry_after": 1})
            break
        seen += 1
    assert seen == 30


def test_the_server_and_what_it_judges_share_nothing() -> None:
    for path in Path(fakes.__file__).parent.glob("bot_*.py"):
        assert not [name for name in imported(path) if name.startswith("ravi")], path.name
    folder = Path(registry.__file__).parent
    judged = [path for name in ("telegram", "bale", "soroush", "shapes") for path in folder.glob(f"{name}/*.py")]
    judges = {"telegram", "aiogram", "balethon", "aiosplus", "tests"}
    assert len(judged) > 10
    assert not [name for path in judged for name in imported(path) if name.split(".")[0] in judges]


def imported(path: Path) -> list[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return named + [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
