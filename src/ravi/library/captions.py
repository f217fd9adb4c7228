"""Reads captions (WebVTT or SubRip) strictly and writes them as one plain WebVTT. Pure.

https://www.w3.org/TR/webvtt1/ (read 2026-11-26) for the form; SubRip has no standard: comma for the point, a number before
each time. What is taken: times in order, words, <b> <i> <u>, and where a cue stands. Styles, regions and notes are left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

MAX_BYTES: Final = 200_000
_STAMP = re.compile(r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]?\d)[.,](\d{3})")
_TIMING = re.compile(r"\s*(\S+)\s+-->\s+(\S+)(?:\s+(.*\S))?\s*")
_SETTING = re.compile(
    r"vertical:(?:rl|lr)|line:-?\d{1,4}(?:\.\d+)?%?(?:,\w+)?|(?:position|size):\d{1,3}(?:\.\d+)?%(?:,[\w-]+)?"
    r"|align:(?:start|center|end|left|right|middle)"
)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>?|</[^<>]*>?|\{\\[^{}]*\}")
_ALLOWED_TAGS = frozenset(f"<{slash}{name}>" for slash in ("", "/") for name in "biu")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|nbsp|lrm|rlm);)")
_LEFT_OUT = ("NOTE", "STYLE", "REGION")


class Bad(Exception):
    """`code` of a sentence in ravi.library.video_errors.CAPTIONS, and the line (from 1)."""

    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(f"{code} in line {line}")
        self.code, self.line = code, line


@dataclass(frozen=True)
class Cue:
    """Words from `start_ms` to `end_ms`; `line` is where its time stood."""

    start_ms: int
    end_ms: int
    text: str
    settings: str = ""
    line: int = 0

    @property
    def at(self) -> str:
        """When it begins: 1:05"""
        seconds = self.start_ms // 1000
        return f"{seconds // 60}:{seconds % 60:02}"

    @property
    def words(self) -> str:
        """For people to read: without marks."""
        plain = _TAG.sub("", self.text)
        for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&lrm;", ""), ("&rlm;", "")):
            plain = plain.replace(entity, sign)
        return plain.replace("&amp;", "&")


def read_captions(content: bytes) -> list[Cue]:
    """Every cue in order. Raises Bad."""
    if len(content) > MAX_BYTES:
        raise Bad("too_large")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Bad("not_utf8") from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    _check_signs(lines)
    is_webvtt = re.match(r"WEBVTT(?:[ \t]|$)", lines[0]) is not None
    cues = [_cue(block) for block in _blocks(lines, 1 if is_webvtt else 0) if not _is_left_out(block, is_webvtt)]
    if not cues:
        raise Bad("empty")
    for before, after in pairwise(cues):
        if after.start_ms < before.start_ms:
            raise Bad("out_of_order", after.line)
    return cues


def check_within(cues: Sequence[Cue], duration_ms: int) -> None:
    """Raise Bad for a cue that begins when the video is over: most likely the captions are another's."""
    for cue in cues:
        if cue.start_ms >= duration_ms:
            raise Bad("past_the_end", cue.line)


def webvtt(cues: Sequence[Cue]) -> bytes:
    """The file that goes out."""
    return "\n".join(["WEBVTT\n", *(_written(cue) for cue in cues)]).encode()


def _written(cue: Cue) -> str:
    settings = f" {cue.settings}" if cue.settings else ""
    return f"{stamp(cue.start_ms)} --> {stamp(cue.end_ms)}{settings}\n{cue.text}\n"


def stamp(moment_ms: int) -> str:
    """00:01:02.345"""
    seconds, ms = divmod(moment_ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"


def _check_signs(lines: Sequence[str]) -> None:
    for number, line in enumerate(lines, 1):
        if any((ord(sign) < 32 and sign != "\t") or sign in "\x7f\ufffe\uffff\ufffd" for sign in line):
            raise Bad("bad_sign", number)


def _blocks(lines: Sequence[str], start: int) -> Iterator[list[tuple[int, str]]]:
    block: list[tuple[int, str]] = []
    for number, line in enumerate(lines[start:], start + 1):
        if line.strip():
            block.append((number, line))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _is_left_out(block: Sequence[tuple[int, str]], is_webvtt: bool) -> bool:
    """Notes, styles and regions; and what a file says under its first line."""
    number, first = block[0]
    has_timing = any("-->" in line for _number, line in block)
    return is_webvtt and not has_timing and (first.startswith(_LEFT_OUT) or number == 2)


def _cue(block: Sequence[tuple[int, str]]) -> Cue:
    # One line may stand above the time: its number or name.
    place = next((index for index, (_number, line) in enumerate(block[:2]) if "-->" in line), None)
    if place is None:
        raise Bad("no_timing", block[0][0])
    number, timing = block[place]
    start_ms, end_ms, settings = _times(timing, number)
    if not block[place + 1 :]:
        raise Bad("no_words", number)
    text = "\n".join(_words(line, at) for at, line in block[place + 1 :])
    return Cue(start_ms, end_ms, text, settings, number)


def _times(timing: str, number: int) -> tuple[int, int, str]:
    found = _TIMING.fullmatch(timing)
    if found is None:
        raise Bad("bad_time", number)
    start_ms, end_ms = _ms(found[1], number), _ms(found[2], number)
    if end_ms <= start_ms:
        raise Bad("ends_before", number)
    settings = (found[3] or "").split()
    if not all(_SETTING.fullmatch(one) for one in settings):
        raise Bad("bad_time", number)
    return start_ms, end_ms, " ".join(settings)


def _ms(written: str, number: int) -> int:
    found = _STAMP.fullmatch(written)
    if found is None:
        raise Bad("bad_time", number)
    hours, minutes, seconds, ms = (int(part or 0) for part in found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms


def _words(line: str, number: int) -> str:
    """One line of a cue with its marks checked; a lone < or & becomes what WebVTT writes for it."""
    if "-->" in line:
        raise Bad("no_words", number)
    parts, at = [], 0
    for tag in _TAG.finditer(line):
        if tag[0].lower() not in _ALLOWED_TAGS:
            raise Bad("markup", number)
        parts += [_escaped(line[at : tag.start()]), tag[0].lower()]
        at = tag.end()
    return "".join([*parts, _escaped(line[at:])]).strip()


def _escaped(text: str) -> str:
    return _ENTITY.sub("&amp;", text).replace("<", "&lt;")
