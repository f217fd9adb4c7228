"""What a message's page and feed say of it: its state in a few large words, its languages in order, an entry for readers."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ravi.core import calendar
from ravi.delivery.published import Entry
from ravi.network.queries import short_address
from ravi.network.queries.trail import Said, Trail
from ravi.network.rules import Standing
from ravi.platforms.marking import Shown as Words
from ravi.platforms.marking import shown
from ravi.platforms.shapes.marked_html import marked_html
from ravi.text import markup

# Ours -> BCP 47, with the script where the language alone would leave it open.
TAGS: Mapping[str, str] = {"az": "az-Latn", "ku": "ckb"}
LEFT_TO_RIGHT = frozenset({"az", "en"})
# As those who read it call it.
NAMES: Mapping[str, str] = {
    "fa": "فارسی", "azb": "تۆرکجه", "az": "Azərbaycanca", "ku": "کوردی", "ar": "العربية", "en": "English",
}  # fmt: skip
BEADS: Mapping[Standing, tuple[str, str]] = {
    Standing.CURRENT: ("knot", "is-sent"),
    Standing.CORRECTED: ("corrected", "is-sent"),
    Standing.EXPIRED: ("missed", "is-wait"),
    Standing.WITHDRAWN: ("failed", "is-blocked"),
}


@dataclass(frozen=True)
class Verdict:
    """How a message stands: its bead, the look of that state, the large word, and the sentences beside it."""

    bead: str
    look: str
    word: str
    says: str
    why: str = ""


@dataclass(frozen=True)
class Spoken:
    """The words in one language; `html` escapes every word of them."""

    lang: str
    tag: str
    direction: str
    name: str
    title: str
    html: SafeString


def verdict(trail: Trail) -> Verdict:
    """In the reader's language."""
    return Verdict(*BEADS[trail.standing], _word(trail), _sentence(trail), _why(trail))


def _word(trail: Trail) -> str:
    words = {
        Standing.CURRENT: _("It holds"),
        Standing.CORRECTED: _("Corrected on %(day)s"),
        Standing.EXPIRED: _("It held until %(day)s"),
        Standing.WITHDRAWN: _("Withdrawn on %(day)s"),
    }
    return words[trail.standing] % {"day": calendar.day(trail.at)}


def _sentence(trail: Trail) -> str:
    if trail.standing is Standing.WITHDRAWN:
        return _("The university no longer says this. Do not act on copies of it, and do not pass them on.")
    if trail.standing is Standing.EXPIRED:
        return _("Its time is over. Do not act on it without asking anew.")
    if trail.valid_until is None:
        return _("These are the university's words, as they hold now.")
    return _("These are the university's words. They hold until %(until)s.") % {
        "until": calendar.day_and_hour(trail.valid_until)
    }


def _why(trail: Trail) -> str:
    return trail.why if trail.standing is Standing.WITHDRAWN else trail.steps[0].what_changed


def spoken(trail: Trail, language: str) -> list[Spoken]:
    """All languages, the reader's own first, then the message's."""
    return sorted((_spoken(said) for said in trail.said), key=lambda one: one.lang != language)


def _spoken(said: Said) -> Spoken:
    words = _words(said)
    return Spoken(
        said.lang,
        tag(said.lang),
        "ltr" if said.lang in LEFT_TO_RIGHT else "rtl",
        NAMES.get(said.lang, said.lang),
        said.title,
        mark_safe(marked_html(words.text, words.marks)),  # noqa: S308 -- it escapes every word itself
    )


def tag(lang: str) -> str:
    """The language as HTML and schema.org name it."""
    return TAGS.get(lang, lang)


def plain(said: Said) -> str:
    """The words alone."""
    return _words(said).text


def _words(said: Said) -> Words:
    return shown(markup.read(said.text), frozenset({"bold", "quote", "link"}), said.lang)


def entry_of(trail: Trail) -> Entry:
    """For a feed: what is not as it first was says so in its title, and why before its words."""
    said = verdict(trail)
    is_as_first = trail.standing is Standing.CURRENT
    words = [] if is_as_first else [said.says, said.why]
    words += [plain(one) for one in trail.said[:1]]
    return Entry(
        key=uuid.uuid5(uuid.NAMESPACE_URL, short_address(trail.code)).hex,
        channel_id=0,
        title=trail.title if is_as_first else f"{said.word}: {trail.title}",
        text="\n\n".join(one for one in words if one),
        marks=(),
        lang=tag(trail.lang),
        pictures=(),
        published_at=trail.first_at,
        changed_at=trail.changed_at,
    )
