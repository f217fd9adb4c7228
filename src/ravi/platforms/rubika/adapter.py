"""Publishes to a Rubika channel as a bot. There is no key and no reading back: an unclear answer stays unknown until a
person has looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ravi.platforms.contract import (
    NO_RIGHTS,
    OTHER_ACCOUNT,
    Adapter,
    Content,
    Idempotency,
    Mark,
    MarkKind,
    Problem,
    Profile,
    Receipt,
    Rejected,
    Transport,
    Verified,
    credential_field,
)
from ravi.platforms.rubika.api import RubikaApi
from ravi.platforms.shapes.json_http import JsonAnswer, text_at
from ravi.platforms.shapes.limits import problems_of
from ravi.text.lengths import telegram_utf16

_MARKS: Mapping[MarkKind, str] = {"bold": "Bold"}
_MOST_MARKS = 30  # one too many fails the whole message
_LEADERS = frozenset({"Admin", "Creator"})


@dataclass(frozen=True, slots=True)
class RubikaCredentials:
    """A bot's token, the channel's id for bots, and the server that both are for."""

    token: str = credential_field(
        "Bot token",
        "توکن بات",
        secret=True,
        help_en="From @BotFather in Rubika. Make it an administrator of the channel that may send, edit and remove messages.",
        help_fa="در روبیکا از @BotFather بگیرید و بات را مدیر کانال کنید، با اجازهٔ ارسال، ویرایش و حذف پیام.",
    )
    chat: str = credential_field(
        "Channel id",
        "شناسهٔ کانال",
        help_en="The long id that begins with c0, not the name after @: what the bot is told of the channel's posts carries it.",
        help_fa="شناسهٔ بلندی که با c0 آغاز می‌شود، نه نام پس از @؛ در پیام‌هایی که بات از کانال دریافت می‌کند آمده است.",
    )
    server: str = credential_field(
        "Server address",
        "نشانی سرور",
        address=True,
        default="https://botapi.rubika.ir",
        help_en="Leave it as it is.",
        help_fa="همین بماند.",
    )


class Rubika:
    """`target` is the channel's public name; Rubika is told the id in the credentials. The id of a post with an image or
    video is `NUMBER/HASH`: its words can be changed, the file cannot, so a change of both is seen."""

    kind: ClassVar[str] = "rubika"
    idempotency: ClassVar[Idempotency] = Idempotency("none")
    credentials_type: ClassVar[type] = RubikaCredentials

    def __init__(self, credentials: RubikaCredentials, transport: Transport) -> None:
        self._api = RubikaApi(credentials.server, credentials.token, transport.http)
        self._chat = credentials.chat.strip()
        self._meant: set[str] = set()

    @staticmethod
    def validate(content: Content, profile: Profile) -> list[Problem]:
        return problems_of(content, profile)

    async def publish(self, target: str, content: Content, *, key: str) -> Receipt:
        if len(content.media) > 1:
            raise Rejected("too_many_media", "Rubika takes one image or video a message")
        if target not in self._meant:
            await self._check(target)
        fields = {"chat_id": self._chat, **_words(content)}
        if content.reply_to:
            fields["reply_to_message_id"] = _number(content.reply_to)
        answer = await self._send(fields, content)
        number = text_at(answer, "data", "message_id")
        evidence = f"{answer.evidence} | not pinned: Rubika's bots have no pin" if content.pin else answer.evidence
        return Receipt(number + _file_mark(content), "", evidence)

    async def edit(self, target: str, remote_id: str, content: Content, *, key: str) -> Receipt:
        number = _number(remote_id)
        if remote_id != number + _file_mark(content):
            raise Rejected("media_changed", "Rubika changes words only; remove the post and publish it anew")
        fields = {"chat_id": self._chat, "message_id": number, **_words(content)}
        answer = await self._api.tell("editMessageText", fields)
        return Receipt(remote_id, "", answer.evidence)

    async def delete(self, target: str, remote_id: str) -> None:
        await self._api.tell("deleteMessage", {"chat_id": self._chat, "message_id": _number(remote_id)})

    async def verify(self, target: str) -> Verified:
        me = await self._api.ask("getMe")
        chat = await self._api.ask("getChat", chat_id=self._chat)
        title, kind = text_at(chat, "data", "chat", "title"), text_at(chat, "data", "chat", "chat_type")
        told = await self._right(text_at(me, "data", "bot", "bot_id"), kind, title)
        bot = me.data["data"]["bot"].get("username") or text_at(me, "data", "bot", "bot_title")
        handle = chat.data["data"]["chat"].get("username")
        return Verified(title, handle if isinstance(handle, str) and handle else target, f"@{bot} {told}")

    async def _check(self, target: str) -> None:
        """Posts go to the id in the credentials. Raises Rejected where Rubika tells another name for it; where it tells none,
        nobody can know."""
        try:
            chat = (await self._api.ask("getChat", chat_id=self._chat)).data.get("data")
        except Rejected:
            return  # the post itself will be refused too, in words of its own
        told = chat.get("chat") if isinstance(chat, Mapping) else None
        name, meant = told.get("username") if isinstance(told, Mapping) else None, target.strip().lstrip("@")
        if isinstance(name, str) and name and name.casefold() != meant.casefold() and meant != self._chat:
            raise Rejected(OTHER_ACCOUNT, f"the channel id in the credentials is @{name}'s, not @{meant}'s")
        self._meant.add(target)

    async def _send(self, fields: dict[str, Any], content: Content) -> JsonAnswer:
        if not content.media:
            return await self._api.tell("sendMessage", fields)
        file_id = await self._api.bring_up(content.media[0])
        return await self._api.tell("sendFile", {**fields, "file_id": file_id})

    async def _right(self, bot_id: str, kind: str, title: str) -> str:
        """What Rubika tells of the bot's own place in the channel. Not every server does: then the first post shows it."""
        try:
            answer = await self._api.ask("getChatMember", chat_id=self._chat, user_id=bot_id)
        except Rejected:
            return "is known; whether it may post here shows with the first post"
        status = text_at(answer, "data", "chat_member", "status")
        rights = answer.data["data"]["chat_member"].get("access_list")
        is_shut_out = isinstance(rights, list) and bool(rights) and "SendMessages" not in rights
        if kind == "Channel" and (status not in _LEADERS or is_shut_out):
            raise Rejected(
                NO_RIGHTS, f"the bot may not post in {title}: make it an administrator that may send messages"
            )
        return "may post here"


ADAPTERS: Mapping[str, type[Adapter]] = {"rubika": Rubika}


def _words(content: Content) -> dict[str, Any]:
    """The text as it stands, and its formatting as ranges in UTF-16 units."""
    fields: dict[str, Any] = {"text": content.text}
    if parts := [_part(content.text, mark) for mark in content.marks if mark.kind in _MARKS][:_MOST_MARKS]:
        fields["metadata"] = {"meta_data_parts": parts}
    return fields


def _part(text: str, mark: Mark) -> dict[str, Any]:
    start, length = telegram_utf16(text[: mark.start]), telegram_utf16(text[mark.start : mark.end])
    return {"type": _MARKS[mark.kind], "from_index": start, "length": length}


def _number(remote_id: str) -> str:
    return remote_id.partition("/")[0]


def _file_mark(content: Content) -> str:
    return f"/{content.media[0].sha256[:12]}" if content.media else ""
