"""Reads a message from a Markdown file (docs/message-file.md): front matter, the full text, and variants by name. Pure.

The words come out byte for byte as they stand; only the blank lines around each part are left out.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ravi.core import calendar
from ravi.platforms.compose import FULL
from ravi.publishing.moments import END_OF_DAY, MomentRefused, read_moment
from ravi.publishing.rules import CLASS_NAMES, Topic, variant_names

KEYS = ("title", "lang", "link", "valid_until", "topic")
MOST_BYTES = 1_000_000
_FENCE = "---"
_VARIANT = re.compile(r"\s*<!--\s*variant:\s*(?P<name>[^>]*?)\s*-->\s*")
_ALMOST_VARIANT = re.compile(r"\s*<!--\s*variant\b", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LINK = re.compile(r"https?://[^\s/?#]+[^\s]*")


class MessageFileRefused(ValueError):
    """The file cannot be read as a message; the text says which line and why."""

    def __init__(self, sentence: str, *, line: int | None = None) -> None:
        if line is not None:
            sentence = _("Line %(line)s: %(what)s") % {"line": calendar.digits(str(line)), "what": sentence}
        super().__init__(sentence)
        self.line = line


@dataclass(frozen=True)
class MessageFile:
    """A message as the file gives it. `text` is the full text; `variants` are the others by name."""

    title: str
    text: str
    lang: str
    link: str
    valid_until: datetime | None
    topic: str
    variants: dict[str, str]


def read_message(data: bytes, *, platforms: Collection[str]) -> MessageFile:
    """The message in `data`; `platforms` are the kinds that a variant may be named after. Raises MessageFileRefused."""
    lines = _decode(data).split("\n")
    front, first = _front_matter(lines)
    parts = _parts(lines, first, variant_names(platforms))
    text = parts.pop(FULL, "")
    if not text and not any(parts.values()):
        raise MessageFileRefused(_("There is no text under the front matter."), line=first + 1)
    return MessageFile(
        title=front["title"],
        text=text,
        lang=front.get("lang", "fa"),
        link=front.get("link", ""),
        valid_until=_moment(front, lines),
        topic=front.get("topic", Topic.HEALTH),
        variants=parts,
    )


def _decode(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise MessageFileRefused(_("The file is larger than one megabyte; a message is text only."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise MessageFileRefused(_("these bytes are not UTF-8. Save the file as UTF-8."), line=line) from error
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise MessageFileRefused(_("there is a zero byte; this is not a text file."), line=line)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _front_matter(lines: list[str]) -> tuple[dict[str, str], int]:
    if not lines or lines[0].strip() != _FENCE:
        raise MessageFileRefused(_("a message begins with a line of three hyphens and its title."), line=1)
    front: dict[str, str] = {}
    for number, line in enumerate(lines[1:], start=2):
        if line.strip() == _FENCE:
            if not front.get("title"):
                raise MessageFileRefused(_("the title is missing. Write “title: …” above this line."), line=number)
            return front, number
        if line.strip():
            _read_key(line, number, front)
    raise MessageFileRefused(_("the front matter has no end. Close it with a line of three hyphens."), line=len(lines))


def _read_key(line: str, number: int, front: dict[str, str]) -> None:
    key, colon, value = (piece.strip() for piece in line.partition(":"))
    if not colon:
        raise MessageFileRefused(_("this line has no colon; the front matter is “name: value”."), line=number)
    if key not in KEYS:
        known = "، ".join(KEYS)
        raise MessageFileRefused(
            _("“%(key)s” is not known here; there are %(known)s.") % {"key": key, "known": known}, line=number
        )
    if key in front:
        raise MessageFileRefused(_("“%(key)s” stands here a second time.") % {"key": key}, line=number)
    front[key] = _unquoted(value)
    _check_value(key, front[key], number)


def _check_value(key: str, value: str, number: int) -> None:
    if key == "lang" and not _LANGUAGE.fullmatch(value):
        raise MessageFileRefused(
            _("“%(value)s” is not a language; write fa, en, ckb …") % {"value": value}, line=number
        )
    if key == "link" and value and not _LINK.fullmatch(value):
        raise MessageFileRefused(_("the link begins with https:// or http:// and has no space."), line=number)
    if key == "topic" and value not in set(Topic):
        raise MessageFileRefused(_("the topic is health, organisation or light."), line=number)


def _parts(lines: list[str], first: int, names: Collection[str]) -> dict[str, str]:
    found: dict[str, list[str]] = {FULL: []}
    current = FULL
    for number, line in enumerate(lines[first:], start=first + 1):
        match = _VARIANT.fullmatch(line)
        if match is None:
            if _ALMOST_VARIANT.match(line):
                said = _("a variant begins with a line such as <!-- variant: short -->.")
                raise MessageFileRefused(said, line=number)
            found[current].append(line)
            continue
        current = match["name"]
        if current not in names:
            known = "، ".join((*CLASS_NAMES, *sorted(set(names) - set(CLASS_NAMES))))
            raise MessageFileRefused(
                _("there is no variant named “%(name)s”; there are %(known)s.") % {"name": current, "known": known},
                line=number,
            )
        if current in found:
            raise MessageFileRefused(
                _("the variant “%(name)s” stands here a second time.") % {"name": current}, line=number
            )
        found[current] = []
    return {name: text for name, part in found.items() if (text := _stripped(part))}


def _moment(front: dict[str, str], lines: list[str]) -> datetime | None:
    typed = front.get("valid_until", "")
    if not typed:
        return None
    try:
        return read_moment(typed, hour_if_missing=END_OF_DAY)
    except MomentRefused as error:
        number = next(n for n, line in enumerate(lines, start=1) if line.strip().startswith("valid_until"))
        raise MessageFileRefused(str(error), line=number) from error


def _unquoted(value: str) -> str:
    is_quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value


def _stripped(lines: list[str]) -> str:
    filled = [number for number, line in enumerate(lines) if line.strip()]
    return "\n".join(lines[filled[0] : filled[-1] + 1]) if filled else ""
