"""A message with blanks: words that stand, typed values that are filled in, and no room for anything else. Pure.

What could carry free text is chosen from what the template itself names: places, links and what is counted stand in its
hash, a phone is digits, and everything else is written by `facts.rendering` from numbers.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from ravi.core.canonical import JSON, canonical_json
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.reference import Piece, pieces
from ravi.network.facts.values import Count, Link, LockedFact, NotAFact, Place, key
from ravi.network.pattern import KINDS
from ravi.platforms.compose import FULL
from ravi.publishing.draft import TITLE
from ravi.publishing.rules import Topic
from ravi.text import markup
from ravi.text.normalise import normalise

LANG = "fa"
SHORT = "short"
MOST_BLANKS, MOST_CHOICES, LONGEST_CHOICE, LONGEST_TEMPLATE = 12, 60, 200, 4_000
MOST_DAYS = 90
LONGEST_RULE = timedelta(days=90)
# Kinds whose values are words; those are listed in the template, or are names of the unit's own.
LISTED = frozenset({FactKind.PLACE, FactKind.LINK})


@dataclass(frozen=True)
class Blank:
    """One typed field. `choices` are all that a place or a link may say; `unit` is what a count counts."""

    name: str
    kind: FactKind
    choices: tuple[str, ...] = ()
    unit: str = ""

    @property
    def sign(self) -> str:
        """How the words refer to it."""
        return "{" + self.name + "}"


@dataclass(frozen=True)
class TemplateWords:
    """All that an approver signs. `short` is for platforms on which the text is too long; `days` is how long it holds;
    with `emergency` a health expert signs it, and what is made of it goes out at once and is looked at afterwards."""

    title: str = ""
    text: str = ""
    short: str = ""
    topic: str = Topic.ORGANISATION
    days: int = 7
    blanks: tuple[Blank, ...] = field(default_factory=tuple)
    emergency: bool = False

    @property
    def parts(self) -> dict[str, str]:
        """Every text by its name; an empty shorter one is none."""
        return {TITLE: self.title, FULL: self.text} | ({SHORT: self.short} if self.short else {})


def cleaned(words: TemplateWords) -> TemplateWords:
    """In one spelling, each blank named in one way everywhere."""
    named: dict[str, str] = {}
    title = _one_name(normalise(" ".join(words.title.split())), named)
    text, short = (_one_name(normalise(_lines(one)).strip(), named) for one in (words.text, words.short))
    blanks = tuple(replace(one, name=named.get(key(one.name), one.name)) for one in words.blanks)
    return replace(words, title=title, text=text, short=short, blanks=blanks)


def names_in(words: TemplateWords) -> list[str]:
    """The blanks that the words name, each once, in their order."""
    found = [_name(piece.source) for text in words.parts.values() for piece in pieces(text, ()) if piece.is_reference]
    return list({key(name): name for name in reversed(found)}.values())[::-1]


def likely_kind(name: str) -> FactKind | None:
    """What a blank of that name is, where the house knows it."""
    return {key(known): kind for known, kind in KINDS.items()}.get(key(name))


def wrong(words: TemplateWords) -> list[str]:
    """Codes of what is wrong with it (sentences.WRONG_TEMPLATE), each once."""
    texts = list(words.parts.values())
    names = [one.name for one in words.blanks]
    checks: Iterable[tuple[str, bool]] = (
        ("title_empty", not words.title),
        ("text_empty", not words.text),
        ("text_long", any(len(text) > LONGEST_TEMPLATE for text in texts) or len(words.title) > 200),
        ("markup", any(markup.read(text).text != text or "\\" in text for text in texts)),
        ("brace", any(set("{}") & set(piece.source) for text in texts for piece in _free(text))),
        (
            "blanks_text",
            {key(one) for one in names_in(words)} != {key(one) for one in names_in(replace(words, title="", short=""))},
        ),
        ("blanks_none", not words.blanks),
        ("blanks_many", len(words.blanks) > MOST_BLANKS),
        ("blanks_other", {key(one) for one in names} != {key(one) for one in names_in(words)}),
        ("emergency_topic", words.emergency and words.topic != Topic.HEALTH),
        ("days", not 1 <= words.days <= MOST_DAYS),
    )
    found = [code for code, is_wrong in checks if is_wrong]
    return list(dict.fromkeys([*found, *(code for blank in words.blanks for code in _wrong_blank(blank))]))


def payload_of(words: TemplateWords, template_id: int) -> str:
    """Canonical JSON of all of it; its SHA-256 is what is signed. The template's number stands in it, so that no other has it."""
    value: dict[str, JSON] = {
        "template": template_id,
        "lang": LANG,
        "title": words.title,
        "text": words.text,
        "short": words.short,
        "topic": str(words.topic),
        "days": words.days,
        "blanks": [
            {"name": one.name, "kind": str(one.kind), "choices": list(one.choices), "unit": one.unit}
            for one in words.blanks
        ],
    }
    if words.emergency:
        value["emergency"] = True
    return canonical_json(value).decode("utf-8")


def read_payload(payload: str) -> TemplateWords:
    """The words that `payload_of` wrote."""
    kept = json.loads(payload)
    blanks = tuple(
        Blank(one["name"], FactKind(one["kind"]), tuple(one["choices"]), one["unit"]) for one in kept["blanks"]
    )
    is_emergency = kept.get("emergency", False)
    return TemplateWords(kept["title"], kept["text"], kept["short"], kept["topic"], kept["days"], blanks, is_emergency)


def filled_wrongly(words: TemplateWords, facts: Sequence[LockedFact], own_places: Iterable[str]) -> list[str]:
    """Names of blanks whose value is none, of another kind, or not among what the template names."""
    given = {fact.name: fact for fact in facts}
    allowed = frozenset(own_places)
    return [one.name for one in words.blanks if not _fills(one, given.get(one.name), allowed)]


def places_of(blank: Blank, own_places: Iterable[str]) -> list[str]:
    """What a place may say: the template's own names, then the unit's."""
    return list(dict.fromkeys([*blank.choices, *(own_places if blank.kind is FactKind.PLACE else ())]))


def _fills(blank: Blank, fact: LockedFact | None, own_places: frozenset[str]) -> bool:
    if fact is None or fact.kind is not blank.kind:
        return False
    match fact.value:
        case Place(text):
            return text in own_places or text in blank.choices
        case Link(url):
            return url in blank.choices
        case Count(_number, unit):
            return unit == blank.unit
    return True


def _wrong_blank(blank: Blank) -> list[str]:
    found = []
    if not blank.name.strip() or len(blank.name) > 40:
        found.append("blank_name")
    if len(blank.choices) > MOST_CHOICES or any(len(one) > LONGEST_CHOICE for one in blank.choices):
        found.append("choices_many")
    if blank.choices and blank.kind not in LISTED:
        found.append("choices_kind")
    if blank.kind is FactKind.LINK and not blank.choices:
        found.append("links_none")
    try:
        for one in blank.choices:
            Place(one) if blank.kind is FactKind.PLACE else Link(one)
        if blank.kind is FactKind.COUNT:
            Count(0, blank.unit)
    except NotAFact as refused:
        found.append(refused.code)
    return found


def _one_name(text: str, named: dict[str, str]) -> str:
    """The text with each reference spelled as it was first."""
    parts = []
    for piece in pieces(text, ()):
        name = _name(piece.source)
        parts.append("{" + named.setdefault(key(name), name) + "}" if piece.is_reference else piece.source)
    return "".join(parts)


def _free(text: str) -> Iterable[Piece]:
    return (piece for piece in pieces(text, ()) if not piece.is_reference)


def _name(source: str) -> str:
    return source.strip("{} ")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
