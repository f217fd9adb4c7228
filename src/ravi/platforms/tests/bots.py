"""A channel on the strict server that plays Telegram, Bale and Soroush, and what is published to it."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import UTC, datetime
from typing import Any

from PIL import Image

from ravi.platforms.contract import Beside, Content, HttpAnswer, MediaItem, Receipt
from ravi.platforms.contract_faults import NobodyThere
from ravi.platforms.contract_samples import png
from ravi.platforms.contract_tests import Shown
from tests.fakes.bot_server import BotServer
from tests.fakes.bot_world import Bot, Chat, Message

BOT = Bot("7000001:" + "A" * 35, "ravi_bot", "راوی")
RIGHTS = dict.fromkeys(("can_post_messages", "can_edit_messages", "can_delete_messages"), True)


class BotPlace:
    """The contract's place: one channel, and a look at what stands in it."""

    def __init__(self, server: BotServer, credentials_type: type[Any]) -> None:
        self.server, self.port, self._type = server, server.port, credentials_type
        self.chat = Chat(-1001234, "channel", "شبکهٔ بهداشت مهرگان", "mehregan", rights={BOT.number: dict(RIGHTS)})
        server.world.bots[BOT.token] = BOT
        server.world.chats[self.chat.number] = self.chat
        self.token = BOT.token

    def credentials(self, port: int, *, wrong: bool = False) -> Any:
        return self._type("7000001:" + "B" * 35 if wrong else self.token, f"http://127.0.0.1:{port}")

    def target(self, _port: int) -> str:
        return "mehregan"

    def standing(self, receipt: Receipt) -> list[Message | None]:
        return [self.chat.messages.get(number) for number in numbers_of(receipt)]

    async def shown(self, receipt: Receipt) -> Shown | None:
        first = self.standing(receipt)[0]
        return Shown(first.text) if first else None

    def lacks(self, receipt: Receipt, content: Content) -> str:
        """An album is a message for each of its files."""
        standing = [message for message in self.standing(receipt) if message]
        wanted = max(1, len(content.media))
        return "" if len(standing) == wanted else f"{len(standing)} of {wanted} messages stand there"

    async def effects(self, _key: str) -> int:
        """These platforms are told no key; everything that was ever put there is this test's."""
        return self.chat.ever

    def texts(self) -> list[str]:
        return [message.text for message in self.chat.messages.values()]


def numbers_of(receipt: Receipt) -> list[int]:
    return [int(part.partition(".")[0]) for part in receipt.remote_id.split(",")]


def pictures(count: int) -> tuple[MediaItem, ...]:
    return tuple(item_of(png(2, 2 + number), "image/png", width=2, height=2 + number) for number in range(count))


def film(size: int = 0, **changes: Any) -> MediaItem:
    """An MPEG-4 file by its head, of `size` bytes at least."""
    head = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42"
    content = head + b"\x00" * max(0, size - len(head))
    return item_of(content, "video/mp4", width=640, height=360, duration_s=12.4, **changes)


def item_of(content: bytes, media_type: str, **facts: Any) -> MediaItem:
    return MediaItem(hashlib.sha256(content).hexdigest(), media_type, content=content, size_bytes=len(content), **facts)


def still(side: int, form: str = "JPEG") -> Beside:
    drawn = io.BytesIO()
    Image.new("RGB", (side, side // 2), "teal").save(drawn, form)
    return Beside(hashlib.sha256(drawn.getvalue()).hexdigest(), f"image/{form.lower()}", drawn.getvalue())


class Odd(NobodyThere):
    """Answers every call with the same JSON."""

    def __init__(self, answer: object) -> None:
        super().__init__()
        self.answer = answer

    async def request(self, _method: str, url: str, **_: object) -> HttpAnswer:
        self.asked.append(url)
        return HttpAnswer(200, {}, json.dumps(self.answer).encode(), datetime.now(UTC))
