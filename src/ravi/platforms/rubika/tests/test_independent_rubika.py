"""Two client libraries that know nothing of Ravi live with the server that judges the adapter: aiorubi, whose parsers are
strict, and peyk."""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiorubi
import pytest
from aiorubi.client.rubika import RubikaAPIServer
from aiorubi.client.session.aiohttp import AiohttpSession
from aiorubi.enums import FileType
from aiorubi.exceptions import RubikaInvalidAccess, RubikaInvalidInput, RubikaTooRequests
from aiorubi.types.input_file import BufferedInputFile
from aiorubi.types.metadata import MetaData, MetaDataPart
from peyk.platforms.rubika import RubikaAPIError, RubikaClient

from ravi.platforms import registry
from ravi.platforms.contract_samples import PERSIAN, png
from ravi.platforms.rubika.tests.test_rubika import BOT, CHAT, Channel, film
from tests.fakes import rubika_server
from tests.fakes.rubika_server import RubikaServer, running


@pytest.fixture
async def channel() -> AsyncIterator[Channel]:
    async with running(RubikaServer()) as server:
        yield Channel(server)


@asynccontextmanager
async def of_aiorubi(channel: Channel, token: str = BOT.token) -> AsyncIterator[aiorubi.Bot]:
    session = AiohttpSession(api=RubikaAPIServer.from_base(f"http://127.0.0.1:{channel.port}"))
    try:
        yield aiorubi.Bot(token, session=session)
    finally:
        await session.close()


def of_peyk(channel: Channel, token: str = BOT.token) -> RubikaClient:
    return RubikaClient(token, base_url=f"http://127.0.0.1:{channel.port}/v3")


async def test_aiorubi_lives_with_it(channel: Channel) -> None:
    bold = MetaData([MetaDataPart(type="Bold", from_index=0, length=4)])
    async with of_aiorubi(channel) as bot:
        me = await bot.get_me()
        assert (me.bot_id, me.username, me.bot_title) == (BOT.number, "ravi_bot", "راوی")
        chat = await bot.get_chat(CHAT)
        assert (chat.chat_type, chat.title, chat.username) == ("Channel", "شبکهٔ بهداشت مهرگان", "mehregan")
        member = await bot.get_chat_member(CHAT, BOT.number)
        assert member.status == "Admin" and "SendMessages" in (member.access_list or [])
        sent = await bot.send_message(CHAT, PERSIAN, metadata=bold)
        answer = await bot.send_message(CHAT, "پاسخ", reply_to_message_id=sent.message_id)
        picture = await bot.send_file(CHAT, BufferedInputFile(png(), "a.png"), file_type=FileType.IMAGE, text="تصویر")
        video = await bot.send_video(CHAT, BufferedInputFile(film().content or b"", "a.mp4"), text="فیلم")
        assert await bot.edit_message_text(CHAT, picture.message_id, "نو شد", metadata=bold)
        assert await bot.delete_message(CHAT, answer.message_id)
    messages = channel.chat.messages
    assert [messages[one.message_id].text for one in (sent, picture, video)] == [PERSIAN, "نو شد", "فیلم"]
    assert messages[sent.message_id].ranges == [{"type": "Bold", "from_index": 0, "length": 4}]
    assert [messages[one.message_id].kind for one in (sent, picture, video)] == ["", "Image", "Video"]
    assert messages[picture.message_id].file == png() and answer.message_id not in messages


async def test_peyk_lives_with_it(channel: Channel) -> None:
    async with of_peyk(channel) as client:
        me: Any = await client.get_me()
        assert (me.bot_id, me.username) == (BOT.number, "ravi_bot")
        chat: Any = await client.get_chat(CHAT)
        assert (chat.chat_type, chat.title) == ("Channel", "شبکهٔ بهداشت مهرگان")
        sent: Any = await client.send_message(CHAT, PERSIAN)
        picture: Any = await client.upload_and_send_file(CHAT, png(), file_type="Image", text="تصویر")
        await client.edit_message_text(CHAT, sent.message_id, "نو")
        await client.delete_message(CHAT, picture.message_id)
    assert [message.text for message in channel.chat.messages.values()] == ["نو"]


async def test_its_refusals_are_the_ones_that_aiorubi_knows(channel: Channel) -> None:
    wild = MetaData([MetaDataPart(type="Bold", from_index=3, length=2)])
    many = MetaData([MetaDataPart(type="Bold", from_index=0, length=1)] * 31)
    async with of_aiorubi(channel) as bot:
        for asked in (
            bot.send_message("c0nobody", "سلام"),
            bot.send_message(CHAT, "  "),
            bot.send_message(CHAT, "سلام", metadata=wild),
            bot.send_message(CHAT, "سلام", metadata=many),
            bot.send_message(CHAT, "سلام", reply_to_message_id="1"),
            bot.send_file(CHAT, "no-such-file"),
            bot.send_file(CHAT, BufferedInputFile(png()[:30], "a.png"), file_type=FileType.IMAGE),
            bot.send_file(CHAT, BufferedInputFile(bytes(100), "a.mp4"), file_type=FileType.VIDEO),
            bot.send_file(CHAT, BufferedInputFile(bytes(10 * 2**20 + 1), "a.png"), file_type=FileType.IMAGE),
            bot.edit_message_text(CHAT, "1", "نو"),
            bot.delete_message(CHAT, "1"),
        ):
            with pytest.raises(RubikaInvalidInput):
                await asked
        channel.chat.rights[BOT.number] = ("Member", [])
        with pytest.raises(RubikaInvalidAccess, match="needs SendMessages"):
            await bot.send_message(CHAT, "سلام")
        channel.server.patience = 0
        with pytest.raises(RubikaTooRequests):
            await bot.send_message(CHAT, "سلام")
    async with of_aiorubi(channel, "ANOTHER") as stranger:
        with pytest.raises(RubikaInvalidAccess):
            await stranger.get_me()
    assert channel.chat.ever == 0


async def test_its_refusals_are_refusals_to_peyk(channel: Channel) -> None:
    async with of_peyk(channel) as client, of_peyk(channel, "ANOTHER") as stranger:
        for asked in (stranger.get_me(), client.send_message("c0nobody", "سلام"), client.send_message(CHAT, 5)):
            with pytest.raises(RubikaAPIError) as caught:
                await asked
            assert (caught.value.raw or {})["status"].startswith("INVALID_")


def test_the_server_and_what_it_judges_share_nothing() -> None:
    assert not [name for name in imported(Path(rubika_server.__file__)) if name.startswith("ravi")]
    judged = Path(registry.__file__).parent.glob("rubika/*.py")
    foreign = {"tests", "aiorubi", "peyk"}
    assert not [name for path in judged for name in imported(path) if name.split(".")[0] in foreign]


def imported(path: Path) -> list[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return named + [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
