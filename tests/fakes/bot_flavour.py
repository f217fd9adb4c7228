"""Who a Bot API server plays: which calls it knows, and how much it takes. Numbers are those of foreign client libraries, read
there where they stand as code, or of named pages; none comes from Ravi's profiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from telegram.constants import FileSizeLimit, FloodLimit, MediaGroupLimit, MessageLimit

_COMMON = frozenset({
    "getMe", "getChat", "sendMessage", "sendPhoto", "sendVideo", "sendMediaGroup", "editMessageText", "editMessageCaption",
    "deleteMessage", "pinChatMessage",
})  # fmt: skip


@dataclass(frozen=True)
class Flavour:
    """`says`: this platform's own sentences, by what they mean. `windows`: (calls, seconds) for a bot, and in one chat.
    `pictures`: the fields in which a video's picture may come."""

    name: str
    methods: frozenset[str]
    text: int
    caption: int
    album: range
    photo_bytes: int
    file_bytes: int
    reads_markdown: bool = False
    answers_by: Literal["reply_parameters", "reply_to_message_id"] = "reply_to_message_id"
    deletes_within_s: float | None = None
    pictures: frozenset[str] = frozenset()
    windows: tuple[tuple[int, float], tuple[int, float]] | None = None
    says: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def knows(self, method: str) -> bool:
        """Names are told apart by their letters only, not by their case (https://core.telegram.org/bots/api#making-requests)."""
        return method.lower() in {name.lower() for name in self.methods}


# python-telegram-bot's `telegram.constants` (Bot API 10.0). Removing: https://core.telegram.org/bots/api#deletemessage says 48
# hours, and TDLib's MessagesManager holds bots to them in channels too.
TELEGRAM = Flavour(
    name="telegram",
    methods=_COMMON | {"getChatMember", "getChatMemberCount", "editMessageMedia", "deleteMessages", "unpinChatMessage"},
    text=int(MessageLimit.MAX_TEXT_LENGTH),
    caption=int(MessageLimit.CAPTION_LENGTH),
    album=range(int(MediaGroupLimit.MIN_MEDIA_LENGTH), int(MediaGroupLimit.MAX_MEDIA_LENGTH) + 1),
    photo_bytes=int(FileSizeLimit.PHOTOSIZE_UPLOAD),
    file_bytes=int(FileSizeLimit.FILESIZE_UPLOAD),
    answers_by="reply_parameters",
    deletes_within_s=48 * 3600.0,
    pictures=frozenset({"thumbnail", "cover"}),
    windows=((int(FloodLimit.MESSAGES_PER_SECOND), 1.0), (int(FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP), 60.0)),
)

# https://docs.bale.ai/ as programs quote it that were written beside it (a Go client's research notes of 2026-04-06, an adapter
# "verified against the official docs" of 2026-09-15): 1-4096, 10 MB and 50 MB, removal within 48 hours; a caption 0-1024 in an
# album, and with one file 0-4096 say these and 0-1024 a connector for n8n: a server that judges takes the smaller. How many an
# album may hold is not said: as in Telegram. Sentences: python-bale-bot 2.5.0, bale/error.py.
BALE = Flavour(
    name="bale",
    methods=_COMMON | {"getChatMember", "getChatMembersCount", "unPinChatMessage"},
    text=4096,
    caption=1024,
    album=range(2, 11),
    photo_bytes=10 * 1000 * 1000,
    file_bytes=50 * 1000 * 1000,
    reads_markdown=True,
    deletes_within_s=2 * 86_400.0,
    says={
        "no_chat": (404, "no such group or user"),
        "no_bot": (400, "Bad Request: Token not found"),
        "no_rights": (403, "Forbidden: permission_denied"),
        "too_fast": (400, "bot limit exceed"),
    },
)

# plustik 0.1.0 (docstrings of Client.send_message, send_photo, send_media_group); names and fields: aiosplus 0.1.0. Sizes of
# files are nowhere said: the server takes what its own memory holds.
SOROUSH = Flavour(
    name="soroush",
    methods=_COMMON | {"editMessageMedia", "unpinChatMessage"},
    text=4096,
    caption=1024,
    album=range(2, 11),
    photo_bytes=60 * 1024 * 1024,
    file_bytes=60 * 1024 * 1024,
    pictures=frozenset({"thumb"}),
)
