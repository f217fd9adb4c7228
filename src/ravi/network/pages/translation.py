"""How a message stands in each language: for headquarters with what is missing, for units what they may take."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ravi.core.calendar import number
from ravi.network.models import Message, Translation, Version
from ravi.network.queries.translation import translations_of, usable_translations
from ravi.network.rules import needs_expert

LEFT_TO_RIGHT = frozenset({"az", "en"})


@dataclass(frozen=True)
class Line:
    """One language: its bead, and where its translation stands."""

    lang: str
    name: str
    bead: str
    says: str


def lines(message: Message) -> list[Line]:
    """All languages that a message can be translated into."""
    known = {one.lang: one for one in translations_of(message)}
    return [_line(str(lang), str(name), known.get(str(lang)), message) for lang, name in Translation.Language.choices]


def _line(lang: str, name: str, known: Any, message: Message) -> Line:
    if known is None:
        return Line(lang, name, "pending", _("Not translated yet"))
    if known.is_outdated:
        said = _("Of version %(n)s: units and citizens do not get it") % {"n": number(known.version.number)}
        return Line(lang, name, "superseded", said)
    if needs_expert(message.topic) and not known.is_endorsed:
        return Line(lang, name, "turn", _("Waits for a health expert who reads it"))
    return Line(lang, name, "knot", _("With the units and on the public page"))


def direction(lang: str) -> str:
    """Which way it is written."""
    return "ltr" if lang in LEFT_TO_RIGHT else "rtl"


def languages_of(version: Version) -> list[tuple[str, str]]:
    """(code, name) of what a unit may take: the message's own language first."""
    found: Sequence[Translation] = list(usable_translations([version]).order_by("lang"))
    own = (version.lang, name_of(version.lang))
    return [own, *((one.lang, name_of(one.lang)) for one in found)]


def name_of(lang: str) -> str:
    """The language in the reader's."""
    return _("Persian") if lang == "fa" else str(dict(Translation.Language.choices).get(lang, lang))
