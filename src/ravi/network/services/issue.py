"""A version goes to the units: what it must hold is checked, and the offers are made in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import audit, calendar, clock
from ravi.core.canonical import JSON
from ravi.network.errors import ExpiresTooSoon, FactsContradicted, MessageRefused, NeedsExpert, NoUnits, WordsChanged
from ravi.network.facts.check import problems_of
from ravi.network.models import Message, Offer, Version
from ravi.network.queries.target import reached_unit_ids
from ravi.network.queries.version import endorsement_of, facts_of, fields_of
from ravi.network.rules import (
    LONGEST_LIFE,
    MessageAct,
    MessageState,
    OfferState,
    OnNewVersion,
    needs_expert,
    needs_expiry,
)
from ravi.network.sentences import sentences
from ravi.network.services import steps
from ravi.network.services.auto_adoption import take_later
from ravi.network.services.based_on import answers_that_fall_behind, halt_behind, tell_behind
from ravi.network.services.review import plan_review
from ravi.network.services.short_link import give_short_link
from ravi.network.services.telling import tell_soon
from ravi.publishing.draft import TITLE


@dataclass(frozen=True)
class Issued:
    """The version that went out, and the offers that are new with it."""

    version: Version
    offers: Sequence[Offer]


@transaction.atomic
def issue_version(version: Version, *, expected_revision: int, by: Person) -> Issued:
    """Offer the draft, as it was shown at that revision, to every unit that the message is for. Twice is once.

    Units that had an older version keep their offer; units that the aims reach only now get theirs. What units made of an
    older version and has not left waits from here on, where the message says so.
    Raises PermissionDenied, NotNow, WordsChanged, MessageRefused, ExpiresTooSoon, FactsContradicted, NeedsExpert, NoUnits.
    """
    message = steps.taken(version.message)
    steps.require_offerer(by, message.unit_id)
    if Version.objects.filter(pk=version.pk, revision=expected_revision, issued_at__isnull=False).exists():
        return Issued(Version.objects.get(pk=version.pk), ())
    state = steps.state_after(message, MessageAct.ISSUE)
    draft = steps.draft_of(message)
    if draft.pk != version.pk or draft.revision != expected_revision:
        raise WordsChanged
    now = clock.now()
    check_words(message, draft, now)
    if needs_expert(message.topic) and endorsement_of(draft) is None:
        raise NeedsExpert
    behind = answers_that_fall_behind(message)
    halted = halt_behind(message, behind, by=by) if message.on_new_version == OnNewVersion.PAUSE else frozenset()
    audit.hold(message.institution_id)  # a unit that is added at this moment waits, or is reached
    unit_ids = reached_unit_ids(message)
    if not unit_ids:
        raise NoUnits
    _set_current(message, draft, state, now, by)
    offers = _offer(message, unit_ids, now)
    tell_behind(message, [answer for answer in behind if answer.rule_id is None], halted)
    take_later(message)
    tell_soon(message)
    facts: dict[str, JSON] = {
        "number": draft.number,
        "offers": len(offers),
        "halted": len(halted),
        "set": draft.content_hash,
    }
    steps.note("issue_version", message, by, facts)
    return Issued(draft, offers)


def _set_current(message: Message, draft: Version, state: MessageState, now: datetime, by: Person) -> None:
    """What units and citizens have from now on, with its address and the day on which it is looked at again."""
    draft.issued_at, draft.issued_by = now, by
    draft.save(update_fields=["issued_at", "issued_by"])
    message.state, message.current, message.offered_at = state, draft, message.offered_at or now
    message.title, message.valid_until = draft.title, draft.valid_until
    message.save(update_fields=["state", "current", "offered_at", "title", "valid_until"])
    give_short_link(message)
    plan_review(draft, calendar.today())


def _offer(message: Message, unit_ids: Sequence[int], now: datetime) -> list[Offer]:
    """New offers; one that was closed with its aim or its unit opens again."""
    known = set(message.offers.values_list("unit_id", flat=True))
    closed = message.offers.filter(state=OfferState.CLOSED, unit_id__in=unit_ids)
    closed.update(state=OfferState.OPEN, closed_at=None, deadline=message.deadline, told_at=None)
    message.offers.filter(state=OfferState.OPEN).update(deadline=message.deadline)
    return Offer.objects.bulk_create(
        Offer(
            institution_id=message.institution_id,
            message=message,
            unit_id=unit_id,
            deadline=message.deadline,
            offered_at=now,
        )
        for unit_id in unit_ids
        if unit_id not in known
    )


def check_words(message: Message, draft: Version, now: datetime) -> None:
    """Raises NetworkRefused where these words may not go to units: empty, expired, or against their own facts."""
    fields = fields_of(draft)
    if not fields.title.strip() or not fields.text.strip():
        raise MessageRefused(_("Write a title and a text first."))
    _check_expiry(message, draft, now)
    if draft.number > 1 and not draft.what_changed.strip():
        raise MessageRefused(_("Say in a sentence what changed, so that the units see it at once."))
    facts = facts_of(draft)
    problems = problems_of(fields.parts, facts, draft.lang, without=frozenset({TITLE}))
    if problems:
        raise FactsContradicted(problems, sentences(problems, draft.lang))


def _check_expiry(message: Message, draft: Version, now: datetime) -> None:
    until = draft.valid_until
    if until is None:
        if needs_expiry(message.topic):
            raise MessageRefused(_("Health advice says until when it holds. Choose its last day."))
        return
    if until <= now:
        raise ExpiresTooSoon(until)
    if until > now + LONGEST_LIFE:
        raise MessageRefused(_("This last day is more than a year away. Choose an earlier one."))
    if message.deadline is not None and until <= message.deadline:
        raise ExpiresTooSoon(until, message.deadline)
