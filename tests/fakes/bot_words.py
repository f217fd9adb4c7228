"""How a Bot API server reads the words that it is sent: lengths, formatting by offsets, and Bale's Markdown; no HTTP here."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.bot_world import Refused, Words, utf16

TYPES = frozenset({
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic", "underline",
    "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention", "custom_emoji",
})  # fmt: skip
QUOTES = frozenset({"blockquote", "expandable_blockquote"})
SPLITTABLE = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})

# Bale: a pair of signs with something other than a letter outside, `[words](address)`, back ticks.
_LINK = re.compile(r"\[([^\[\]]*)\]\(([^()]*)\)?")
_TICKS = re.compile(r"(`{1,3})([^`]+)\1")
_PAIR = re.compile(r"(?<!\w)(?P<sign>[*_])(?=\S)(?P<inner>.+?)(?<=\S)(?P=sign)(?!\w)", re.DOTALL)


def words_of(text: str, given: list[Any], most: int, name: str) -> Words:
    """What is kept of a text and its formatting. Counts code points after trimming, as TDLib does (td/telegram/
    MessageEntity.cpp, `utf8_length`); its sentences about formatting stand there too. Raises Refused."""
    entities = [_entity(one, text) for one in given]
    _nested(entities)
    shown = text.strip()
    if len(shown) > most:
        raise Refused(400, f"Bad Request: {name} is too long")
    cut = utf16(text[: len(text) - len(text.lstrip())])
    return Words(shown, tuple({**one, "offset": max(one["offset"] - cut, 0)} for one in entities))


def markdown_of(text: str, most: int, name: str) -> Words:
    """What Bale's readers see of it: signs that are read are gone."""
    shown = text.strip()
    if len(shown) > most:
        raise Refused(400, f"Bad Request: {name} is too long")
    shown = _LINK.sub(r"\1", shown)
    shown = _TICKS.sub(r"\2", shown)
    while (simpler := _PAIR.sub(r"\g<inner>", shown)) != shown:
        shown = simpler
    return Words(shown)


def _entity(given: object, text: str) -> dict[str, Any]:
    if not isinstance(given, dict) or given.get("type") not in TYPES:
        raise Refused(400, "Bad Request: can't parse MessageEntity: unsupported type specified")
    start, length = given.get("offset"), given.get("length")
    if not isinstance(start, int) or start < 0:
        raise Refused(400, f"Bad Request: receive an entity with incorrect offset {start}")
    if not isinstance(length, int) or length < 1:
        raise Refused(400, f"Bad Request: receive an entity with incorrect length {length}")
    if start >= utf16(text):
        raise Refused(400, f"Bad Request: entity begins after the end of the text at UTF-16 offset {start}")
    if start + length > utf16(text):
        raise Refused(
            400,
            f"Bad Request: entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset "
            f"{start + length}",
        )
    for place, what in ((start, "begins"), (start + length, f"beginning at UTF-16 offset {start} ends")):
        if place not in _places(text):
            raise Refused(400, f"Bad Request: entity {what} in a middle of a UTF-16 symbol")
    if given["type"] == "text_link":
        _address(str(given.get("url", "")))
    return dict(given)


def _address(url: str) -> None:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in {"http", "https", "tg", "ton"} or "." not in (parts.hostname or ""):
        raise Refused(400, f"Bad Request: entity URL '{url}' is invalid: Wrong HTTP URL")


def _places(text: str) -> set[int]:
    """Offsets at which a character begins or the text ends."""
    found, before = {0}, 0
    for character in text:
        before += utf16(character)
        found.add(before)
    return found


def _outer_first(entity: dict[str, Any]) -> tuple[int, int, bool]:
    """TDLib's order: of two that are alike a quote holds the other (`get_type_priority`)."""
    return entity["offset"], -entity["length"], entity["type"] not in QUOTES


def _nested(entities: list[dict[str, Any]]) -> None:
    """https://core.telegram.org/bots/api#formatting-options: of two with common characters one holds the other, quotes are not
    nested, and only simple formatting stands in or around a link. TDLib mends what breaks this in silence, and drops links
    for it; a server that judges says so."""
    for place, one in enumerate(entities):
        for other in entities[place + 1 :]:
            first, second = sorted((one, other), key=_outer_first)
            end = first["offset"] + first["length"]
            if second["offset"] >= end:
                continue
            both = {first["type"], second["type"]}
            if second["offset"] + second["length"] > end or both <= QUOTES or len(both) == 1:
                raise Refused(400, "Bad Request: entities intersect")
            if not both & SPLITTABLE and first["type"] not in QUOTES:
                raise Refused(400, "Bad Request: entities can't contain each other")
