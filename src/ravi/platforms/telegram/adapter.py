"""Publishes to a Telegram channel as a bot: what Telegram has beyond the shape that others took over from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ravi.platforms.contract import Adapter, MediaItem, credential_field
from ravi.platforms.shapes.bot_api import chat_of
from ravi.platforms.shapes.bot_channel import BotChannel, Fields, Files
from ravi.platforms.shapes.bot_media import picture_of
from ravi.platforms.shapes.multipart import File


@dataclass(frozen=True, slots=True)
class TelegramCredentials:
    """A bot's token, and the server that it is for: Telegram's own unless the institution runs one."""

    token: str = credential_field(
        "Bot token",
        "توکن ربات",
        secret=True,
        help_en="From @BotFather in Telegram. Make the bot an administrator of the channel that may post, edit and delete.",
        help_fa="در تلگرام از @BotFather بگیرید و ربات را مدیر کانال کنید، با اجازهٔ ارسال، ویرایش و حذف پیام.",
    )
    server: str = credential_field(
        "Server address",
        "نشانی سرور",
        address=True,
        default="https://api.telegram.org",
        help_en="Leave it as it is, unless your institution runs a Bot API server of its own.",
        help_fa="همین بماند، مگر دانشگاه سرور Bot API خودش را داشته باشد.",
    )


class Telegram(BotChannel):
    """As in the shape; albums are removed in one call, and members are counted."""

    kind: ClassVar[str] = "telegram"
    credentials_type: ClassVar[type] = TelegramCredentials
    _video_hints = {"supports_streaming": True}
    _pin_hints = {"disable_notification": True}

    async def delete(self, target: str, remote_id: str) -> None:
        numbers = self._numbers(remote_id)
        if len(numbers) == 1:
            await super().delete(target, remote_id)
        else:
            await self._api.tell("deleteMessages", {"chat_id": chat_of(target), "message_ids": numbers})

    async def count(self, target: str) -> int:
        return await self._api.number("getChatMemberCount", chat_id=chat_of(target))

    def _picture(self, item: MediaItem, place: str) -> tuple[Fields, Files]:
        """A picture that is too large for a thumbnail is the video's cover, which may have any size."""
        picture = picture_of(item)
        if picture is None:
            return {}, {}
        content, is_small = picture
        field = "thumbnail" if is_small else "cover"
        name = f"{field}{place}"
        return {field: f"attach://{name}"}, {name: File(f"{name}.jpg", "image/jpeg", content)}

    def _address(self, channel: str, number: str, message: str) -> str:
        if channel:
            return f"https://t.me/{channel}/{message}"
        return f"https://t.me/c/{number.removeprefix('-100')}/{message}" if number.startswith("-100") else ""


ADAPTERS: Mapping[str, type[Adapter]] = {"telegram": Telegram}
