"""What people say that they did by hand: published, replaced, removed, not possible. One transaction, one report that
nobody can change and one audit link each; call inside the institution's tenant.

The rights are asked by whoever calls (publishing/services/hand.py); the walls of a publication stand in store/hand.py.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.accounts.queries import people_by_id
from ravi.core import audit, clock
from ravi.core.canonical import JSON
from ravi.delivery.errors import AlreadyExpired, ChannelNotPublic, ReportRefused, StillStopped, TooLateToTakeBack
from ravi.delivery.models import Delivery, HandReport
from ravi.delivery.queries import is_stopped, last_word
from ravi.delivery.rules import Action, Code, State
from ravi.delivery.store import hand
from ravi.directory.queries import open_among

Said = HandReport.Said


class Report(NamedTuple):
    """What the person gives: where it stands, why it does not, and a picture (its bytes stand in core.blob)."""

    link: str = ""
    reason: str = ""
    evidence: str = ""
    media_type: str = ""


@transaction.atomic
def confirm(delivery: Delivery, report: Report, *, by: Person, now: datetime | None = None) -> HandReport:
    """A person did what the copy asks for. Raises StillStopped, AlreadyExpired, ChannelNotPublic, ReportRefused."""
    now = now or clock.now()
    audit.hold(delivery.institution_id)
    with connection.cursor() as cursor:
        reached = hand.done(cursor, [delivery.pk], link=report.link, by=by.pk, now=now)
    _reached(reached, delivery, now)
    return _write(Said.DONE, delivery, report, by, now)


@transaction.atomic
def give_up(delivery: Delivery, report: Report, *, by: Person, now: datetime | None = None) -> HandReport:
    """A person could not do it, for `report.reason`. Raises ReportRefused."""
    now = now or clock.now()
    audit.hold(delivery.institution_id)
    with connection.cursor() as cursor:
        reached = hand.not_done(cursor, [delivery.pk], reason=report.reason, by=by.pk, now=now)
    _reached(reached, delivery, now)
    return _write(Said.NOT_DONE, delivery, report, by, now)


@transaction.atomic
def confirm_all_the_same(delivery: Delivery, report: Report, *, by: Person, now: datetime | None = None) -> HandReport:
    """What was given up, missed or taken out was published all the same: written down as it is.

    Raises StillStopped, ReportRefused.
    """
    now = now or clock.now()
    audit.hold(delivery.institution_id)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            reached = hand.done_all_the_same(cursor, [delivery.pk], link=report.link, by=by.pk, now=now)
    except IntegrityError as error:
        if "delivery_ordered_once" not in str(error):
            raise
        raise ReportRefused(_("The same words wait for this channel once more. Confirm that copy instead.")) from error
    if not reached:
        delivery.refresh_from_db()
        if delivery.state not in (State.HELD, State.SENT) and is_stopped(delivery):
            raise StillStopped
    _reached(reached, delivery, now)
    return _write(Said.ALL_THE_SAME, delivery, report, by, now)


@transaction.atomic
def take_back(delivery: Delivery, *, by: Person, now: datetime | None = None) -> HandReport:
    """The confirmation was a mistake; the copy waits for a hand again. Raises TooLateToTakeBack.

    Only what was confirmed while it waited goes back there: "all the same" was said of what waited no more.
    """
    now = now or clock.now()
    audit.hold(delivery.institution_id)
    if last_word(delivery) != Said.DONE:
        raise TooLateToTakeBack
    with connection.cursor() as cursor:
        reached = hand.taken_back(cursor, [delivery.pk], by=by.pk, now=now)
    if not reached:
        raise TooLateToTakeBack
    return _write(Said.TAKEN_BACK, delivery, Report(), by, now)


@transaction.atomic
def correct_link(delivery: Delivery, report: Report, *, by: Person, now: datetime | None = None) -> HandReport:
    """Another address of what was confirmed; the earlier report stays. Raises ReportRefused."""
    now = now or clock.now()
    audit.hold(delivery.institution_id)
    with connection.cursor() as cursor:
        reached = hand.new_link(cursor, [delivery.pk], link=report.link, by=by.pk, now=now)
    _reached(reached, delivery, now)
    return _write(Said.NEW_LINK, delivery, report, by, now)


def _write(said: Said, delivery: Delivery, report: Report, by: Person, now: datetime) -> HandReport:
    made = HandReport.objects.create(
        institution_id=delivery.institution_id, delivery=delivery, said=said, by_id=by.pk, at=now, **report._asdict()
    )
    facts: dict[str, JSON] = {
        "said": said.value,
        "action": delivery.action,
        "has_link": bool(report.link),
        "evidence": report.evidence,
    }
    audit.record("delivery.by_hand", by=by.pk, subject=delivery, institution_id=delivery.institution_id, facts=facts)
    delivery.refresh_from_db()
    return made


def _reached(reached: Sequence[int], delivery: Delivery, now: datetime) -> None:
    """Says why nothing was reached: somebody else was first, or something forbids it."""
    if reached:
        return
    delivery.refresh_from_db()
    waits = delivery.state == State.HELD and delivery.error_code == Code.BY_HAND
    if not waits:
        raise ReportRefused(_standing(delivery))
    if is_stopped(delivery):
        raise StillStopped
    if delivery.valid_until is not None and delivery.valid_until <= now:
        raise AlreadyExpired
    if delivery.action != Action.DELETE and not open_among([delivery.channel_id]):
        raise ChannelNotPublic([delivery.channel_id])
    raise ReportRefused(_("This copy was changed at this very moment. Open it again."))


def _standing(delivery: Delivery) -> str:
    last = delivery.hand_reports.last()
    who = people_by_id([last.by_id])[last.by_id].name if last and last.by_id else ""
    if delivery.state == State.SENT and who:
        return _("%(who)s has already said that it is done. Nothing was counted twice.") % {"who": who}
    if delivery.state == State.FAILED and who:
        return _("%(who)s has already said that it could not be done.") % {"who": who}
    return _("This copy does not wait for a hand any more. Open it to see where it stands.")
