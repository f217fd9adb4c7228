"""Publishes to a Telegram channel as a bot. There is no key and a bot cannot read a channel's past: an unclear answer stays
unknown until a person has looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ravi.platforms.contract import (
    NO_RIGHTS,
    Adapter,
    Content,
    Idempotency,
    MediaItem,
    OutcomeUnknown,
    PlatformError,
    Problem,
    Profile,
    Receipt,
    Rejected,
    Transport,
    Verified,
    credential_field,
)
from ravi.platforms.shapes.bot_api import BotApi, chat_of
from ravi.platforms.shapes.json_http import JsonAnswer, text_at
from ravi.platforms.shapes.limits import problems_of

_GROUPS = frozenset({"group", "supergroup"})


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
        default="https://api.telegram.org",
        help_en="Leave it as it is, unless your institution runs a Bot API server of its own.",
        help_fa="همین بماند، مگر دانشگاه سرور Bot API خودش را داشته باشد.",
    )


class Telegram:
    """`target` is the channel's public name or its number. An album is several messages: its id here is all of theirs,
    joined by commas."""

    kind: ClassVar[str] = "telegram"
    idempotency: ClassVar[Idempotency] = Idempotency("none")
    credentials_type: ClassVar[type] = TelegramCredentials

    def __init__(self, credentials: TelegramCredentials, transport: Transport) -> None:
        self._api = BotApi(credentials.server, credentials.token, transport.http)

    @staticmethod
    def validate(content: Content, profile: Profile) -> list[Problem]:
        return problems_of(content, profile)

    async def publish(self, target: str, content: Content, *, key: str) -> Receipt:
        receipt = _receipt(await self._send(chat_of(target), content))
        return await self._pinned(target, receipt) if content.pin else receipt

    async def edit(self, target: str, remote_id: str, content: Content, *, key: str) -> Receipt:
        numbers, chat = remote_id.split(","), chat_of(target)
        if len(numbers) != max(1, len(content.media)):
            raise Rejected("media_changed", "an album keeps its number of images; remove it and publish anew")
        answer = None
        for place, number in enumerate(numbers):
            try:
                changed = await self._change(chat, number, content, place)
            except Rejected as refusal:
                if refusal.code == "not_modified":
                    continue
                if answer is None:
                    raise
                detail = f"only the first {place} of {len(numbers)} images were changed: {refusal.detail}"
                raise OutcomeUnknown(detail, evidence=refusal.evidence) from refusal
            answer = answer or changed
        if answer is None:
            return Receipt(remote_id, "", "it already stood so")
        return Receipt(remote_id, _link(answer.data["result"]), answer.evidence)

    async def delete(self, target: str, remote_id: str) -> None:
        numbers, chat = remote_id.split(","), chat_of(target)
        if len(numbers) > 1:
            await self._api.tell("deleteMessages", {"chat_id": chat, "message_ids": [int(n) for n in numbers]})
            return
        try:
            await self._api.tell("deleteMessage", {"chat_id": chat, "message_id": int(remote_id)})
        except Rejected as refusal:
            if refusal.code != "gone":
                raise

    async def pin(self, target: str, remote_id: str) -> None:
        first = int(remote_id.split(",")[0])
        quiet = {"chat_id": chat_of(target), "message_id": first, "disable_notification": True}
        await self._api.tell("pinChatMessage", quiet)

    async def verify(self, target: str) -> Verified:
        me = await self._api.ask("getMe")
        chat = await self._api.ask("getChat", chat_id=chat_of(target))
        member = await self._api.ask("getChatMember", chat_id=chat_of(target), user_id=text_at(me, "result", "id"))
        title, kind = text_at(chat, "result", "title"), text_at(chat, "result", "type")
        if not _may_post(member.data["result"], kind):
            raise Rejected(NO_RIGHTS, f"the bot may not post in {title}: make it an administrator that may post")
        bot = text_at(me, "result", "username")
        handle = chat.data["result"].get("username", "")
        return Verified(title, handle or target, f"@{bot} may post here")

    async def _send(self, chat: str, content: Content) -> JsonAnswer:
        where: dict[str, Any] = {"chat_id": chat}
        if content.reply_to:
            where["reply_parameters"] = {"message_id": int(content.reply_to.split(",")[0])}
        if not content.media:
            return await self._api.tell("sendMessage", {**where, "text": content.text})
        if len(content.media) == 1:
            return await self._api.tell("sendPhoto", {**where, "caption": content.text}, {"photo": content.media[0]})
        named = _named(content.media)
        album = [_photo(name, content.text if place == 0 else "") for place, name in enumerate(named)]
        return await self._api.tell("sendMediaGroup", {**where, "media": album}, named)

    async def _change(self, chat: str, number: str, content: Content, place: int) -> JsonAnswer:
        message = {"chat_id": chat, "message_id": int(number)}
        if not content.media:
            return await self._api.tell("editMessageText", {**message, "text": content.text})
        named = _named(content.media[place : place + 1])
        [name] = named
        photo = _photo(name, content.text if place == 0 else "")
        return await self._api.tell("editMessageMedia", {**message, "media": photo}, named)

    async def _pinned(self, target: str, receipt: Receipt) -> Receipt:
        """The post stands whatever becomes of its pin: that is told beside the receipt."""
        try:
            await self.pin(target, receipt.remote_id)
        except PlatformError as error:
            return Receipt(receipt.remote_id, receipt.link, f"{receipt.evidence} | not pinned: {error.detail}")
        return receipt


ADAPTERS: Mapping[str, type[Adapter]] = {"telegram": Telegram}


def _named(media: tuple[MediaItem, ...]) -> dict[str, MediaItem]:
    return {f"photo{place}": item for place, item in enumerate(media)}


def _photo(name: str, caption: str) -> dict[str, str]:
    return {"type": "photo", "media": f"attach://{name}", **({"caption": caption} if caption else {})}


def _receipt(answer: JsonAnswer) -> Receipt:
    """Of one message, or of an album's list of them."""
    said = answer.data.get("result") if isinstance(answer.data, Mapping) else None
    messages = said if isinstance(said, list) and said else [said]
    numbers = [text_at(JsonAnswer(message, answer.evidence), "message_id") for message in messages]
    return Receipt(",".join(numbers), _link(messages[0]), answer.evidence)


def _link(message: object) -> str:
    """Where people read it: by the channel's public name, else the address that its members can open."""
    chat = message.get("chat") if isinstance(message, Mapping) else None
    if not isinstance(message, Mapping) or not isinstance(chat, Mapping):
        return ""
    number, private = message.get("message_id"), str(chat.get("id", ""))
    if chat.get("username"):
        return f"https://t.me/{chat['username']}/{number}"
    return f"https://t.me/c/{private.removeprefix('-100')}/{number}" if private.startswith("-100") else ""


def _may_post(member: object, kind: str) -> bool:
    if not isinstance(member, Mapping):
        return False
    status = member.get("status")
    if status == "creator":
        return True
    if kind in _GROUPS:
        return status in {"administrator", "member"}
    return status == "administrator" and bool(member.get("can_post_messages"))
