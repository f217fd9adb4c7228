"""A version as a page shows it: words with each fact as a chip, what is wrong with them, and the facts themselves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ravi.network.draft import VersionFields
from ravi.network.facts.check import problems_of, visible
from ravi.network.facts.rendering import written
from ravi.network.facts.values import LockedFact
from ravi.network.models import Fact, Translation, Version
from ravi.network.pages.shorter import name_of
from ravi.network.queries.version import facts_of, fields_of
from ravi.network.sentences import sentences
from ravi.publishing.draft import TITLE
from ravi.publishing.pages.diff import Difference, difference


@dataclass(frozen=True)
class Run:
    """A stretch of words; `fact` is what the fact is called where it is one."""

    text: str
    fact: str = ""


@dataclass(frozen=True)
class FactLine:
    """One fact of the list: where it stands, its sign, what it is, its value in words."""

    place: int
    sign: str
    kind: str
    label: str
    value: str
    is_required: bool


@dataclass(frozen=True)
class Shown:
    """A version with all that is read of it."""

    version: Version
    fields: VersionFields
    title: tuple[Run, ...]
    paragraphs: tuple[tuple[Run, ...], ...]
    variants: tuple[tuple[str, tuple[tuple[Run, ...], ...]], ...]
    facts: tuple[FactLine, ...]
    problems: tuple[str, ...]


def shown(version: Version) -> Shown:
    """One question, for the facts."""
    fields = fields_of(version)
    found = problems_of(fields.parts, fields.facts, version.lang, without=frozenset({TITLE}))
    return Shown(
        version,
        fields,
        _runs(fields.title, fields.facts, version.lang),
        _paragraphs(fields.text, fields.facts, version.lang),
        tuple(
            (name_of(name), _paragraphs(text, fields.facts, version.lang))
            for name, text in sorted(fields.variants.items())
        ),
        fact_lines(fields.facts, version.lang),
        tuple(sentences(found, version.lang)),
    )


def shown_translation(translation: Translation, version: Version) -> tuple[tuple[Run, ...], ...]:
    """Title and paragraphs of a translation, each fact as its language writes it."""
    facts, lang = facts_of(version), translation.lang
    return (_runs(translation.title, facts, lang), *_paragraphs(translation.text, facts, lang))


def fact_lines(facts: Sequence[LockedFact], lang: str) -> tuple[FactLine, ...]:
    """The list of facts, from place 1 on."""
    return tuple(
        FactLine(
            place,
            fact.sign,
            str(Fact.KindChoice(fact.kind).label),
            fact.label,
            written(fact, lang),
            fact.is_required,
        )
        for place, fact in enumerate(facts, start=1)
    )


def changes(before: Version, after: Version) -> Difference:
    """From one version's words to another's, as people read them."""
    old, new = (visible(one.text, facts_of(one), one.lang).text for one in (before, after))
    return difference(f"{before.title}\n{old}", f"{after.title}\n{new}")


def _paragraphs(source: str, facts: Sequence[LockedFact], lang: str) -> tuple[tuple[Run, ...], ...]:
    return tuple(_runs(line, facts, lang) for line in source.split("\n") if line.strip())


def _runs(source: str, facts: Sequence[LockedFact], lang: str) -> tuple[Run, ...]:
    return tuple(_cut(source, facts, lang))


def _cut(source: str, facts: Sequence[LockedFact], lang: str) -> Iterator[Run]:
    words = visible(source, facts, lang)
    done = 0
    for placed in words.placed:
        if placed.start > done:
            yield Run(words.text[done : placed.start])
        yield Run(words.text[placed.start : placed.end], placed.fact.label or placed.fact.name)
        done = placed.end
    if done < len(words.text):
        yield Run(words.text[done:])
