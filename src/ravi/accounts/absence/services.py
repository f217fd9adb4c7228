"""Who is away, until when, and who is told in their place. A stand-in holds the right already: none is lent."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ravi.accounts.models import Absence, Person
from ravi.accounts.queries import forget_rights, people_who_may, rights
from ravi.accounts.rules import APPROVING, Ability, may_stand_in
from ravi.accounts.services import AccountRefused, wait_for_turn
from ravi.core import audit, clock
from ravi.core.canonical import JSON

LONGEST = timedelta(days=400)


def absences_at(now: datetime) -> QuerySet[Absence]:
    """Those in force at that moment, in the tenant."""
    return Absence.objects.filter(starts_at__lte=now, ends_at__gt=now, ended_at=None)


def absence_of(person: Person, now: datetime) -> Absence | None:
    """The one that is in force or still to come."""
    mine = Absence.objects.filter(person=person, ends_at__gt=now, ended_at=None)
    return mine.select_related("stand_in").first()


def possible_stand_ins(person: Person) -> list[Person]:
    """Colleagues who hold every right to approve that the person holds, by name."""
    asked = [ability for ability in sorted(APPROVING) if rights(person).may(ability)]
    able = people_who_may(person.institution_id, asked[0] if asked else Ability.APPROVE_POST).exclude(pk=person.pk)
    for ability in asked[1:]:
        able = able.filter(pk__in=people_who_may(person.institution_id, ability).values("pk"))
    return list(able.order_by("sort_key", "pk"))


@transaction.atomic
def note_absence(
    person: Person, *, starts_at: datetime, ends_at: datetime, stand_in: Person | None, by: Person
) -> Absence:
    """The person is away between these moments; what was noted before gives way. Raises AccountRefused."""
    now = clock.now()
    if ends_at <= max(starts_at, now) or ends_at - now > LONGEST:
        raise AccountRefused(_("An absence ends after it begins, and within a year."))
    if stand_in and (stand_in.pk == person.pk or not _may_stand_in(stand_in, person)):
        raise AccountRefused(_("Whoever stands in must have the same right to approve. Choose somebody else."))
    wait_for_turn(person)
    Absence.objects.filter(person=person, ended_at=None).update(ended_at=now)
    noted = Absence.objects.create(
        institution_id=person.institution_id,
        person=person,
        stand_in=stand_in,
        starts_at=starts_at,
        ends_at=ends_at,
        noted_by=by,
        noted_at=now,
    )
    facts: dict[str, JSON] = {"from": starts_at.isoformat(), "to": ends_at.isoformat()}
    if stand_in:
        facts["person"] = stand_in.pk
    audit.record("note_absence", by=by.pk, subject=person, institution_id=person.institution_id, facts=facts)
    return noted


@transaction.atomic
def end_absence(person: Person, *, by: Person) -> None:
    """The person is back."""
    if Absence.objects.filter(person=person, ended_at=None).update(ended_at=clock.now()):
        audit.record("end_absence", by=by.pk, subject=person, institution_id=person.institution_id)


def claim_untold(now: datetime) -> list[Absence]:
    """Absences that have begun and whose stand-in was not told yet; of two who ask at once only one gets each."""
    begun = absences_at(now).filter(~Q(stand_in=None), told_at=None).select_related("person", "stand_in")
    found = list(begun.select_for_update(skip_locked=True, of=("self",)))
    Absence.objects.filter(pk__in=[one.pk for one in found]).update(told_at=now)
    return found


def _may_stand_in(stand_in: Person, person: Person) -> bool:
    forget_rights(stand_in)
    is_colleague = stand_in.institution_id == person.institution_id
    return is_colleague and may_stand_in(rights(stand_in), rights(person))
