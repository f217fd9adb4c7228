"""Publishes to a Soroush Plus channel as a bot: what Soroush says and lacks beside the shape that it took over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ravi.platforms.contract import Adapter, MediaItem, credential_field
from ravi.platforms.shapes.bot_channel import BotChannel, Fields, Files
from ravi.platforms.shapes.bot_media import picture_of
from ravi.platforms.shapes.multipart import File


@dataclass(frozen=True, slots=True)
class SoroushCredentials:
    """A bot's token, and the server that it is for."""

    token: str = credential_field(
        "Bot token",
        "توکن ربات",
        secret=True,
        help_en="From @botfather in Soroush Plus (splus.ir/botfather). Make the bot an administrator of the channel that may "
        "post, edit and delete.",
        help_fa="در سروش پلاس از @botfather بگیرید (\u2066splus.ir/botfather\u2069) و ربات را مدیر کانال کنید، "
        "با اجازهٔ ارسال، ویرایش و حذف پیام.",
    )
    server: str = credential_field(
        "Server address",
        "نشانی سرور",
        address=True,
        default="https://api.splus.ir",
        help_en="Leave it as it is, unless Soroush names another address.",
        help_fa="همین بماند، مگر سروش نشانی دیگری اعلام کند.",
    )


class Soroush(BotChannel):
    """As in the shape; nobody can be asked about members, neither how many nor with what rights."""

    kind: ClassVar[str] = "soroush"
    credentials_type: ClassVar[type] = SoroushCredentials
    _video_hints = {"supports_streaming": True}

    def _answering(self, number: int) -> Fields:
        return {"reply_to_message_id": number}

    def _picture(self, item: MediaItem, place: str) -> tuple[Fields, Files]:
        """`thumb` is a file of a single video; in an album none is documented."""
        picture = picture_of(item)
        if picture is None or place or not picture[1]:
            return {}, {}
        return {}, {"thumb": File("thumb.jpg", "image/jpeg", picture[0])}

    async def _may_post(self, chat: str, bot: str, kind: str) -> bool | None:
        return None

    def _address(self, channel: str, number: str, message: str) -> str:
        """No address of a single post is documented: the link leads to the channel."""
        return f"https://splus.ir/{channel}" if channel else ""


ADAPTERS: Mapping[str, type[Adapter]] = {"soroush": Soroush}
