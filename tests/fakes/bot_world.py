"""What stands on a Bot API server: bots, chats, messages; no HTTP here."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Any

URL = re.compile(r"https?://[^\s<>\"«»]+[^\s<>\"«».,;:!?)]")


class Refused(Exception):
    """The server's no: a number, its sentence, and what stands beside them."""

    def __init__(self, number: int, sentence: str, **parameters: Any) -> None:
        super().__init__(sentence)
        self.number, self.sentence, self.parameters = number, sentence, parameters


@dataclass
class Photo:
    """An image as the server keeps it: its own size, and the bytes that came."""

    width: int
    height: int
    content: bytes


@dataclass
class Message:
    """One message of a chat; an album is several with one group."""

    number: int
    date: int
    text: str
    photo: Photo | None = None
    group: str = ""
    edited_at: int = 0
    reply_to: int = 0


@dataclass
class Chat:
    """A channel or group; `rights`: by a bot's number, what it may do, {} for a mere member, absent for a stranger."""

    number: int
    kind: str
    title: str
    username: str = ""
    rights: dict[int, dict[str, bool]] = field(default_factory=dict)
    kicked: set[int] = field(default_factory=set)
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    members: int = 0
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    ever: int = 0

    def told(self) -> dict[str, Any]:
        return {"id": self.number, "type": self.kind, "title": self.title} | (
            {"username": self.username} if self.username else {}
        )


@dataclass(frozen=True)
class Bot:
    """Who speaks; `number` is the first part of the token."""

    token: str
    username: str
    name: str

    @property
    def number(self) -> int:
        return int(self.token.split(":")[0])

    def told(self) -> dict[str, Any]:
        return {"id": self.number, "is_bot": True, "first_name": self.name, "username": self.username}


@dataclass
class World:
    """Everything of one server."""

    bots: dict[str, Bot] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)

    def chat(self, called: str) -> Chat:
        """By number, or by @name in any case. Raises Refused."""
        for chat in self.chats.values():
            if called == str(chat.number) or (chat.username and called.lower() == f"@{chat.username.lower()}"):
                return chat
        raise Refused(400, "Bad Request: chat not found")

    def message(self, chat: Chat, number: int, doing: str) -> Message:
        if number not in chat.messages:
            raise Refused(400, f"Bad Request: message to {doing} not found")
        return chat.messages[number]


def told(chat: Chat, message: Message) -> dict[str, Any]:
    """A message as the API tells it."""
    words, marks = ("caption", "caption_entities") if message.photo else ("text", "entities")
    said: dict[str, Any] = {
        "message_id": message.number,
        "date": message.date,
        "chat": chat.told(),
        "sender_chat": chat.told(),
    }
    if message.text:
        said[words] = message.text
    if found := entities(message.text):
        said[marks] = found
    if message.photo:
        said["photo"] = [_size(message, "s", 90), _size(message, "y", 1280)]
    if message.group:
        said["media_group_id"] = message.group
    if message.edited_at:
        said["edit_date"] = message.edited_at
    if message.reply_to in chat.messages:
        said["reply_to_message"] = told(chat, chat.messages[message.reply_to])
    return said


def entities(text: str) -> list[dict[str, Any]]:
    """What the server finds by itself: addresses, at offsets in UTF-16 units."""
    return [
        {"type": "url", "offset": _utf16(text[: found.start()]), "length": _utf16(found.group())}
        for found in URL.finditer(text)
    ]


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _size(message: Message, name: str, longest: int) -> dict[str, Any]:
    assert message.photo is not None
    shrunk = min(1.0, longest / max(message.photo.width, message.photo.height))
    return {
        "file_id": f"photo-{message.number}-{name}",
        "file_unique_id": f"{message.number}{name}",
        "width": max(1, round(message.photo.width * shrunk)),
        "height": max(1, round(message.photo.height * shrunk)),
        "file_size": len(message.photo.content),
    }
