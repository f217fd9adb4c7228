"""Persian digits, decimal and thousands marks in a Persian line; a number's meaning never changes."""

import regex

from ravi.text.normalise.protected import LATIN
from ravi.text.normalise.words import NUMBERED

TO_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
D = "[0-9۰-۹]"
WORD = rf"[\p{{L}}\p{{M}}\u200c{LATIN}]"
NUMBER = regex.compile(rf"(?<!{WORD})(?<before>{WORD}*+)(?<gap> ?){D}++(?:[.,:/\-–]{D}++)*+(?<percent> ?%)?")
BODY = regex.compile(rf"{D}++(?:[.,:/\-–]{D}++)*+")
PART_BORDER = regex.compile(r"([:/\-–])")
THOUSANDS = regex.compile(rf"[1-9۱-۹]{D}{{0,2}}(?:,{D}{{3}})+(?:\.{D}+)?")
DECIMAL = regex.compile(rf"({D}+)\.({D}+)")
SERIES = regex.compile(rf"{D}+(?:\.{D}+){{2,}}")
CLOCK = regex.compile(rf"{D}{{1,2}}\.[0-5۰-۵]{D}")
CODE_LENGTH = 10  # as long as a national code: copied, not read
CURRENCIES = frozenset("$€£")
FOREIGN_BEFORE = frozenset(".,$€£#_\\=")


def persian_numerals(line: str) -> str:
    line = NUMBER.sub(_number, line)
    return str(regex.sub(r"%(?=[۰-۹])|(?<=[۰-۹]) ?%", "٪", line))


def _number(found: regex.Match[str]) -> str:
    whole: str = found.group()
    body = BODY.search(found.string, found.end("gap"))
    assert body is not None
    number: str = body.group()
    word = found.group("before")
    if found.string[body.end() : body.end() + 1] in CURRENCIES:
        return whole
    start = found.start()
    if not word and not found.group("gap") and start and found.string[start - 1] in FOREIGN_BEFORE:
        return whole
    if word.endswith(LATIN) and not found.group("percent"):
        return whole  # «Windows 11», «Type 2»: part of a Latin name
    head = whole[: body.start() - start]
    tail = whole[body.end() - start :]
    return head + written(number, after=word) + tail


def written(number: str, *, after: str) -> str:
    if SERIES.search(number) or (number.isdecimal() and len(number) >= CODE_LENGTH):
        return number  # version, IP address, code
    parts = PART_BORDER.split(number)
    return "".join(_part(part, after) for part in parts).translate(TO_PERSIAN)


def _part(part: str, after: str) -> str:
    if THOUSANDS.fullmatch(part):
        return part.replace(",", "٬").replace(".", "٫")
    decimal = DECIMAL.fullmatch(part)
    if decimal is None or after in NUMBERED or (after == "ساعت" and CLOCK.fullmatch(part)):
        return part
    whole, fraction = decimal.groups()
    # «1.250» may be a thousand written the German way.
    is_ambiguous = len(fraction) == 3 and len(whole) <= 3 and whole.strip("0۰") != ""
    return part if is_ambiguous else f"{whole}٫{fraction}"
