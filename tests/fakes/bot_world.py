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


@dataclass(frozen=True)
class Words:
    """A text as its readers see it, and its formatting by offsets in UTF-16 units."""

    text: str = ""
    entities: tuple[dict[str, Any], ...] = ()


@dataclass
class Photo:
    """An image as the server keeps it: its own size, and the bytes that came."""

    width: int
    height: int
    content: bytes


@dataclass
class Video:
    """A film as the server was told of it; one that does not play is a mere file."""

    content: bytes
    plays: bool
    width: int
    height: int
    duration: int
    streams: bool
    pictures: dict[str, bytes]


@dataclass
class Message:
    """One message of a chat; an album is several with one group."""

    number: int
    date: int
    words: Words
    media: Photo | Video | None = None
    group: str = ""
    edited_at: int = 0
    reply_to: int = 0

    @property
    def text(self) -> str:
        return self.words.text

    @property
    def photo(self) -> Photo | None:
        return self.media if isinstance(self.media, Photo) else None

    @property
    def video(self) -> Video | None:
        return self.media if isinstance(self.media, Video) else None


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

    def chat(self, called: str) -> Chat | None:
        """By number, or by @name in any case."""
        for chat in self.chats.values():
            if called == str(chat.number) or (chat.username and called.lower() == f"@{chat.username.lower()}"):
                return chat
        return None

    def message(self, chat: Chat, number: int, doing: str) -> Message:
        if number not in chat.messages:
            raise Refused(400, f"Bad Request: message to {doing} not found")
        return chat.messages[number]


def told(chat: Chat, message: Message) -> dict[str, Any]:
    """A message as the API tells it."""
    words, marks = ("caption", "caption_entities") if message.media else ("text", "entities")
    said: dict[str, Any] = {
        "message_id": message.number,
        "date": message.date,
        "chat": chat.told(),
        "sender_chat": chat.told(),
    }
    if message.text:
        said[words] = message.text
    if found := [*message.words.entities, *addresses(message.words)]:
        said[marks] = sorted(found, key=lambda entity: entity["offset"])
    if message.photo:
        said["photo"] = [_size(message, "s", 90), _size(message, "y", 1280)]
    if message.video:
        said |= _film(message, message.video)
    if message.group:
        said["media_group_id"] = message.group
    if message.edited_at:
        said["edit_date"] = message.edited_at
    if message.reply_to in chat.messages:
        said["reply_to_message"] = told(chat, chat.messages[message.reply_to])
    return said


def addresses(words: Words) -> list[dict[str, Any]]:
    """What the server finds by itself: addresses that are in no link."""
    found = [
        {"type": "url", "offset": utf16(words.text[: one.start()]), "length": utf16(one.group())}
        for one in URL.finditer(words.text)
    ]
    links = [one for one in words.entities if one["type"] == "text_link"]
    return [one for one in found if not any(_meet(one, link) for link in links)]


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _meet(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"])


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


def _film(message: Message, video: Video) -> dict[str, Any]:
    file = {
        "file_id": f"video-{message.number}",
        "file_unique_id": f"{message.number}v",
        "file_size": len(video.content),
        "mime_type": "video/mp4" if video.plays else "application/octet-stream",
    }
    if not video.plays:
        return {"document": file}
    return {"video": {**file, "width": video.width, "height": video.height, "duration": video.duration}}
