"""Finds the web addresses that X and Mastodon make links of, as their own text rules do; decides nothing else.

Rules read 2026-11-22 in twitter-text 3.1.0 (X) and in Mastodon's `twitter_regex.rb`, which widens the path to any
script. A domain needs a known top-level domain; on X it needs no scheme, but then only its Latin part is a link.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import regex

DIRECTION = r"\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
SPACE = r"\x09-\x0d\x20\x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Everything a domain may hold, with the marks inside it: no other punctuation, space or invisible direction.
RUN = regex.compile(rf"[^!'#%&()*+,\\/:;<=>?@\[\]^{{|}}~${SPACE}\ufffe\ufeff\uffff{DIRECTION}]+")
LATIN = (
    r"\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0100-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272"
    r"\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)
LATIN_RUN = regex.compile(rf"[-a-zA-Z0-9.{LATIN}]+")
LABEL_START = regex.compile(r"xn--[-0-9a-z]+|[a-z]+(?![0-9a-z@+-])", regex.IGNORECASE | regex.ASCII)
STOPS = frozenset("@+-")  # none of these may follow a top-level domain
LONGEST_RUN = 4096  # a longer address is no link on X

X_GENERAL = rf"[a-z\u0400-\u04ff0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{LATIN}]"
X_END = rf"[+\-a-z\u0400-\u04ff0-9=_#/{LATIN}]"
X_QUERY = r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"
WIDE = r"\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\uffef\U00010000-\U0010fffd"
M_GENERAL = r"[^\s<>()?]"
M_END = r"""[^\s()?!*"'「」<>;:=,.$%\[\]~&|@]"""
M_QUERY = rf"\?[a-z0-9!?*'();:&=+$/%#\[\]\-_.,~|@^{WIDE}]*[a-z0-9_&=#/\-{WIDE}]"


def tail_pattern(general: str, end: str, query: str, *, brackets_end: bool) -> regex.Pattern[str]:
    """What follows a domain: port, path with brackets nested twice at most, query.

    `brackets_end`: whether a pair of brackets ends a path after any character, or (on X) only after one that could.
    """
    brackets = rf"\((?:{general}++|{general}*+\({general}++\){general}*+)\)"
    last = rf"(?:{end}|{brackets})" if brackets_end else end
    path = rf"/(?>(?:{general}|{brackets})*{last}|{brackets})*+"
    return regex.compile(rf"(?::[0-9]+)?(?P<path>{path})?(?:{query})?", regex.IGNORECASE | regex.VERSION1)


X_TAIL = tail_pattern(X_GENERAL, X_END, X_QUERY, brackets_end=False)
MASTODON_TAIL = tail_pattern(M_GENERAL, M_END, M_QUERY, brackets_end=True)
X_SCHEME = regex.compile(r"https?://", regex.IGNORECASE)
MASTODON_SCHEME = regex.compile(r"(?:https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini)://", regex.IGNORECASE)
LONGEST_SCHEME = len("gopher://")


@dataclass(frozen=True)
class Link:
    start: int
    end: int


@cache
def top_level_domains() -> frozenset[str]:
    lines = files(__package__).joinpath("top_level_domains.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


@cache
def longest_top_level() -> int:
    return max(map(len, top_level_domains()))


def links_on_x(text: str) -> list[Link]:
    return list(_links(text, X_SCHEME, X_TAIL, bare=True))


def links_on_mastodon(text: str) -> list[Link]:
    return list(_links(text, MASTODON_SCHEME, MASTODON_TAIL, bare=False))


def _links(text: str, scheme: regex.Pattern[str], tail: regex.Pattern[str], *, bare: bool) -> Iterator[Link]:
    done = 0
    for run in RUN.finditer(text):
        if run.end() <= done or "." not in run.group() or len(run.group()) > LONGEST_RUN:
            continue
        # An address takes the character before it along, so that two addresses never touch.
        start = max(run.start(), done + 1 if done else 0)
        if start == 0 and not text[0].isascii() and end_of_domain(text, 1, run.end()) is not None:
            start = 1
        while start < run.end():
            opening = _scheme_start(text, start, scheme)
            while opening is None and start < run.end() and not may_precede(text, start):
                start += 1
            domain_end = end_of_domain(text, start, run.end())
            if domain_end is None:
                break
            done = _tail_end(text, domain_end, tail)
            if opening is not None:
                yield Link(opening, done)
            elif bare and (start == 0 or text[start - 1] not in "-_./"):
                yield from _latin_parts(text, start, domain_end, tail)
            start = done + 1


def _tail_end(text: str, domain_end: int, tail: regex.Pattern[str]) -> int:
    found = tail.match(text, domain_end)
    return found.end() if found else domain_end


def _scheme_start(text: str, start: int, scheme: regex.Pattern[str]) -> int | None:
    if not text.startswith("://", start - 3 if start >= 3 else 0):
        return None
    for length in range(min(LONGEST_SCHEME, start), 0, -1):
        if scheme.fullmatch(text, start - length, start) and may_precede(text, start - length):
            return start - length
    return None


def may_precede(text: str, start: int) -> bool:
    """Whether an address may begin at `start`: not inside a Latin word, a number, a mention or a tag."""
    before = text[start - 1] if start else " "
    return not (before.isascii() and before.isalnum()) and before not in "@＠$#＃\ufffe\ufeff\uffff"


def _latin_parts(text: str, start: int, domain_end: int, tail: regex.Pattern[str]) -> Iterator[Link]:
    parts = list(latin_domains(text, start, domain_end))
    for number, (part_start, part_end) in enumerate(parts):
        is_last = number == len(parts) - 1
        found = tail.match(text, domain_end)
        has_path = found is not None and found.group("path") is not None
        yield Link(part_start, found.end() if is_last and found is not None and has_path else part_end)


def latin_domains(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a domain that have Latin labels before their top-level domain (which may be «ایران»)."""
    done = start
    for run in LATIN_RUN.finditer(text, start, end):
        position = max(run.start(), done)
        while position < run.end():
            if text[position] == ".":
                position += 1
                continue
            stop = end_of_domain(text, position, end, labels_end=run.end(), edges="")
            if stop is None:
                break
            yield position, stop
            position = done = stop


def end_of_domain(text: str, start: int, end: int, *, labels_end: int | None = None, edges: str = "-_") -> int | None:
    """Where the longest domain from `start` ends: labels, then a known top-level domain; None when there is none."""
    starts = [start]
    position = start
    while (dot := text.find(".", position, end if labels_end is None else labels_end)) >= 0:
        label = text[position:dot]
        if not label or label[0] in edges or label[-1] in edges:
            break
        position = dot + 1
        starts.append(position)
    for before, label_start in zip(reversed(starts[:-1]), reversed(starts[1:]), strict=True):
        stop = end_of_top_level(text, label_start, end)
        if stop is not None and (not edges or "_" not in text[before:label_start]):
            return stop
    return None


def end_of_top_level(text: str, start: int, end: int) -> int | None:
    found = LABEL_START.match(text, start, end)
    if found is not None:
        name = found.group().lower()
        is_known = name.startswith("xn--") or (
            name in top_level_domains() and text[found.end() : found.end() + 1] not in STOPS
        )
        return found.end() if is_known else None
    for stop in range(min(start + longest_top_level(), end), start, -1):
        follower = text[stop : stop + 1]
        if text[start:stop].lower() in top_level_domains() and not (
            follower in STOPS or (follower.isascii() and follower.isalnum())
        ):
            return stop
    return None
