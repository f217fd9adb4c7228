"""Rubika's Bot API over HTTP, with the second server that files are brought to.

The envelope, the statuses and every name are those that aiorubi reads (client/session/base.py); file types and kinds of
formatting are its enums. Sizes and image formats: https://rubika.ir/botapi/models (FileTypeEnum), as two client libraries
quote it. Ranges count UTF-16 units (aiorubi, rubpy), thirty at most, and one bad range fails the message (a public adapter
that was held against https://rubika.ir/botapi/methods on 2026-09-06). No length of a text is documented: none is held here.
"""

from __future__ import annotations

import io
import itertools
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiorubi.enums import FileType, MetadataType
from PIL import Image, UnidentifiedImageError

MIB = 1024 * 1024  # "MB" says the page, and not which: here the larger
SIZES = {FileType.IMAGE: 10 * MIB, FileType.VIDEO: 50 * MIB, FileType.FILE: 50 * MIB}
IMAGE_FORMATS = ("JPEG", "GIF", "PNG", "WEBP")
RANGES = 30
LARGEST_REQUEST = 64 * MIB

Fields = dict[str, Any]
Method = Callable[["RubikaServer", "Bot", Fields], dict[str, Any]]
_METHODS: dict[str, Method] = {}


class Refused(Exception):
    """The server's no: a status, and what it tells developers."""

    def __init__(self, status: str, sentence: str = "") -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


@dataclass(frozen=True)
class Bot:
    token: str
    number: str
    title: str
    username: str


@dataclass
class Message:
    number: str
    text: str
    ranges: list[dict[str, Any]] = field(default_factory=list)
    file: bytes = b""
    kind: str = ""
    reply_to: str = ""
    is_edited: bool = False


@dataclass
class Chat:
    """`rights`: by a bot's number, its status and what it may do; absent for a stranger. `gone`: what was removed."""

    number: str
    kind: str
    title: str
    username: str = ""
    rights: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    ever: int = 0


@dataclass
class RubikaServer:
    """`port` takes calls and `store_port` files. `patience`: calls before TOO_REQUESTS. `tells_rights`: the newer method."""

    bots: dict[str, Bot] = field(default_factory=dict)
    chats: dict[str, Chat] = field(default_factory=dict)
    patience: int | None = None
    tells_rights: bool = True
    port: int = 0
    store_port: int = 0
    asked: list[str] = field(default_factory=list)
    _tickets: dict[str, FileType] = field(default_factory=dict)
    files: dict[str, tuple[FileType, bytes]] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(204216801))

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.asked.append(method)
        try:
            bot = self.bots.get(request.match_info["token"])
            if bot is None:
                raise Refused("INVALID_ACCESS", "invalid token")
            fields = await _fields(request)
            if self.patience is not None:
                if self.patience <= 0:
                    raise Refused("TOO_REQUESTS")
                self.patience -= 1
            does = _METHODS.get(method)
            if does is None:
                raise Refused("INVALID_INPUT", "method not found")
            return web.json_response({"status": "OK", "data": does(self, bot, fields)})
        except Refused as no:
            return _refusal(no)

    async def store(self, request: web.Request) -> web.Response:
        """Takes one file for one ticket."""
        try:
            kind = self._tickets.pop(request.match_info["ticket"], None)
            if kind is None:
                raise Refused("INVALID_INPUT", "upload url is not valid")
            form = await request.post()
            given = form.get("file")
            if not isinstance(given, web.FileField):
                raise Refused("INVALID_INPUT", "file is required")
            content = given.file.read()
            _check_file(kind, content)
            number = secrets.token_hex(16)
            self.files[number] = (kind, content)
            return web.json_response({"status": "OK", "data": {"file_id": number}})
        except Refused as no:
            return _refusal(no)

    def ticket(self, kind: FileType) -> str:
        number = secrets.token_urlsafe(24)
        self._tickets[number] = kind
        return f"http://127.0.0.1:{self.store_port}/upload/{number}"

    def chat(self, bot: Bot, fields: Fields, right: str) -> Chat:
        """The chat, if this bot may do this there."""
        chat = self.chats.get(_text(fields, "chat_id"))
        if chat is None:
            raise Refused("INVALID_INPUT", "chat not found")
        status, rights = chat.rights.get(bot.number, ("", []))
        if not status:
            raise Refused("INVALID_ACCESS", "bot is not a member of the chat")
        if chat.kind == "Channel" and (status not in {"Admin", "Creator"} or right not in rights):
            raise Refused("INVALID_ACCESS", f"bot needs {right}")
        return chat

    def put(self, chat: Chat, fields: Fields, file: bytes = b"", kind: str = "") -> dict[str, Any]:
        text = _text(fields, "text", needed=not file)
        ranges = _ranges(fields, text)
        reply_to = _text(fields, "reply_to_message_id", needed=False)
        if reply_to and reply_to not in chat.messages:
            raise Refused("INVALID_INPUT", "reply_to_message_id is not valid")
        message = Message(str(next(self._numbers)), text, ranges, file, kind, reply_to)
        chat.messages[message.number] = message
        chat.ever += 1
        return {"message_id": message.number}


def method(name: str) -> Callable[[Method], Method]:
    def keep(does: Method) -> Method:
        _METHODS[name] = does
        return does

    return keep


@method("getMe")
def _get_me(_: RubikaServer, bot: Bot, _fields: Fields) -> dict[str, Any]:
    return {"bot": {"bot_id": bot.number, "bot_title": bot.title, "username": bot.username}}


@method("getChat")
def _get_chat(server: RubikaServer, bot: Bot, fields: Fields) -> dict[str, Any]:
    chat = server.chats.get(_text(fields, "chat_id"))
    if chat is None or bot.number not in chat.rights:
        raise Refused("INVALID_INPUT", "chat not found")
    said = {"chat_id": chat.number, "chat_type": chat.kind, "title": chat.title}
    return {"chat": said | ({"username": chat.username} if chat.username else {})}


@method("getChatMember")
def _get_member(server: RubikaServer, bot: Bot, fields: Fields) -> dict[str, Any]:
    chat, asked = server.chats.get(_text(fields, "chat_id")), _text(fields, "user_id")
    if not server.tells_rights:
        raise Refused("INVALID_INPUT", "method not found")
    if chat is None or bot.number not in chat.rights or asked not in chat.rights:
        raise Refused("INVALID_ACCESS", "not a member of the chat")
    status, rights = chat.rights[asked]
    return {"chat_member": {"user_id": asked, "status": status, "access_list": rights}}


@method("sendMessage")
def _send_message(server: RubikaServer, bot: Bot, fields: Fields) -> dict[str, Any]:
    return server.put(server.chat(bot, fields, "SendMessages"), fields)


@method("requestSendFile")
def _request_file(server: RubikaServer, _bot: Bot, fields: Fields) -> dict[str, Any]:
    try:
        return {"upload_url": server.ticket(FileType(_text(fields, "type")))}
    except ValueError:
        raise Refused("INVALID_INPUT", "type is not valid") from None


@method("sendFile")
def _send_file(server: RubikaServer, bot: Bot, fields: Fields) -> dict[str, Any]:
    chat = server.chat(bot, fields, "SendMessages")
    found = server.files.get(_text(fields, "file_id"))
    if found is None:
        raise Refused("INVALID_INPUT", "file_id is not valid")
    return server.put(chat, fields, found[1], found[0].value)


@method("editMessageText")
def _edit(server: RubikaServer, bot: Bot, fields: Fields) -> dict[str, Any]:
    chat = server.chat(bot, fields, "EditMyMessages")
    message = chat.messages.get(_text(fields, "message_id"))
    if message is None:
        raise Refused("INVALID_INPUT", "message_id is not valid")
    text = _text(fields, "text")
    message.ranges, message.text, message.is_edited = _ranges(fields, text), text, True
    return {}


@method("deleteMessage")
def _delete(server: RubikaServer, bot: Bot, fields: Fields) -> dict[str, Any]:
    """What it answers about a message that is gone already stands nowhere; a number that never was is refused."""
    chat = server.chat(bot, fields, "DeleteGlobalAllMessages")
    number = _text(fields, "message_id")
    if number in chat.messages:
        chat.gone.add(chat.messages.pop(number).number)
    elif number not in chat.gone:
        raise Refused("INVALID_INPUT", "message_id is not valid")
    return {}


async def _fields(request: web.Request) -> Fields:
    if request.content_type != "application/json":
        raise Refused("INVALID_INPUT", "body is not json")
    try:
        fields = await request.json()
    except ValueError:
        raise Refused("INVALID_INPUT", "body is not json") from None
    if not isinstance(fields, dict):
        raise Refused("INVALID_INPUT", "body is not an object")
    return {name: value for name, value in fields.items() if value is not None}


def _text(fields: Fields, name: str, *, needed: bool = True) -> str:
    """Every id and every text is a string here; a number is none."""
    value = fields.get(name, "")
    if not isinstance(value, str) or (needed and not value.strip()):
        raise Refused("INVALID_INPUT", f"{name} is not valid")
    return value


def _ranges(fields: Fields, text: str) -> list[dict[str, Any]]:
    if "metadata" not in fields:
        return []
    metadata = fields["metadata"]
    parts = metadata.get("meta_data_parts") if isinstance(metadata, dict) else None
    if not isinstance(parts, list) or len(parts) > RANGES:
        raise Refused("INVALID_INPUT", "metadata is not valid")
    units = len(text.encode("utf-16-le")) // 2
    for part in parts:
        start, length, kind = part.get("from_index"), part.get("length"), part.get("type")
        if type(start) is not int or type(length) is not int or start < 0 or length < 1 or start + length > units:
            raise Refused("INVALID_INPUT", "metadata range is not valid")
        if kind not in {known.value for known in MetadataType} or (kind == "Link") != ("link_url" in part):
            raise Refused("INVALID_INPUT", "metadata type is not valid")
    return parts


def _check_file(kind: FileType, content: bytes) -> None:
    if not content or len(content) > SIZES.get(kind, SIZES[FileType.FILE]):
        raise Refused("INVALID_INPUT", "file size is not valid")
    if kind is FileType.VIDEO and content[4:8] != b"ftyp":
        raise Refused("INVALID_INPUT", "file is not a video")
    if kind is FileType.IMAGE:
        try:
            with Image.open(io.BytesIO(content), formats=IMAGE_FORMATS) as image:
                image.load()
        except (UnidentifiedImageError, OSError):
            raise Refused("INVALID_INPUT", "file is not an image") from None


def _refusal(no: Refused) -> web.Response:
    """With 200, as every answer of Rubika."""
    said = {"status": no.status} | ({"dev_message": no.sentence} if no.sentence else {})
    return web.Response(text=json.dumps(said), content_type="application/json")


@asynccontextmanager
async def running(server: RubikaServer) -> AsyncIterator[RubikaServer]:
    """On two ports of its own, this machine only."""
    calls, files = (web.Application(client_max_size=LARGEST_REQUEST) for _ in range(2))
    calls.router.add_post("/v3/{token}/{method}", server.answer)
    files.router.add_post("/upload/{ticket}", server.store)
    runners = [web.AppRunner(calls), web.AppRunner(files)]
    try:
        for runner in runners:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.port, server.store_port = (runner.addresses[0][1] for runner in runners)
        yield server
    finally:
        for runner in runners:
            await runner.cleanup()
