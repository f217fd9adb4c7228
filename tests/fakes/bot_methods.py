"""The calls of a Bot API server, each as its page describes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tests.fakes.bot_media import Files, Media, media_of, photo_of, video_of
from tests.fakes.bot_words import markdown_of, words_of
from tests.fakes.bot_world import Bot, Chat, Message, Refused, Words, told

if TYPE_CHECKING:
    from tests.fakes.bot_server import BotServer

MANY_DELETED = 100  # https://core.telegram.org/bots/api#deletemessages

Values = dict[str, Any]
Method = Callable[["BotServer", Bot, Values, Files], Any]
METHODS: dict[str, Method] = {}


def method(*names: str) -> Callable[[Method], Method]:
    def keep(does: Method) -> Method:
        METHODS.update(dict.fromkeys((name.lower() for name in names), does))
        return does

    return keep


# Asking -----------------------------------------------------------------------------------------------------------


@method("getMe")
def _get_me(_: BotServer, bot: Bot, _values: Values, _files: Files) -> Any:
    may = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries")
    return bot.told() | dict.fromkeys(may, False)


@method("getChat")
def _get_chat(server: BotServer, bot: Bot, values: Values, _: Files) -> Any:
    chat = server.chat(values)
    if bot.number not in chat.rights and not chat.username:
        raise server.no("no_chat", 400, "Bad Request: chat not found")
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    said = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, False)}
    if chat.pinned and chat.pinned[-1] in chat.messages:
        said["pinned_message"] = told(chat, chat.messages[chat.pinned[-1]])
    return chat.told() | said


@method("getChatMemberCount", "getChatMembersCount")
def _get_members(server: BotServer, _bot: Bot, values: Values, _: Files) -> Any:
    return server.chat(values).members


@method("getChatMember")
def _get_member(server: BotServer, bot: Bot, values: Values, _: Files) -> Any:
    chat = server.chat(values)
    asked = next((one for one in server.world.bots.values() if str(one.number) == str(values.get("user_id"))), None)
    if asked is None:
        raise Refused(400, "Bad Request: user not found")
    if bot.number not in chat.rights:
        raise server.no("no_rights", 400, "Bad Request: member list is inaccessible")
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
    words = _text(server, values)
    return _put(server, bot, chat, values, words, None)


@method("sendPhoto")
def _send_photo(server: BotServer, bot: Bot, values: Values, files: Files) -> Any:
    chat = server.place(bot, values, "can_post_messages")
    photo = photo_of(server.flavour, values.get("photo", "attach://photo"), files)
    return _put(server, bot, chat, values, _caption(server, values), photo)


@method("sendVideo")
def _send_video(server: BotServer, bot: Bot, values: Values, files: Files) -> Any:
    chat = server.place(bot, values, "can_post_messages")
    video = video_of(server.flavour, values.get("video", "attach://video"), values, files)
    return _put(server, bot, chat, values, _caption(server, values), video)


@method("sendMediaGroup")
def _send_album(server: BotServer, bot: Bot, values: Values, files: Files) -> Any:
    chat = server.place(bot, values, "can_post_messages")
    if server.flavour.reads_markdown and not isinstance(values.get("media"), str):
        raise Refused(
            400, "Bad Request: malformed request"
        )  # seen on 2026-09-15: the list is a string there, also in JSON
    album = _json(values, "media", list)
    if len(album) not in server.flavour.album:
        raise Refused(400, "Bad Request: wrong number of media in the group: 2-10 is needed")
    checked = [(media_of(server.flavour, one, files), _caption(server, one)) for one in album]
    reply_to = _reply_to(server, chat, values)
    server.pace(bot, chat, len(checked))
    group = f"{chat.number}-{next(chat.numbers)}"
    return [told(chat, server.put(chat, words, media, group=group, reply_to=reply_to)) for media, words in checked]


def _put(server: BotServer, bot: Bot, chat: Chat, values: Values, words: Words, media: Media | None) -> Any:
    reply_to = _reply_to(server, chat, values)
    server.pace(bot, chat, 1)
    return told(chat, server.put(chat, words, media, reply_to=reply_to))


# Changing ---------------------------------------------------------------------------------------------------------


@method("editMessageText")
def _edit_text(server: BotServer, bot: Bot, values: Values, _: Files) -> Any:
    chat, message = _to_edit(server, bot, values)
    words = _text(server, values)
    if message.media:
        raise Refused(400, "Bad Request: there is no text in the message to edit")
    return _edited(server, chat, message, words, None)


@method("editMessageCaption")
def _edit_caption(server: BotServer, bot: Bot, values: Values, _: Files) -> Any:
    chat, message = _to_edit(server, bot, values)
    if not message.media:
        raise Refused(400, "Bad Request: there is no caption in the message to edit")
    return _edited(server, chat, message, _caption(server, values), message.media)


@method("editMessageMedia")
def _edit_media(server: BotServer, bot: Bot, values: Values, files: Files) -> Any:
    chat, message = _to_edit(server, bot, values)
    told_of = _json(values, "media", dict)
    media = media_of(server.flavour, told_of, files)
    return _edited(server, chat, message, _caption(server, told_of), media)


@method("deleteMessage")
def _delete(server: BotServer, bot: Bot, values: Values, _: Files) -> Any:
    chat = server.place(bot, values, "can_delete_messages")
    message = server.world.message(chat, _number(values, "message_id"), "delete")
    server.still_young(message)
    del chat.messages[message.number]
    return True


@method("deleteMessages")
def _delete_many(server: BotServer, bot: Bot, values: Values, _: Files) -> Any:
    """What is not there is skipped, says the page."""
    chat = server.place(bot, values, "can_delete_messages")
    numbers = _json(values, "message_ids", list)
    if not 1 <= len(numbers) <= MANY_DELETED:
        raise Refused(400, "Bad Request: too many message identifiers specified")
    standing = [chat.messages[int(number)] for number in numbers if int(number) in chat.messages]
    for message in standing:
        server.still_young(message)
    for message in standing:
        del chat.messages[message.number]
    return True


@method("pinChatMessage")
def _pin(server: BotServer, bot: Bot, values: Values, _: Files) -> Any:
    chat = server.place(bot, values, "can_edit_messages")
    chat.pinned.append(server.world.message(chat, _number(values, "message_id"), "pin").number)
    return True


@method("unpinChatMessage")
def _unpin(server: BotServer, bot: Bot, values: Values, _: Files) -> Any:
    chat = server.place(bot, values, "can_edit_messages")
    chat.pinned.remove(server.world.message(chat, _number(values, "message_id"), "unpin").number)
    return True


def _to_edit(server: BotServer, bot: Bot, values: Values) -> tuple[Chat, Message]:
    chat = server.place(bot, values, "can_edit_messages")
    return chat, server.world.message(chat, _number(values, "message_id"), "edit")


def _edited(server: BotServer, chat: Chat, message: Message, words: Words, media: Media | None) -> Any:
    if words == message.words and media == message.media:
        raise Refused(
            400,
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message",
        )
    message.words, message.media, message.edited_at = words, media, int(server.now())
    return told(chat, message)


# Reading what was sent --------------------------------------------------------------------------------------------


def _text(server: BotServer, values: Values) -> Words:
    words = _words(server, values, "text", "entities", server.flavour.text, "message")
    if not words.text:
        raise Refused(400, "Bad Request: message text is empty")
    return words


def _caption(server: BotServer, values: Values) -> Words:
    return _words(server, values, "caption", "caption_entities", server.flavour.caption, "message caption")


def _words(server: BotServer, values: Values, name: str, marks: str, most: int, called: str) -> Words:
    text = str(values.get(name) or "")
    if server.flavour.reads_markdown:
        return markdown_of(text, most, called)
    return words_of(text, _json(values, marks, list) if values.get(marks) else [], most, called)


def _reply_to(server: BotServer, chat: Chat, values: Values) -> int:
    if server.flavour.answers_by not in values:
        return 0
    place = values if server.flavour.answers_by == "reply_to_message_id" else _json(values, "reply_parameters", dict)
    number = _number(place, "reply_to_message_id" if place is values else "message_id")
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


__all__ = ["METHODS", "Values"]
