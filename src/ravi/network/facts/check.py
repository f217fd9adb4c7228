"""Judges a text against its facts: every required one stands in it, whole, and no free word says another value.

What no rule sees is a sentence that contradicts in other words («همین هفته»); the approver's difference exists for it.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import regex

from ravi.network.facts.kinds import FactKind
from ravi.network.facts.mention import mentions
from ravi.network.facts.reference import Piece, Placed, Rendered, pieces, render
from ravi.network.facts.seen import Seen, is_unseen, see
from ravi.network.facts.values import Link, LockedFact
from ravi.text import markup
from ravi.text.addresses import addresses
from ravi.text.links import links_on_x

# One character for each reference while the marking is read; nobody types these.
_STAND_IN = 0xF0000
_OWN = regex.compile(r"[\U000f0000-\U0010ffff]")
_OVERRIDE = regex.compile(r"[\u202a-\u202e]")
_NUMBER_BEFORE = regex.compile(r"[0-9](?:[ \t]*|[.,٫٬/\-–+:])$")
_NUMBER_AFTER = regex.compile(r"^(?:[ \t]*|[.,٫٬/\-–+:])[0-9]")
_QUOTE = 60


class Fault(StrEnum):
    """What is wrong with a text."""

    DROPPED = "dropped"
    UNKNOWN = "unknown"
    BRACE = "brace"
    HIDDEN = "hidden"
    GLUED = "glued"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True)
class Problem:
    """One fault of one part (title, full, a variant); `quote` is from the text, `fact` the one that it is about."""

    fault: Fault
    part: str
    quote: str = ""
    fact: LockedFact | None = None


def problems_of(
    parts: Mapping[str, str], facts: Sequence[LockedFact], lang: str = "fa", *, without: frozenset[str] = frozenset()
) -> list[Problem]:
    """Everything that is wrong, part by part; `without` names the parts that need not hold every required fact."""
    return [
        problem
        for part, source in parts.items()
        for problem in _problems(part, source, facts, lang, needs_all=part not in without)
    ]


def _problems(part: str, source: str, facts: Sequence[LockedFact], lang: str, *, needs_all: bool) -> Iterator[Problem]:
    if hidden := _OWN.search(source) or _OVERRIDE.search(source):
        yield Problem(Fault.HIDDEN, part, f"U+{ord(hidden.group()):04X}")
        return
    cut = list(pieces(source, facts))
    for piece in cut:
        if piece.is_reference and piece.fact is None:
            yield Problem(Fault.UNKNOWN, part, piece.source)
        elif not piece.is_reference and (brace := regex.search(r"[{}]", piece.source)):
            yield Problem(Fault.BRACE, part, _around(piece.source, brace.start(), brace.end()))
    words = visible(source, facts, lang)
    yield from _dropped(part, source, words, facts, needs_all)
    yield from _glued(part, words)
    yield from _contradictions(part, words, facts)
    yield from _links(part, render(source, facts, lang), facts)


def visible(source: str, facts: Sequence[LockedFact], lang: str = "fa") -> Rendered:
    """What people read, without marking, with the place of each fact. Links' addresses have no place: see `_links`."""
    named = [piece.fact for piece in pieces(source, facts) if piece.fact]
    numbers = {fact: number for number, fact in enumerate(dict.fromkeys(named))}
    shadow = "".join(_shadow(piece, numbers, lang) for piece in pieces(source, facts))
    text = markup.read(shadow).text
    back = {chr(_STAND_IN + number): fact for fact, number in numbers.items()}
    parts: list[str] = []
    placed: list[Placed] = []
    at = 0
    for letter in text:
        fact = back.get(letter)
        shown = render(fact.sign, facts, lang).text if fact else letter
        if fact:
            placed.append(Placed(at, at + len(shown), fact))
        parts.append(shown)
        at += len(shown)
    return Rendered("".join(parts), tuple(placed))


def _shadow(piece: Piece, numbers: Mapping[LockedFact, int], lang: str) -> str:
    if piece.fact is None:
        return piece.source
    if isinstance(piece.fact.value, Link):
        return piece.fact.value.url
    return chr(_STAND_IN + numbers[piece.fact])


def _dropped(
    part: str, source: str, words: Rendered, facts: Sequence[LockedFact], needs_all: bool
) -> Iterator[Problem]:
    shown = {placed.fact for placed in words.placed}
    linked = {piece.fact for piece in pieces(source, facts) if piece.fact and piece.fact.kind is FactKind.LINK}
    for fact in facts:
        if needs_all and fact.is_required and fact not in shown | linked:
            yield Problem(Fault.DROPPED, part, fact.sign, fact)


def _glued(part: str, words: Rendered) -> Iterator[Problem]:
    """A value ends where it ends: no letter and no digit touches it, and no other value."""
    masked = words.text
    for placed in words.placed:
        masked = masked[: placed.start] + "\ufffc" * (placed.end - placed.start) + masked[placed.end :]
    for placed in words.placed:
        if _touches_before(masked[: placed.start]) or _touches_after(masked[placed.end :]):
            yield Problem(Fault.GLUED, part, _around(words.text, placed.start, placed.end), placed.fact)


def _touches_before(before: str) -> bool:
    tail = before[-40:]
    seen = see(tail).text
    return bool(seen) and (seen[-1].isalnum() or seen[-1] == "\ufffc" or bool(_NUMBER_BEFORE.search(seen)))


def _touches_after(after: str) -> bool:
    head = after[:40]
    if head and unicodedata.category(head.lstrip("*_~`\u200c\u200d\u200e\u200f")[:1] or " ").startswith("M"):
        return True
    seen = see(head).text
    if not seen:
        return False
    return seen[0].isalnum() or seen[0] == "\ufffc" or bool(_NUMBER_AFTER.search(seen))


def _contradictions(part: str, words: Rendered, facts: Sequence[LockedFact]) -> Iterator[Problem]:
    """Words that say a value of a fact's kind and are neither the fact itself nor equal to a fact of that kind."""
    seen = see(_without_addresses(words.text))
    told: set[tuple[int, int]] = set()
    for kind in dict.fromkeys(fact.kind for fact in facts):
        same = [fact for fact in facts if fact.kind is kind]
        good: set[tuple[int, int]] = set()
        bad: dict[tuple[int, int], LockedFact] = {}
        for fact in same:
            for mention in mentions(seen.text, fact):
                place = (mention.start, mention.end)
                is_good = _is_free(seen, place, words.placed) and mention.agrees
                if is_good or _is_a_fact(seen, place, words.placed):
                    good.add(place)
                else:
                    bad.setdefault(place, fact)
        for place in sorted(bad.keys() - good - told):
            if any(_is_within(place, other) for other in (good | bad.keys()) - {place}):
                continue  # «۱۷ سال» of «۱۲ تا ۱۷ سال»: the whole is judged
            told.add(place)
            start, end = seen.span(*place)
            yield Problem(Fault.CONTRADICTS, part, words.text[start:end].strip()[:_QUOTE], bad[place])


def _is_within(place: tuple[int, int], other: tuple[int, int]) -> bool:
    return other[0] <= place[0] and place[1] <= other[1]


def _is_free(seen: Seen, place: tuple[int, int], placed: Sequence[Placed]) -> bool:
    start, end = seen.span(*place)
    return not any(one.start < end and start < one.end for one in placed)


def _is_a_fact(seen: Seen, place: tuple[int, int], placed: Sequence[Placed]) -> bool:
    start, end = seen.span(*place)
    return any(one.start <= start and end <= one.end for one in placed)


def _without_addresses(text: str) -> str:
    """Digits of an address are no phone and no date; what stands in its place is as long."""
    spans = [*addresses(text), *((link.start, link.end) for link in links_on_x(text))]
    for start, end in spans:
        text = text[:start] + "\ufffd" * (end - start) + text[end:]
    return text


def _links(part: str, shown: Rendered, facts: Sequence[LockedFact]) -> Iterator[Problem]:
    """Each address of a fact stands whole, and no other address that shows its host stands beside it."""
    links = [fact for fact in facts if isinstance(fact.value, Link)]
    if not links:
        return
    spans = set(addresses(shown.text))
    for placed in shown.placed:
        is_touched = shown.text[max(placed.start - 1, 0) : placed.start].isalnum()
        if isinstance(placed.fact.value, Link) and (is_touched or (placed.start, placed.end) not in spans):
            yield Problem(Fault.GLUED, part, _around(shown.text, placed.start, placed.end), placed.fact)
    bare = {(link.start, link.end) for link in links_on_x(shown.text)}
    bare = {one for one in bare if not any(one[0] < end and start < one[1] for start, end in spans)}
    for start, end in sorted(spans | bare):
        found = shown.text[start:end]
        of_host = [fact for fact in links if _host(fact.value.url) in _address(found).casefold()]  # type: ignore[union-attr]
        if of_host and all(_address(found) != _address(fact.value.url) for fact in of_host):  # type: ignore[union-attr]
            yield Problem(Fault.CONTRADICTS, part, found[:_QUOTE], of_host[0])


def _address(url: str) -> str:
    plain = "".join(one for one in url if not is_unseen(one) or one in "_~")
    return str(regex.sub(r"^(?:https?://)?(?:www\.)?", "", plain, flags=regex.IGNORECASE)).rstrip("/")


def _host(url: str) -> str:
    return str(regex.split(r"[/?#:]", _address(url), maxsplit=1)[0]).casefold()


def _around(text: str, start: int, end: int) -> str:
    return text[max(start - 15, 0) : end + 15].replace("\n", " ").strip()[:_QUOTE]
