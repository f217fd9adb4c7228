"""Whether a change stands, in one sentence each: read back, looked for, or why nobody can."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ravi.accounts.queries import people_by_id
from ravi.core import calendar
from ravi.delivery.models import Delivery, ReadBack
from ravi.delivery.read_back.queries import read_backs_of
from ravi.delivery.read_back.rules import CASES, GOOD, ReadBackOutcome
from ravi.delivery.read_back.told import outcome_of_copy
from ravi.directory.names import platform_name

OWN_PAGES = "feeds"


@dataclass(frozen=True)
class ReadBackOf:
    """One change as a page tells it. `words`: what was found in the place of ours. `is_case`: it asks for a person."""

    sentence: str
    bead: str
    words: str = ""
    is_case: bool = False
    looked_at: datetime | None = None
    settled_at: datetime | None = None
    settled_by: str = ""


def of_copy(delivery: Delivery, now: datetime) -> ReadBackOf | None:
    """None for what is no change, or did not go out, or was done by a person who said so."""
    return of_copies([delivery], now).get(delivery.pk)


def of_copies(deliveries: list[Delivery], now: datetime) -> dict[int, ReadBackOf]:
    """Two queries whatever their number."""
    rows = read_backs_of([one.pk for one in deliveries])
    people = people_by_id({one.settled_by_id for one in rows.values() if one.settled_by_id})
    names = {pk: person.name for pk, person in people.items()}
    found: dict[int, ReadBackOf] = {}
    for one in deliveries:
        row = rows.get(one.pk)
        outcome = outcome_of_copy(one, row.outcome if row else None, now)
        if outcome is not None:
            found[one.pk] = _told(one, row, outcome, names)
    return found


def word(outcome: ReadBackOutcome) -> str:
    """The outcome in a few words, for a list of copies."""
    words = {
        ReadBackOutcome.WAITS: _("not read back yet"),
        ReadBackOutcome.STANDS: _("read back"),
        ReadBackOutcome.REMOVED: _("looked for: it is gone"),
        ReadBackOutcome.OTHER_WORDS: _("other words stand there"),
        ReadBackOutcome.STILL_THERE: _("it still stands there"),
        ReadBackOutcome.GONE: _("it is not there"),
        ReadBackOutcome.NOT_READ: _("could not be read back"),
        ReadBackOutcome.CANNOT: _("no program can read there"),
        ReadBackOutcome.NOT_LOOKED: _("not read back in time"),
        ReadBackOutcome.SETTLED: _("a person has dealt with it"),
        ReadBackOutcome.OVER: "",
    }
    return words[outcome]


def bead(outcome: ReadBackOutcome) -> str:
    """Its bead, for a list of copies."""
    if outcome is ReadBackOutcome.SETTLED:
        return "knot"
    return "corrected" if outcome in GOOD else "unknown" if outcome in CASES else "wait"


def counted(outcomes: Iterable[ReadBackOutcome]) -> list[tuple[str, str, int]]:
    """(bead, words, how many) of many changes, what needs a person first; what is none is left out."""
    counts = Counter(outcomes)
    told = [one for one in ReadBackOutcome if one not in CASES | GOOD | {ReadBackOutcome.OVER}]
    order = [*sorted(CASES), *sorted(GOOD), *told]
    return [(bead(one), word(one), counts[one]) for one in order if counts[one]]


def _told(delivery: Delivery, row: ReadBack | None, outcome: ReadBackOutcome, names: dict[int, str]) -> ReadBackOf:
    looked_at = row.looked_at if row else None
    hour = calendar.day_and_hour(looked_at, year=False) if looked_at else ""
    said = {"platform": platform_name(delivery.platform), "hour": hour}
    if row is None or outcome not in CASES:
        return ReadBackOf(_sentence(delivery, outcome) % said, bead(outcome), looked_at=looked_at)
    return ReadBackOf(
        _sentence(delivery, outcome) % said,
        bead(outcome),
        row.words,
        row.settled_at is None,
        looked_at,
        row.settled_at,
        names.get(row.settled_by_id or 0, ""),
    )


def _sentence(delivery: Delivery, outcome: ReadBackOutcome) -> str:
    if outcome is ReadBackOutcome.CANNOT and delivery.platform == OWN_PAGES:
        return _("These pages are Ravi's own and show what the ledger holds: there is nothing to read back.")
    sentences = {
        ReadBackOutcome.WAITS: _("Ravi reads back in a moment whether it stands."),
        ReadBackOutcome.STANDS: _("Read back %(hour)s: the new words stand on %(platform)s."),
        ReadBackOutcome.REMOVED: _("Looked for %(hour)s: it is gone from %(platform)s."),
        ReadBackOutcome.OTHER_WORDS: _("%(platform)s said yes, but read back %(hour)s, other words stand there."),
        ReadBackOutcome.STILL_THERE: _("%(platform)s said yes, but looked for %(hour)s, it still stands there."),
        ReadBackOutcome.GONE: _("%(platform)s said yes, but looked for %(hour)s, the post is not there at all."),
        ReadBackOutcome.NOT_READ: _("For days %(platform)s could not be asked whether it stands: look there yourself."),
        ReadBackOutcome.NOT_LOOKED: _("Ravi did not ask %(platform)s in time whether it stands: look there yourself."),
        ReadBackOutcome.SETTLED: _("It did not stand on %(platform)s; a person has dealt with it."),
        ReadBackOutcome.OVER: _("A later change came before this one was read back."),
        ReadBackOutcome.CANNOT: _("On %(platform)s no program can read what stands: its receipt is all that is known."),
    }
    return sentences[outcome]
