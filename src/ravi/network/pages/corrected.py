"""Correcting everywhere, while it goes on and after: every unit and copy with where it stands and when its turn comes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ravi.core import calendar, clock
from ravi.core.calendar import number
from ravi.delivery.pages import read_back
from ravi.delivery.read_back.rules import CASES
from ravi.network.corrected import WAITS, Outcome
from ravi.network.models import CorrectedAnswer, Correction
from ravi.network.queries.correct_message import answers_to_correct, corrected_answers
from ravi.publishing.changed import RESTING, Fate
from ravi.publishing.pages import platforms
from ravi.publishing.queries.changed import Changed, how_changed

# Nobody reads more on one page, which comes again every few seconds; those that need somebody stand first then.
MOST_UNITS = 100

# Fate of a copy -> its bead and its words.
LOOKS: Mapping[Fate, tuple[str, str | Promise]] = {
    Fate.FAILED: ("failed", gettext_lazy("not changed")),
    Fate.UNKNOWN: ("unknown", gettext_lazy("not known whether it was changed")),
    Fate.WAITS_FOR_OUTCOME: ("unknown", gettext_lazy("waits until it is known whether it went out")),
    Fate.BLOCKED: ("blocked", gettext_lazy("has no room for the new words")),
    Fate.BY_HAND: ("by_hand", gettext_lazy("to be changed by hand")),
    Fate.RETURNED: ("held", gettext_lazy("sent back by the approver")),
    Fate.WAITS_FOR_YES: ("turn", gettext_lazy("waits for the yes")),
    Fate.HELD: ("held", gettext_lazy("held by a stop")),
    Fate.IN_LINE: ("sending", gettext_lazy("in the line")),
    Fate.EDITED: ("corrected", gettext_lazy("changed")),
    Fate.ANSWERED: ("corrected", gettext_lazy("answered")),
    Fate.EXCHANGED: ("corrected", gettext_lazy("published with the new words")),
    Fate.DROPPED: ("cancelled", gettext_lazy("given up")),
}
# Outcome without a correction -> bead, words.
WITHOUT: Mapping[Outcome, tuple[str, str | Promise]] = {
    Outcome.OWN_WORDS: ("turn", gettext_lazy("writes its correction itself")),
    Outcome.TRANSLATION: ("wait", gettext_lazy("waits for the translation")),
    Outcome.REFUSED: ("failed", gettext_lazy("could not be corrected")),
    Outcome.NOTHING: ("held", gettext_lazy("nothing of it is out; the unit decides")),
    Outcome.SAME: ("corrected", gettext_lazy("says already what holds")),
}

# In the order in which somebody is needed.
_BEADS = [*dict.fromkeys(bead for bead, _word in [*LOOKS.values(), *WITHOUT.values()])]


@dataclass(frozen=True)
class Line:
    """One copy."""

    platform: str
    bead: str
    word: str
    link: str
    when: str


@dataclass(frozen=True)
class Row:
    """One unit, with the hindmost of its copies; `why` is a sentence where something was refused."""

    unit: str
    url: str
    bead: str
    word: str
    why: str
    lines: Sequence[Line]


def after(correction: Correction) -> dict[str, Any]:
    """What the page says; the questions do not grow with units or copies."""
    now, listed = clock.now(), list(corrected_answers(correction.version))
    copies = how_changed([one.post for one in listed if one.post], now)
    by_post: dict[int, list[Changed]] = {}
    for copy in copies:
        by_post.setdefault(copy.correction_id, []).append(copy)
    counts = Counter(copy.fate for copy in copies)
    rows = [_row(one, by_post.get(one.post_id or 0, [])) for one in listed]
    left, waits = answers_to_correct(correction.version).count(), sum(one.outcome in WAITS for one in listed)
    return {
        "correction": correction,
        "version": correction.version,
        "done": sum(copy.is_done for copy in copies),
        "total": len(copies),
        "read_back": read_back.counted(copy.read_back for copy in copies if copy.read_back),
        "cases": sum(copy.read_back in CASES for copy in copies),
        "counts": [(*LOOKS[fate], counts[fate]) for fate in Fate if counts[fate]],
        "end": _hour(max((copy.ends_at for copy in copies if copy.ends_at), default=None), now),
        "rows": rows if len(rows) <= MOST_UNITS else sorted(rows, key=_place)[:MOST_UNITS],
        "more": max(0, len(rows) - MOST_UNITS),
        "left": left,
        "waits": waits,
        "waiting": _waiting(listed),
        "yes": counts[Fate.WAITS_FOR_YES],
        "hands": counts[Fate.BY_HAND],
        "unclear": counts[Fate.UNKNOWN] + counts[Fate.WAITS_FOR_OUTCOME],
        "is_live": bool(left) or any(copy.fate not in RESTING for copy in copies),
    }


def _row(one: CorrectedAnswer, copies: Sequence[Changed]) -> Row:
    bead, word = WITHOUT.get(Outcome(one.outcome), LOOKS[Fate.DROPPED])
    if copies:
        found = {copy.fate for copy in copies}
        bead, word = LOOKS[next(fate for fate in Fate if fate in found)]
        if case := next((copy.read_back for copy in copies if copy.read_back in CASES), None):
            bead, word = read_back.bead(case), read_back.word(case)
    url = reverse("network:offer", args=[one.adoption.offer_id])
    if one.post_id:
        url = reverse("publishing:board", args=[one.post_id])
    return Row(one.adoption.offer.unit.name, url, bead, str(word), one.why, [_line(copy) for copy in copies])


def _waiting(listed: Sequence[CorrectedAnswer]) -> list[str]:
    """Who has to do something before these units can be corrected, cause by cause."""
    counts = Counter(Outcome(one.outcome) for one in listed)
    own, translation, refused = (counts[one] for one in (Outcome.OWN_WORDS, Outcome.TRANSLATION, Outcome.REFUSED))
    said = (
        (
            own,
            ngettext(
                "%(n)s unit was asked to correct its own words itself.",
                "%(n)s units were asked to correct their own words themselves.",
                own,
            ),
        ),
        (
            translation,
            ngettext(
                "%(n)s unit waits until the new version is translated.",
                "%(n)s units wait until the new version is translated.",
                translation,
            ),
        ),
        (
            refused,
            ngettext(
                "%(n)s unit could not be corrected; its line says why.",
                "%(n)s units could not be corrected; their lines say why.",
                refused,
            ),
        ),
    )
    return [sentence % {"n": number(count)} for count, sentence in said if count]


def _place(row: Row) -> int:
    return _BEADS.index(row.bead)


def _line(copy: Changed) -> Line:
    bead, word = LOOKS[copy.fate]
    when = _hour(copy.ends_at, clock.now())
    if copy.read_back in CASES:
        bead = read_back.bead(copy.read_back)
    read = read_back.word(copy.read_back) if copy.read_back else ""
    words = [str(word), *([read] if read else [])]
    return Line(platforms.name(copy.platform), bead, "، ".join(words), copy.link, when)


def _hour(at: datetime | None, now: datetime) -> str:
    if at is None:
        return ""
    if (at - now).total_seconds() < 60:
        return _("within a minute")
    return _("at about %(hour)s") % {"hour": calendar.hour(at)}
