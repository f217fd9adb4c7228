"""A channel that a bot writes to, as Telegram set it out and other messengers took it over. There is no key, and a bot cannot
read a channel's past: an unclear answer stays unknown until a person has looked.

What a platform says or lacks of its own stands in its folder, as a hook or an attribute that it replaces here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

from ravi.platforms.contract import (
    GONE,
    MEDIA_CHANGED,
    NO_RIGHTS,
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
)
from ravi.platforms.shapes.bot_api import BotApi, chat_of
from ravi.platforms.shapes.bot_entities import entities_of
from ravi.platforms.shapes.bot_media import facts_of, file_of, kind_of
from ravi.platforms.shapes.json_http import JsonAnswer, text_at
from ravi.platforms.shapes.limits import problems_of
from ravi.platforms.shapes.multipart import File

GROUPS = frozenset({"group", "supergroup"})
Fields = dict[str, Any]
Files = dict[str, File]


class BotCredentials(Protocol):
    """A bot's token, and the server that it is for."""

    @property
    def token(self) -> str: ...

    @property
    def server(self) -> str: ...


class BotChannel:
    """`target` is the channel's public name or its number. An album is several messages: its id here is all of theirs,
    joined by commas."""

    idempotency: ClassVar[Idempotency] = Idempotency("none")
    _sentences: ClassVar[Mapping[str, str]] = {}  # BotApi.sentences
    _video_hints: ClassVar[Mapping[str, Any]] = {}
    _pin_hints: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, credentials: BotCredentials, transport: Transport) -> None:
        self._api = BotApi(credentials.server, credentials.token, transport.http, self._sentences)

    @staticmethod
    def validate(content: Content, profile: Profile) -> list[Problem]:
        return problems_of(content, profile)

    async def publish(self, target: str, content: Content, *, key: str) -> Receipt:
        receipt = self._receipt(await self._send(chat_of(target), content), content)
        return await self._pinned(target, receipt) if content.pin else receipt

    async def edit(self, target: str, remote_id: str, content: Content, *, key: str) -> Receipt:
        numbers, answer = self._numbers(remote_id), None
        if len(numbers) != max(1, len(content.media)):
            raise Rejected(MEDIA_CHANGED, "an album keeps its number of images; remove it and publish anew")
        for place, number in self._to_change(remote_id, content):
            try:
                changed = await self._change(chat_of(target), number, content, place)
            except Rejected as refusal:
                if refusal.code == "not_modified":
                    continue
                if answer is None:
                    raise
                detail = f"only the first {place} of {len(numbers)} messages were changed: {refusal.detail}"
                raise OutcomeUnknown(detail, evidence=refusal.evidence) from refusal
            answer = answer or changed
        if answer is None:
            return Receipt(remote_id, "", "it already stood so")
        return Receipt(remote_id, self._link(answer.data["result"]), answer.evidence)

    async def delete(self, target: str, remote_id: str) -> None:
        numbers = self._numbers(remote_id)
        for place, number in enumerate(numbers):
            try:
                await self._api.tell("deleteMessage", {"chat_id": chat_of(target), "message_id": number})
            except Rejected as refusal:
                if refusal.code == GONE:
                    continue
                if place == 0:
                    raise
                detail = f"only the first {place} of {len(numbers)} messages were removed: {refusal.detail}"
                raise OutcomeUnknown(detail, evidence=refusal.evidence) from refusal

    async def pin(self, target: str, remote_id: str) -> None:
        first = {"chat_id": chat_of(target), "message_id": self._numbers(remote_id)[0]}
        await self._api.tell("pinChatMessage", {**first, **self._pin_hints})

    async def verify(self, target: str) -> Verified:
        me = await self._api.ask("getMe")
        chat = await self._api.ask("getChat", chat_id=chat_of(target))
        title, kind = text_at(chat, "result", "title"), text_at(chat, "result", "type")
        may = await self._may_post(chat_of(target), text_at(me, "result", "id"), kind)
        if may is False:
            raise Rejected(NO_RIGHTS, f"the bot may not post in {title}: make it an administrator that may post")
        bot, handle = text_at(me, "result", "username"), _called(target, chat.data["result"])
        detail = (
            f"@{bot} may post here"
            if may
            else f"@{bot} knows this channel; its first message shows whether it may post"
        )
        return Verified(title, handle, detail)

    async def _send(self, chat: str, content: Content) -> JsonAnswer:
        where: Fields = {"chat_id": chat}
        if content.reply_to:
            where |= self._answering(self._numbers(content.reply_to)[0])
        if not content.media:
            return await self._api.tell("sendMessage", {**where, **self._words("text", content)})
        if len(content.media) == 1:
            return await self._send_one(where, content, content.media[0])
        album, files = [], Files()
        for place, item in enumerate(content.media):
            said, beside = self._input(item, place, content)
            album.append(said)
            files |= beside
        return await self._api.tell("sendMediaGroup", {**where, "media": album}, files)

    async def _send_one(self, where: Fields, content: Content, item: MediaItem) -> JsonAnswer:
        kind = kind_of(item)
        said, beside = self._told_of(item, "")
        fields = {**where, **self._words("caption", content), **said}
        return await self._api.tell(f"send{kind.capitalize()}", fields, {kind: file_of(kind, item), **beside})

    async def _change(self, chat: str, number: int, content: Content, place: int) -> JsonAnswer:
        message: Fields = {"chat_id": chat, "message_id": number}
        if not content.media:
            return await self._api.tell("editMessageText", {**message, **self._words("text", content)})
        said, files = self._input(content.media[place], place, content)
        return await self._api.tell("editMessageMedia", {**message, "media": said}, files)

    async def _pinned(self, target: str, receipt: Receipt) -> Receipt:
        """The post stands whatever becomes of its pin: that is told beside the receipt."""
        try:
            await self.pin(target, receipt.remote_id)
        except PlatformError as error:
            return Receipt(receipt.remote_id, receipt.link, f"{receipt.evidence} | not pinned: {error.detail}")
        return receipt

    def _receipt(self, answer: JsonAnswer, content: Content) -> Receipt:
        """Of one message, or of an album's list of them."""
        said = answer.data["result"]
        messages = said if isinstance(said, list) and said else [said]
        numbers = [text_at(JsonAnswer(message, answer.evidence), "message_id") for message in messages]
        return Receipt(self._remote_id(numbers, content), self._link(messages[0]), answer.evidence)

    def _input(self, item: MediaItem, place: int, content: Content) -> tuple[Fields, Files]:
        """One part of an album, or what takes its place; the first carries the words of all."""
        name = f"{kind_of(item)}{place}"
        said, beside = self._told_of(item, str(place))
        words = self._words("caption", content) if place == 0 else {}
        return {"type": kind_of(item), "media": f"attach://{name}", **words, **said}, {
            name: file_of(name, item),
            **beside,
        }

    def _told_of(self, item: MediaItem, place: str) -> tuple[Fields, Files]:
        said, beside = self._picture(item, place)
        return {**facts_of(item), **(self._video_hints if item.is_video else {}), **said}, beside

    def _link(self, message: object) -> str:
        """Where people read it."""
        chat = message.get("chat") if isinstance(message, Mapping) else None
        if not isinstance(message, Mapping) or not isinstance(chat, Mapping):
            return ""
        return self._address(
            str(chat.get("username") or ""), str(chat.get("id", "")), str(message.get("message_id", ""))
        )

    # Hooks: what Telegram's documents say, unless a platform says something else.

    def _words(self, field: str, content: Content) -> Fields:
        """The text under the name of its field, with its formatting. A caption may be empty, and is then left out."""
        if field == "caption" and not content.text:
            return {}
        entities = entities_of(content)
        name = "entities" if field == "text" else "caption_entities"
        return {field: content.text, **({name: entities} if entities else {})}

    def _answering(self, number: int) -> Fields:
        return {"reply_parameters": {"message_id": number}}

    def _picture(self, item: MediaItem, place: str) -> tuple[Fields, Files]:
        """What is told of a video's picture before it plays, and the file of it; `place` is "" outside of albums."""
        return {}, {}

    def _numbers(self, remote_id: str) -> list[int]:
        """Raises Rejected for what was never an id of ours."""
        try:
            return [int(number) for number in remote_id.split(",")]
        except ValueError:
            raise Rejected("bad_id", f"{remote_id[:40]!r} is not the number of a message") from None

    def _remote_id(self, numbers: Sequence[str], content: Content) -> str:
        return ",".join(numbers)

    def _to_change(self, remote_id: str, content: Content) -> list[tuple[int, int]]:
        """The places and numbers of the messages that an edit must touch. Raises Rejected where that cannot be done."""
        return list(enumerate(self._numbers(remote_id)))

    async def _may_post(self, chat: str, bot: str, kind: str) -> bool | None:
        """Whether the bot may post there; None where the platform does not tell."""
        member = (await self._api.ask("getChatMember", chat_id=chat, user_id=bot)).data["result"]
        if not isinstance(member, Mapping):
            return False
        status = member.get("status")
        if status == "creator" or (kind in GROUPS and status == "member"):
            return True
        return status == "administrator" and (kind in GROUPS or self._posts(member))

    def _posts(self, administrator: Mapping[str, Any]) -> bool:
        return bool(administrator.get("can_post_messages"))

    def _address(self, channel: str, number: str, message: str) -> str:
        """Of a message in a public channel, or in one with only a number ("" for its name)."""
        return ""


def _called(target: str, chat: Mapping[str, Any]) -> str:
    """As the channel is called here, if that is its number or one of its names; else by the name that the platform tells."""
    more = chat.get("active_usernames")
    names = [chat.get("username"), *(more if isinstance(more, list) else ())]
    plain = target.strip().lstrip("@")
    is_known = plain.lstrip("-").isdigit() or plain.casefold() in {str(name).casefold() for name in names}
    return plain if is_known else str(chat.get("username") or target)
