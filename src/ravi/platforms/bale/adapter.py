"""Publishes to a Bale channel as a bot: what Bale says and lacks beside the shape that it took over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from ravi.platforms.contract import (
    MARKUP,
    MEDIA_CHANGED,
    NO_CHANNEL,
    NO_RIGHTS,
    Adapter,
    Content,
    Rejected,
    credential_field,
)
from ravi.platforms.shapes.bot_api import NO_BOT, TOO_FAST, chat_of
from ravi.platforms.shapes.bot_channel import BotChannel, Fields
from ravi.platforms.shapes.json_http import JsonAnswer
from ravi.text.misread import line_of_misreading

_PRINT_CHARS = 8


@dataclass(frozen=True, slots=True)
class BaleCredentials:
    """A bot's token, and the server that it is for."""

    token: str = credential_field(
        "Bot token",
        "توکن بازو",
        secret=True,
        help_en="From @botfather in Bale (/newbot). Make the bot an administrator of the channel that may post, edit and delete.",
        help_fa="در بله از @botfather بگیرید (\u2066/newbot\u2069) و بازو را مدیر کانال کنید، "
        "با اجازهٔ ارسال، ویرایش و حذف پیام.",
    )
    server: str = credential_field(
        "Server address",
        "نشانی سرور",
        address=True,
        default="https://tapi.bale.ai",
        help_en="Leave it as it is, unless Bale names another address.",
        help_fa="همین بماند، مگر بله نشانی دیگری اعلام کند.",
    )


class Bale(BotChannel):
    """Words are read as Markdown there, so those that would change are not sent. Images and videos cannot be exchanged:
    beside each number our id keeps the first signs of its file's hash ("7.1a2b3c4d"), and an edit with other files is
    refused, not overlooked."""

    kind: ClassVar[str] = "bale"
    credentials_type: ClassVar[type] = BaleCredentials
    _sentences = {
        "no such group or user": NO_CHANNEL,
        "permission_denied": NO_RIGHTS,
        "bot limit exceed": TOO_FAST,
        "local_rate_limited": TOO_FAST,
        "token not found": NO_BOT,
    }

    async def count(self, target: str) -> int:
        return await self._api.number("getChatMembersCount", chat_id=chat_of(target))

    async def _change(self, chat: str, number: int, content: Content, place: int) -> JsonAnswer:
        message: Fields = {"chat_id": chat, "message_id": number}
        if not content.media:
            return await self._api.tell("editMessageText", {**message, **self._words("text", content)})
        words = self._words("caption", content) or {"caption": ""}
        return await self._api.tell("editMessageCaption", {**message, **words})

    def _words(self, field: str, content: Content) -> Fields:
        if line := line_of_misreading(content.text):
            raise Rejected(MARKUP, f"Bale would show signs in line {line} as formatting; nothing was sent")
        return {} if field == "caption" and not content.text else {field: content.text}

    def _answering(self, number: int) -> Fields:
        return {"reply_to_message_id": number}

    def _numbers(self, remote_id: str) -> list[int]:
        return super()._numbers(",".join(part.partition(".")[0] for part in remote_id.split(",")))

    def _remote_id(self, numbers: Sequence[str], content: Content) -> str:
        prints = [item.sha256[:_PRINT_CHARS] for item in content.media]
        if len(prints) != len(numbers):
            return super()._remote_id(numbers, content)
        return ",".join(f"{number}.{print_}" for number, print_ in zip(numbers, prints, strict=True))

    def _to_change(self, remote_id: str, content: Content) -> list[tuple[int, int]]:
        """Only the first message of an album has words."""
        stood = [part.partition(".")[2] for part in remote_id.split(",")]
        if [item.sha256[:_PRINT_CHARS] for item in content.media] != [print_ for print_ in stood if print_]:
            raise Rejected(MEDIA_CHANGED, "Bale changes words only, not images; remove the post and publish it anew")
        return super()._to_change(remote_id, content)[:1]

    def _posts(self, administrator: Mapping[str, Any]) -> bool:
        """Bale's libraries know administrators without this right's name; only a clear no is a no."""
        return administrator.get("can_post_messages") is not False

    def _address(self, channel: str, number: str, message: str) -> str:
        """No address of a single post is documented: the link leads to the channel."""
        return f"https://ble.ir/{channel}" if channel else ""


ADAPTERS: Mapping[str, type[Adapter]] = {"bale": Bale}
