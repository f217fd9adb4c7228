"""Publishes to an Eitaa channel through Eitaayar. It can neither change nor remove, and offers no key and no reading
back: an unclear answer stays unknown until a person has looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn
from urllib.parse import quote

from ravi.platforms.contract import (
    NO_CHANNEL,
    NO_RIGHTS,
    Adapter,
    Content,
    CredentialsRefused,
    Idempotency,
    MediaItem,
    OutcomeUnknown,
    Problem,
    Profile,
    RateLimited,
    Receipt,
    Rejected,
    Transport,
    Verified,
    credential_field,
)
from ravi.platforms.shapes.json_http import JsonAnswer, JsonDoor, text_at
from ravi.platforms.shapes.limits import problems_of
from ravi.platforms.shapes.multipart import File, form
from ravi.platforms.shapes.retry_after import UNKNOWN_S
from ravi.platforms.shapes.this_machine import may_carry_a_token

_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "video/mp4": "mp4"}
# What its short English sentences hold, in the order in which they are looked for.
_SENTENCES = {
    "peer not found": NO_CHANNEL,
    "chat not found": NO_CHANNEL,
    "user not access": NO_RIGHTS,
    "not enough rights": NO_RIGHTS,
    "forbidden": NO_RIGHTS,
    "too long": "too_long",
    "file is too big": "media_too_large",
    "file invalid": "media_type",
}
_WHAT_TO_DO = {
    NO_CHANNEL: "Eitaayar knows no channel of this number: add the channel in its panel and copy the number from there",
    NO_RIGHTS: "Eitaayar may not send to this channel: make @sender an administrator of it, and give the channel's number "
    "from the panel instead of its name",
}


@dataclass(frozen=True, slots=True)
class EitaaCredentials:
    """Eitaayar's token, the channel's number in its panel, and the server that both are for."""

    token: str = credential_field(
        "Eitaayar token",
        "توکن ایتایار",
        secret=True,
        help_en="From eitaayar.ir, page “API”: bot and a number. In Eitaa make @sender an administrator of the channel.",
        help_fa="از بخش «API» در eitaayar.ir بردارید؛ با bot و یک عدد آغاز می‌شود. در ایتا @sender را مدیر کانال کنید.",
    )
    chat: str = credential_field(
        "Channel number in the panel",
        "شناسهٔ عددی کانال در پنل",
        default="",
        help_en="Add the channel on Eitaayar's page “Channels” and copy its number there: with a bare name sending is refused. "
        "The check tests the token only; whether the channel takes posts shows with the first one.",
        help_fa="کانال را در بخش «کانال‌ها»ی ایتایار اضافه کنید و عددش را از همان‌جا بردارید؛ ارسال با نام کانال پذیرفته نمی‌شود. "
        "«بررسی» تنها توکن را می‌سنجد؛ دسترسی به کانال با نخستین پیام معلوم می‌شود.",
    )
    server: str = credential_field(
        "Server address",
        "نشانی سرور",
        address=True,
        default="https://eitaayar.ir/api",
        help_en="Leave it as it is.",
        help_fa="همین بماند.",
    )


class Eitaa:
    """`target` is the channel's public name; it is sent to under its number where the credentials give one."""

    kind: ClassVar[str] = "eitaa"
    idempotency: ClassVar[Idempotency] = Idempotency("none")
    credentials_type: ClassVar[type] = EitaaCredentials

    def __init__(self, credentials: EitaaCredentials, transport: Transport) -> None:
        token = credentials.token.strip()  # as it is pasted
        spelt = quote(token, safe=":")
        self._chat = credentials.chat.strip()
        self._base = f"{credentials.server.rstrip('/')}/{spelt}/"
        self._door = JsonDoor(transport.http, {}, (token, spelt))

    @staticmethod
    def validate(content: Content, profile: Profile) -> list[Problem]:
        return problems_of(content, profile)

    async def publish(self, target: str, content: Content, *, key: str) -> Receipt:
        fields: dict[str, Any] = {"chat_id": self._chat or target.removeprefix("@")}
        if content.reply_to:
            fields["reply_to_message_id"] = content.reply_to
        if content.pin:
            fields["pin"] = 1
        return _receipt(await self._send(fields, content), target)

    async def verify(self, target: str) -> Verified:
        """Whose the token is. Nothing can be asked about a channel: whether it is ours shows with the first post."""
        me = await self._call("GET", "getMe")
        number, account = text_at(me, "result", "id"), me.data["result"]
        names = [account.get(part) for part in ("first_name", "last_name")]
        name = " ".join(part for part in names if isinstance(part, str) and part.strip())
        detail = "the token is valid; whether it may send to this channel shows with the first post"
        return Verified(name or number, target, detail)

    async def _send(self, fields: dict[str, Any], content: Content) -> JsonAnswer:
        if not content.media:
            return await self._call("POST", "sendMessage", data={**fields, "text": content.text})
        if len(content.media) > 1:
            raise Rejected("too_many_media", "Eitaa takes one image or video a message")
        told = {name: str(value) for name, value in fields.items()} | (
            {"caption": content.text} if content.text else {}
        )
        body, content_type = form(told, {"file": _file(content.media[0])})
        return await self._call("POST", "sendFile", body=body, headers={"Content-Type": content_type})

    async def _call(self, verb: str, method: str, **sent: Any) -> JsonAnswer:
        if not may_carry_a_token(self._base):
            raise CredentialsRefused("a token is not sent without TLS; the server's address must begin with https://")
        try:
            return await self._door.call(verb, self._base + method, **sent)
        except Rejected as refusal:
            _name(refusal)


ADAPTERS: Mapping[str, type[Adapter]] = {"eitaa": Eitaa}


def _name(refusal: Rejected) -> NoReturn:
    """The refusal again, as what it is. Eitaayar may say it inside an answer of 200 and leave its number out."""
    said = refusal.detail.lower()
    if "unauthorized" in said:
        raise CredentialsRefused("Eitaayar knows no such token", evidence=refusal.evidence) from refusal
    if "too many requests" in said:
        raise RateLimited(UNKNOWN_S, evidence=refusal.evidence) from refusal
    for words, code in _SENTENCES.items():
        if words in said:
            raise Rejected(code, _WHAT_TO_DO.get(code, refusal.detail), evidence=refusal.evidence) from refusal
    raise refusal


def _file(item: MediaItem) -> File:
    """What Eitaa makes of a file it reads from its name."""
    if item.content is None:
        raise Rejected("media_missing", f"the bytes of {item.sha256[:12]} were not loaded")
    return File(f"file.{_EXTENSIONS.get(item.media_type, 'bin')}", item.media_type, item.content)


def _receipt(answer: JsonAnswer, target: str) -> Receipt:
    """Raises OutcomeUnknown also where the post stands in a channel of another name: its number was another's."""
    number = text_at(answer, "result", "message_id")
    chat = answer.data["result"].get("chat")
    name = chat.get("username") if isinstance(chat, Mapping) else None
    if not isinstance(name, str) or not name:
        return Receipt(number, "", answer.evidence)
    if name.casefold() != target.removeprefix("@").casefold():
        sentence = f"Eitaa says that it stands in @{name}: the channel number in the credentials is not this channel's"
        raise OutcomeUnknown(sentence, evidence=answer.evidence)
    return Receipt(number, f"https://eitaa.com/{name}/{number}", answer.evidence)
