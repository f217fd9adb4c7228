"""References to facts in a text: `{name}` in braces, read and put in the place of each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import regex

from ravi.network.facts.rendering import written
from ravi.network.facts.values import LONGEST_NAME, LockedFact, key

REFERENCE = regex.compile(rf"\{{([^{{}}\n]{{1,{4 * LONGEST_NAME}}})\}}")


@dataclass(frozen=True)
class Piece:
    """A stretch of a text: free words, or a reference with the fact that it means (None: no such fact)."""

    source: str
    is_reference: bool = False
    fact: LockedFact | None = None


@dataclass(frozen=True)
class Placed:
    """Where a fact's value stands in a rendered text, in code points."""

    start: int
    end: int
    fact: LockedFact


@dataclass(frozen=True)
class Rendered:
    """A text with every known reference in its value's place."""

    text: str
    placed: tuple[Placed, ...]


def pieces(source: str, facts: Sequence[LockedFact]) -> Iterator[Piece]:
    """The text cut at its references; joined, the sources are the text."""
    named: Mapping[str, LockedFact] = {key(fact.name): fact for fact in facts}
    done = 0
    for found in REFERENCE.finditer(source):
        if found.start() > done:
            yield Piece(source[done : found.start()])
        yield Piece(found.group(), is_reference=True, fact=named.get(key(found[1])))
        done = found.end()
    if done < len(source):
        yield Piece(source[done:])


def render(source: str, facts: Sequence[LockedFact], lang: str = "fa") -> Rendered:
    """The text as people read it; a reference to no fact stays as it was typed."""
    parts: list[str] = []
    placed: list[Placed] = []
    at = 0
    for piece in pieces(source, facts):
        text = written(piece.fact, lang) if piece.fact else piece.source
        if piece.fact:
            placed.append(Placed(at, at + len(text), piece.fact))
        parts.append(text)
        at += len(text)
    return Rendered("".join(parts), tuple(placed))
