"""The only writer of custodians: who holds a channel's account, from when to when."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person
from ravi.accounts.rules import Ability
from ravi.core import audit
from ravi.directory.errors import CustodianRefused
from ravi.directory.models import Channel, Custodian


def add_custodian(channel: Channel, person: Person, *, since: date, by: Person | None) -> Custodian:
    """`person` holds the account since that day. Raises CustodianRefused, PermissionDenied."""
    if by is not None:
        require(by, Ability.SET_CREDENTIAL, channel.unit_id)
    if person.institution_id != channel.institution_id or not person.is_active:
        raise CustodianRefused(_("This person does not serve here."))
    try:
        with transaction.atomic():
            custodian = Custodian.objects.create(
                institution_id=channel.institution_id, channel=channel, person=person, since=since, added_by=by
            )
    except IntegrityError as error:
        raise CustodianRefused(_("This person holds the channel already.")) from error
    _record("add_custodian", custodian, by)
    return custodian


def end_custodian(custodian: Custodian, *, until: date, by: Person) -> None:
    """The person no longer holds the account. Raises CustodianRefused for a day before it began."""
    require(by, Ability.SET_CREDENTIAL, custodian.channel.unit_id)
    if until < custodian.since:
        raise CustodianRefused(_("This day is before the first one."))
    if Custodian.objects.filter(pk=custodian.pk, until=None).update(until=until, ended_by=by):
        _record("end_custodian", custodian, by)


def _record(verb: str, custodian: Custodian, by: Person | None) -> None:
    facts = {"channel": custodian.channel_id, "person": custodian.person_id}
    audit.record(verb, by=by and by.pk, subject=custodian, institution_id=custodian.institution_id, facts=facts)
