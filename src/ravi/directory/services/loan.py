"""The only writer of loans: a unit lends headquarters the right to publish on its channel, and takes it back."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person
from ravi.accounts.rules import Ability
from ravi.core import audit, clock
from ravi.directory.errors import LoanRefused
from ravi.directory.models import Channel, Loan
from ravi.directory.rules import ChannelState


def lend_channel(channel: Channel, *, by: Person | None) -> Loan:
    """Headquarters may publish on this channel from now. Raises LoanRefused, PermissionDenied."""
    if by is not None:
        require(by, Ability.LEND_CHANNEL, channel.unit_id)
    if channel.unit.parent_id is None:
        raise LoanRefused(_("This channel is headquarters' own."))
    if channel.state == ChannelState.RETIRED:
        raise LoanRefused(_("A retired channel cannot be lent."))
    try:
        with transaction.atomic():
            loan = Loan.objects.create(
                institution_id=channel.institution_id, channel=channel, lent_by=by, lent_at=clock.now()
            )
    except IntegrityError as error:
        raise LoanRefused(_("This channel is lent already.")) from error
    _record("lend_channel", loan, by)
    return loan


def revoke_loan(loan: Loan, *, by: Person) -> None:
    """Headquarters may no longer publish on this channel. What it has approved already is stopped on the board."""
    require(by, Ability.LEND_CHANNEL, loan.channel.unit_id)
    _end(loan, by)


def end_loans(channel: Channel, *, by: Person | None) -> None:
    """The channel is retired, so its loan ends with it."""
    for loan in channel.loans.filter(revoked_at=None):
        _end(loan, by)


def _end(loan: Loan, by: Person | None) -> None:
    loan.revoked_by, loan.revoked_at = by, clock.now()
    # Conditional: two people who revoke at once make one end.
    ended = Loan.objects.filter(pk=loan.pk, revoked_at=None).update(revoked_by=by, revoked_at=loan.revoked_at)
    if ended:
        _record("revoke_loan", loan, by)


def _record(verb: str, loan: Loan, by: Person | None) -> None:
    facts = {"channel": loan.channel_id}
    audit.record(verb, by=by and by.pk, subject=loan, institution_id=loan.institution_id, facts=facts)
