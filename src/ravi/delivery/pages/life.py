"""One copy's life in sentences, from its ledger: who ordered it, when it went, what came back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.accounts.queries import people_by_id
from ravi.core import calendar
from ravi.delivery.models import Delivery, LedgerEntry
from ravi.delivery.pages.read_back import ReadBackOf
from ravi.delivery.queries import ledger_of
from ravi.delivery.rules import Code, State
from ravi.directory.names import platform_name

# Being claimed and given back is the engine's own housekeeping; nobody has to read it.
UNTOLD = frozenset({State.CLAIMED})
BEADS = {
    State.SENT: "sent",
    State.FAILED: "failed",
    State.UNKNOWN: "unknown",
    State.MISSED: "missed",
    State.HELD: "held",
    State.SENDING: "sending",
    State.PENDING: "pending",
    State.CANCELLED: "cancelled",
    State.SUPERSEDED: "superseded",
}


@dataclass(frozen=True)
class Step:
    """One link of the chain."""

    at: datetime
    bead: str
    did: str
    who: str = ""

    @property
    def note(self) -> str:
        """When it was."""
        return calendar.day_and_hour(self.at, year=False)


def steps(delivery: Delivery, read_back: ReadBackOf | None = None) -> list[Step]:
    """In the order of time: two queries. What was read back of it, and who dealt with it, ends it."""
    entries = list(ledger_of([delivery]).order_by("at", "pk"))
    people = people_by_id({entry.by_id for entry in entries if entry.by_id})
    platform = platform_name(delivery.platform)
    return [*(_step(entry, people, platform) for entry in _kept(entries)), *_looks(read_back)]


def _looks(found: ReadBackOf | None) -> list[Step]:
    if found is None or found.looked_at is None:
        return []
    made = [Step(found.looked_at, found.bead, found.sentence)]
    if found.settled_at:
        made.append(Step(found.settled_at, "sent", _("looked there and said that it is dealt with"), found.settled_by))
    return made


def _kept(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """Without the engine's housekeeping, and without a state that only came back to itself."""
    kept: list[LedgerEntry] = []
    for entry in entries:
        is_given_back = entry.before == State.CLAIMED and entry.after == State.PENDING
        if entry.after not in UNTOLD and not is_given_back:
            kept.append(entry)
    return kept


def _step(entry: LedgerEntry, people: dict[int, Person], platform: str) -> Step:
    person = people.get(entry.by_id) if entry.by_id else None
    return Step(entry.at, BEADS[State(entry.after)], _did(entry, platform), person.name if person else "")


def _did(entry: LedgerEntry, platform: str) -> str:
    said = {"platform": platform, "n": calendar.number(entry.attempt)}
    if not entry.before:
        return _("ordered this copy")
    if entry.code == Code.RESTORED:
        return _("Ravi was restored from a backup; nothing goes by itself from here on.")
    if entry.by_id:
        return _by_a_person(entry) % said
    if entry.code == Code.BY_HAND:
        return _("Its time came; from here on it waits for a person's hand.")
    if entry.after == State.PENDING:
        return _back_in_line(entry) % said
    sentences = {
        State.SENDING: _("Ravi began to send it to %(platform)s."),
        State.SENT: _("%(platform)s took it and gave a receipt."),
        State.FAILED: _("%(platform)s refused it."),
        State.UNKNOWN: _("No answer came from %(platform)s."),
        State.MISSED: _("Its time passed."),
        State.HELD: _("It was held."),
        State.CANCELLED: _("It was taken out."),
        State.SUPERSEDED: _("A newer version took its place."),
    }
    return sentences[State(entry.after)] % said


def _by_a_person(entry: LedgerEntry) -> str:
    by_hand = {
        "done_by_hand": _("did it on %(platform)s by hand"),
        "not_done": _("could not do it on %(platform)s"),
        "done_all_the_same": _("published it on %(platform)s all the same"),
        "taken_back": _("took the confirmation back; it waits for a hand again"),
    }
    if entry.cause in by_hand:
        return by_hand[entry.cause]
    if entry.before == State.UNKNOWN:
        found = {
            State.SENT: _("saw it on %(platform)s"),
            State.PENDING: _("did not find it on %(platform)s and had it sent again"),
            State.UNKNOWN: _("looked and left it open"),
        }
        return found.get(State(entry.after), _("looked at %(platform)s"))
    acts = {
        State.PENDING: _("let it go on"),
        State.CANCELLED: _("took it out"),
        State.SUPERSEDED: _("replaced it with a newer version"),
        State.HELD: _("held it"),
    }
    return acts.get(State(entry.after), _("changed its state"))


def _back_in_line(entry: LedgerEntry) -> str:
    if entry.code == Code.RATE_LIMITED:
        return _("%(platform)s asked for a pause; it is in line again.")
    if entry.code == Code.NOT_REACHED:
        return _("%(platform)s was out of reach; nothing was sent and it is in line again.")
    return _("It is in line again.")
