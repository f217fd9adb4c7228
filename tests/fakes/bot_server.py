"""A Bot API server over HTTP, as Telegram describes it, with its refusals and its flood control.

Numbers are python-telegram-bot's (`telegram.constants`, Bot API 10.0), read there and nowhere else. Lengths are counted in
code points after trimming, as TDLib does (td/telegram/MessageEntity.cpp, `utf8_length`).
"""

from __future__ import annotations

import asyncio
import io
import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from PIL import Image, UnidentifiedImageError
from telegram.constants import FileSizeLimit, FloodLimit, MediaGroupLimit, MessageLimit

from tests.fakes.bot_world import Bot, Chat, Message, Photo, Refused, World, told

# https://core.telegram.org/bots/api#sendphoto: width and height together 10,000 at most, ratio 20 at most.
SIDES, RATIO = 10_000, 20
TEXT, CAPTION = int(MessageLimit.MAX_TEXT_LENGTH), int(MessageLimit.CAPTION_LENGTH)
ALBUM = range(int(MediaGroupLimit.MIN_MEDIA_LENGTH), int(MediaGroupLimit.MAX_MEDIA_LENGTH) + 1)
MANY_DELETED = 100  # https://core.telegram.org/bots/api#deletemessages
PHOTO_FORMATS = ("JPEG", "PNG", "WEBP")

Files = Mapping[str, bytes]
Values = dict[str, Any]
Method = Callable[["BotServer", Bot, Values, Files], Any]
_METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    def keep(does: Method) -> Method:
        _METHODS[name.lower()] = does
        return does

    return keep


@dataclass
class BotServer:
    """`flood` switches its pace on; `port` is set by `running`."""

    world: World = field(default_factory=World)
    flood: bool = False
    port: int = 0
    now: Callable[[], float] = time.time
    _by_bot: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _by_chat: defaultdict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    async def answer(self, request: web.Request) -> web.Response:
        try:
            bot = self._bot(request.match_info["token"])
            does = _METHODS.get(request.match_info["method"].lower())
            if does is None:
                raise Refused(404, "Not Found")
            values, files = await _values(request)
            return web.json_response({"ok": True, "result": does(self, bot, values, files)})
        except Refused as no:
            said: dict[str, Any] = {"ok": False, "error_code": no.number, "description": no.sentence}
            if no.parameters:
                said["parameters"] = no.parameters
            return web.json_response(said, status=no.number)

    def _bot(self, token: str) -> Bot:
        if token in self.world.bots:
            return self.world.bots[token]
        number, colon, secret = token.partition(":")
        raise Refused(401, "Unauthorized") if colon and number.isdigit() and secret else Refused(404, "Not Found")

    def place(self, bot: Bot, values: Values, right: str) -> Chat:
        """The chat, if this bot may do this there."""
        chat = self.world.chat(str(_needed(values, "chat_id", "chat_id is empty")))
        if bot.number in chat.kicked:
            raise Refused(403, f"Forbidden: bot was kicked from the {chat.kind} chat")
        if bot.number not in chat.rights:
            raise Refused(403, f"Forbidden: bot is not a member of the {chat.kind} chat")
        if chat.kind == "channel" and not chat.rights[bot.number].get(right):
            raise Refused(400, "Bad Request: need administrator rights in the channel chat")
        return chat

    def pace(self, bot: Bot, chat: Chat, count: int) -> None:
        """Each message of an album counts. One a second in a chat is advice there: short bursts pass."""
        if not self.flood:
            return
        now = self.now()
        per_group = int(FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP)
        windows = (
            (self._by_bot[bot.token], int(FloodLimit.MESSAGES_PER_SECOND), 1.0),
            (self._by_chat[chat.number], per_group, 60.0),
        )
        for seen, most, window_s in windows:
            while seen and seen[0] <= now - window_s:
                seen.popleft()
            if len(seen) + count > most:
                wait_s = max(1, round(seen[0] + window_s - now)) if seen else 1
                raise Refused(429, f"Too Many Requests: retry after {wait_s}", retry_after=wait_s)
        for seen, _, _ in windows:
            seen.extend([now] * count)

    def put(self, chat: Chat, text: str, photo: Photo | None = None, *, group: str = "", reply_to: int = 0) -> Message:
        message = Message(next(chat.numbers), int(self.now()), text, photo, group, reply_to=reply_to)
        chat.messages[message.number] = message
        chat.ever += 1
        return message


# Asking -----------------------------------------------------------------------------------------------------------


@method("getMe")
def _get_me(_: BotServer, bot: Bot, _values: Values, _files: Files) -> Any:
    may = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries")
    return bot.told() | dict.fromkeys(may, False)


@method("getChat")
def _get_chat(server: BotServer, bot: Bot, values: Values, _: Files) -> Any:
    chat = server.world.chat(str(values.get("chat_id", "")))
    if bot.number not in chat.rights and not chat.username:
        raise Refused(400, "Bad Request: chat not found")
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    said = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, False)}
    if chat.pinned and chat.pinned[-1] in chat.messages:
        said["pinned_message"] = told(chat, chat.messages[chat.pinned[-1]])
    return chat.told() | said


@method("getChatMemberCount")
def _get_members(server: BotServer, _bot: Bot, values: Values, _: Files) -> Any:
    return server.world.chat(str(values.get("chat_id", ""))).members


@method("getChatMember")
def _get_member(server: BotServer, bot: Bot, values: Values, _: Files) -> Any:
    chat = server.world.chat(str(values.get("chat_id", "")))
    asked = next((one for one in server.world.bots.values() if str(one.number) == str(values.get("user_id"))), None)
    if asked is None:
        raise Refused(400, "Bad Request: user not found")
    if bot.number not in chat.rights:
        raise Refused(400, "Bad Request: member list is inaccessible")
    rights = chat.rights.get(asked.number)
    if rights is None:
        return {"user": asked.told(), "status": "left"}
    if not rights:
        return {"user": asked.told(), "status": "member"}
    always = (
        "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
        "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
        "can_edit_stories", "can_delete_stories", "can_post_messages", "can_edit_messages", "can_pin_messages",
        "can_manage_direct_messages", "can_manage_tags", "can_send_welcome_messages",
    )  # fmt: skip
    return {"user": asked.told(), "status": "administrator"} | {name: rights.get(name, False) for name in always}


# Sending ----------------------------------------------------------------------------------------------------------


@method("sendMessage")
def _send_message(server: BotServer, bot: Bot, values: Values, _: Files) -> Any:
    chat = server.place(bot, values, "can_post_messages")
    text = _text(values.get("text"))
    reply_to = _reply_to(server, chat, values)
    server.pace(bot, chat, 1)
    return told(chat, server.put(chat, text, reply_to=reply_to))


@method("sendPhoto")
def _send_photo(server: BotServer, bot: Bot, values: Values, files: Files) -> Any:
    chat = server.place(bot, values, "can_post_messages")
    photo, caption = _photo(values.get("photo", "attach://photo"), files), _caption(values.get("caption"))
    reply_to = _reply_to(server, chat, values)
    server.pace(bot, chat, 1)
    return told(chat, server.put(chat, caption, photo, reply_to=reply_to))


@method("sendMediaGroup")
def _send_album(server: BotServer, bot: Bot, values: Values, files: Files) -> Any:
    chat = server.place(bot, values, "can_post_messages")
    media = _json(values, "media", list)
    if len(media) not in ALBUM:
        raise Refused(400, "Bad Request: wrong number of media in the group: 2-10 is needed")
    checked = [(_photo(one.get("media"), files), _caption(one.get("caption"))) for one in media if _is_photo(one)]
    reply_to = _reply_to(server, chat, values)
    server.pace(bot, chat, len(checked))
    group = f"{chat.number}-{next(chat.numbers)}"
    return [told(chat, server.put(chat, caption, photo, group=group, reply_to=reply_to)) for photo, caption in checked]


# Changing ---------------------------------------------------------------------------------------------------------


@method("editMessageText")
def _edit_text(server: BotServer, bot: Bot, values: Values, _: Files) -> Any:
    chat = server.place(bot, values, "can_edit_messages")
    message = server.world.message(chat, _number(values, "message_id"), "edit")
    text = _text(values.get("text"))
    if message.photo:
        raise Refused(400, "Bad Request: there is no text in the message to edit")
    return _edited(server, chat, message, text, None)


@method("editMessageCaption")
def _edit_caption(server: BotServer, bot: Bot, values: Values, _: Files) -> Any:
    chat = server.place(bot, values, "can_edit_messages")
    message = server.world.message(chat, _number(values, "message_id"), "edit")
    if not message.photo:
        raise Refused(400, "Bad Request: there is no caption in the message to edit")
    return _edited(server, chat, message, _caption(values.get("caption")), message.photo)


@method("editMessageMedia")
def _edit_media(server: BotServer, bot: Bot, values: Values, files: Files) -> Any:
    chat = server.place(bot, values, "can_edit_messages")
    message = server.world.message(chat, _number(values, "message_id"), "edit")
    media = _json(values, "media", dict)
    _is_photo(media)
    return _edited(server, chat, message, _caption(media.get("caption")), _photo(media.get("media"), files))


@method("deleteMessage")
def _delete(server: BotServer, bot: Bot, values: Values, _: Files) -> Any:
    chat = server.place(bot, values, "can_delete_messages")
    message = server.world.message(chat, _number(values, "message_id"), "delete")
    del chat.messages[message.number]
    return True


@method("deleteMessages")
def _delete_many(server: BotServer, bot: Bot, values: Values, _: Files) -> Any:
    """What is not there is skipped, says the page."""
    chat = server.place(bot, values, "can_delete_messages")
    numbers = _json(values, "message_ids", list)
    if not 1 <= len(numbers) <= MANY_DELETED:
        raise Refused(400, "Bad Request: too many message identifiers specified")
    for number in numbers:
        chat.messages.pop(int(number), None)
    return True


@method("pinChatMessage")
def _pin(server: BotServer, bot: Bot, values: Values, _: Files) -> Any:
    chat = server.place(bot, values, "can_edit_messages")
    chat.pinned.append(server.world.message(chat, _number(values, "message_id"), "pin").number)
    return True


# Reading what was sent --------------------------------------------------------------------------------------------


async def _values(request: web.Request) -> tuple[Values, dict[str, bytes]]:
    values: Values = dict(request.query)
    files: dict[str, bytes] = {}
    if request.method == "GET" or not request.can_read_body:
        return values, files
    if request.content_type == "application/json":
        try:
            values |= await request.json()
        except ValueError:
            raise Refused(400, "Bad Request: can't parse JSON object") from None
        return values, files
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = value.file.read()
        else:
            values[name] = str(value)
    return values, files


def _edited(server: BotServer, chat: Chat, message: Message, text: str, photo: Photo | None) -> Any:
    is_same = text == message.text and (photo and photo.content) == (message.photo and message.photo.content)
    if is_same:
        raise Refused(
            400,
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message",
        )
    message.text, message.photo, message.edited_at = text, photo, int(server.now())
    return told(chat, message)


def _text(given: object) -> str:
    text = str(given or "").strip()
    if not text:
        raise Refused(400, "Bad Request: message text is empty")
    if len(text) > TEXT:
        raise Refused(400, "Bad Request: message is too long")
    return text


def _caption(given: object) -> str:
    caption = str(given or "").strip()
    if len(caption) > CAPTION:
        raise Refused(400, "Bad Request: message caption is too long")
    return caption


def _photo(given: object, files: Files) -> Photo:
    name = str(given or "").removeprefix("attach://")
    if name not in files:
        raise Refused(400, "Bad Request: wrong file identifier/HTTP URL specified")
    content = files[name]
    if len(content) > int(FileSizeLimit.PHOTOSIZE_UPLOAD):
        raise Refused(413, "Request Entity Too Large")
    try:
        with Image.open(io.BytesIO(content), formats=PHOTO_FORMATS) as image:
            image.load()
            width, height = image.size
    except (UnidentifiedImageError, OSError):
        raise Refused(400, "Bad Request: IMAGE_PROCESS_FAILED") from None
    if width + height > SIDES or max(width, height) > RATIO * min(width, height):
        raise Refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    return Photo(width, height, content)


def _is_photo(media: object) -> bool:
    if not isinstance(media, dict) or media.get("type") != "photo":
        raise Refused(400, "Bad Request: can't parse InputMedia: media type is unsupported here")
    return True


def _reply_to(server: BotServer, chat: Chat, values: Values) -> int:
    if "reply_parameters" not in values:
        return 0
    number = _number(_json(values, "reply_parameters", dict), "message_id")
    if number not in chat.messages:
        raise Refused(400, "Bad Request: message to be replied not found")
    return number


def _json(values: Values, name: str, kind: type) -> Any:
    found = values.get(name)
    try:
        found = json.loads(found) if isinstance(found, str) else found
    except ValueError:
        raise Refused(400, f"Bad Request: can't parse {name} JSON object") from None
    if not isinstance(found, kind):
        raise Refused(400, f"Bad Request: parameter {name} is required")
    return found


def _number(values: Mapping[str, Any], name: str) -> int:
    try:
        return int(values[name])
    except (KeyError, ValueError, TypeError):
        raise Refused(400, f"Bad Request: {name} isn't specified") from None


def _needed(values: Values, name: str, otherwise: str) -> Any:
    if not values.get(name):
        raise Refused(400, f"Bad Request: {otherwise}")
    return values[name]


@asynccontextmanager
async def running(server: BotServer) -> AsyncIterator[BotServer]:
    """On a port of its own, this machine only."""
    app = web.Application(client_max_size=60 * 1024 * 1024)
    app.router.add_route("*", "/bot{token}/{method}", server.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.port = runner.addresses[0][1]
        yield server
    finally:
        await runner.cleanup()


@contextmanager
def in_a_thread(server: BotServer) -> Iterator[BotServer]:
    """For tests that are not asynchronous themselves."""
    loop, up, end = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with running(server):
            up.set()
            await end.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    try:
        assert up.wait(10)
        yield server
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(10)
        loop.close()


__all__ = ["ALBUM", "CAPTION", "TEXT", "BotServer", "in_a_thread", "running"]
