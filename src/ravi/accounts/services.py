"""The only writer of institutions, units, people and roles."""

from collections.abc import Collection
from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from ravi.accounts.key import digest_of, hint_of, new_key
from ravi.accounts.models import AccessToken, Institution, Person, Role, Session, Unit
from ravi.accounts.queries import forget_rights, headquarters
from ravi.accounts.rules import KEY_DAYS, LANGUAGES, RoleKind, UnitKind, Verb, is_last_head, may_hold
from ravi.core import audit, clock
from ravi.core.calendar import number
from ravi.core.canonical import JSON
from ravi.core.erasure import Erased, erase
from ravi.core.tenancy import tenant
from ravi.text.sort_key import sort_key


class AccountRefused(Exception):
    """An act on people or units that the rules refuse; its text is a sentence for the person who asked."""


def found_institution(name: str, slug: str, *, is_demo: bool = False) -> Institution:
    """A new tenant with its headquarters."""
    with transaction.atomic():
        institution = Institution.objects.create(name=name, slug=slug, is_demo=is_demo, created_at=clock.now())
        with tenant(institution.pk):
            _plant(institution.pk, None, name, UnitKind.HEADQUARTERS)
            audit.record("found_institution", by=None, subject=institution, institution_id=institution.pk)
    return institution


def open_institution(name: str, slug: str, *, username: str, head: str, password: str) -> Person:
    """The institution and its first head, who sets up a second factor at the first sign-in. Raises AccountRefused."""
    if Institution.objects.filter(slug=slug).exists():
        raise AccountRefused(_("Another institution has this short name. Choose another."))
    with transaction.atomic():
        institution = found_institution(name, slug)
        with tenant(institution.pk):
            person = add_person(username, head, password, institution=institution, by=None)
            grant_role(person, RoleKind.HEAD, unit=headquarters(institution.pk), by=None)
    return person


def add_unit(name: str, kind: UnitKind, *, parent: Unit, by: Person | None) -> Unit:
    """A new unit under `parent`. Raises AccountRefused when the parent has one of that name."""
    if kind is UnitKind.HEADQUARTERS:
        raise AccountRefused(_("An institution has one headquarters."))
    _require_open(parent)
    try:
        with transaction.atomic():
            unit = _plant(parent.institution_id, parent, name, kind)
    except IntegrityError as error:
        raise AccountRefused(_("There is already a unit of this name here.")) from error
    audit.record("add_unit", by=by and by.pk, subject=unit, institution_id=unit.institution_id, facts={"kind": kind})
    return unit


def rename_unit(unit: Unit, name: str, *, by: Person) -> None:
    """Give the unit another name."""
    unit.name, unit.sort_key = name, sort_key(name)
    try:
        with transaction.atomic():
            unit.save(update_fields=["name", "sort_key"])
    except IntegrityError as error:
        raise AccountRefused(_("There is already a unit of this name here.")) from error
    audit.record("rename_unit", by=by.pk, subject=unit, institution_id=unit.institution_id)


def add_person(
    username: str, name: str, password: str | None, *, institution: Institution, by: Person | None
) -> Person:
    """A new person without any role yet. Raises AccountRefused when the user name is taken."""
    if Person.objects.filter(username__iexact=username).exists():
        raise AccountRefused(_("This user name is taken. Choose another."))
    person = Person(
        username=username, name=name, institution=institution, created_at=clock.now(), sort_key=sort_key(name)
    )
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:  # the same form twice at once
        raise AccountRefused(_("This user name is taken. Choose another.")) from error
    audit.record("add_person", by=by and by.pk, subject=person, institution_id=institution.pk)
    return person


def set_reads(person: Person, languages: Collection[str], *, by: Person) -> None:
    """The languages in which the person can judge a text; a yes to health advice asks for the text's own."""
    reads = [language for language in LANGUAGES if language in languages]
    if not reads:
        raise AccountRefused(_("Choose at least one language."))
    if reads == person.reads:
        return
    person.reads = reads
    person.save(update_fields=["reads"])
    facts: dict[str, JSON] = {"languages": list(reads)}
    audit.record("set_reads", by=by.pk, subject=person, institution_id=person.institution_id, facts=facts)


def set_password(person: Person, password: str, *, by: Person) -> None:
    """A new password; the person's sessions close."""
    person.set_password(password)
    person.save(update_fields=["password"])
    Session.objects.filter(person_id=person.pk).delete()
    audit.record("set_password", by=by.pk, subject=person, institution_id=person.institution_id)


def grant_role(person: Person, kind: RoleKind, *, unit: Unit, by: Person | None) -> Role:
    """The person is `kind` in `unit` from now. Raises AccountRefused where such a role cannot be held."""
    if person.institution_id != unit.institution_id:
        raise AccountRefused(_("This person belongs to another institution."))
    if not may_hold(kind, UnitKind(unit.kind)):
        raise AccountRefused(_("This role is not held in a unit of this kind."))
    _require_open(unit)
    role, is_new = Role.objects.get_or_create(
        institution_id=unit.institution_id,
        person=person,
        unit=unit,
        kind=kind,
        ended_at=None,
        defaults={"granted_by": by, "granted_at": clock.now()},
    )
    forget_rights(person)
    if is_new:
        _note_role("grant_role", role, by)
    return role


@transaction.atomic
def end_role(role: Role, *, by: Person | None) -> None:
    """The role ends now; one that has ended stays as it is. Raises AccountRefused for the institution's last head."""
    _wait_for_roles(Role.objects.filter(pk=role.pk))
    # One at a time: of two heads who end each other's role at once, the second one sees that the other is gone.
    audit.hold(role.institution_id)
    if not Role.objects.filter(pk=role.pk, ended_at=None).exists():
        return
    heads = Role.objects.filter(institution_id=role.institution_id, kind=RoleKind.HEAD, ended_at=None)
    if is_last_head(RoleKind(role.kind), list(heads.exclude(pk=role.pk).values_list("pk", flat=True))):
        raise AccountRefused(_("An institution keeps at least one head. Name another head first."))
    role.ended_at, role.ended_by = clock.now(), by
    role.save(update_fields=["ended_at", "ended_by"])
    forget_rights(role.person)
    _note_role("end_role", role, by)


@transaction.atomic
def record_leaver(person: Person, *, by: Person) -> None:
    """The person has left: roles, sessions and tokens end in this transaction, and nobody signs in by that name."""
    if person.pk == by.pk:
        raise AccountRefused(_("Somebody else records that you leave."))
    wait_for_turn(person)
    _wait_for_roles(Role.objects.filter(person=person, ended_at=None))
    audit.hold(person.institution_id)
    if Person.objects.filter(pk=person.pk).exclude(left_at=None).exists():
        return
    for role in Role.objects.filter(person=person, ended_at=None).select_related("person").order_by("pk"):
        end_role(role, by=by)
    person.is_active, person.left_at = False, clock.now()
    person.set_unusable_password()
    person.save(update_fields=["is_active", "left_at", "password"])
    Session.objects.filter(person_id=person.pk).delete()
    AccessToken.objects.filter(person=person, revoked_at=None).update(revoked_at=clock.now())
    audit.record("record_leaver", by=by.pk, subject=person, institution_id=person.institution_id)


@transaction.atomic
def erase_person(person: Person, *, by: Person) -> str:
    """A former colleague's personal text goes, in every room; the ids stay and the chain still verifies. The label
    that stands for the name from now. Raises AccountRefused for somebody who has not left or was erased before."""
    if person.left_at is None:
        raise AccountRefused(_("Only of somebody who has left. First record that this person has left."))
    if person.erased_at is not None:
        raise AccountRefused(_("This was done before. Nothing personal is left here."))
    with translation.override("fa"):
        label = _("Former colleague %(n)s") % {"n": number(person.pk)}
    erase(Erased(person.pk, person.institution_id, person.username, person.name, label))
    audit.record("erase_person", by=by.pk, subject=person, institution_id=person.institution_id)
    return label


def issue_access_token(
    person: Person,
    name: str,
    *,
    by: Person,
    days: int = 90,
    verbs: Collection[str] = tuple(Verb),
    unit: Unit | None = None,
) -> str:
    """A new key for programs, shown once; only its SHA-256 is kept. Its beginning names the institution (key.py)."""
    token = new_key(person.institution_id)
    row = AccessToken.objects.create(
        institution_id=person.institution_id,
        person=person,
        name=name,
        digest=digest_of(token),
        hint=hint_of(token),
        verbs=sorted(verbs),
        unit=unit,
        created_at=clock.now(),
        valid_until=clock.now() + timedelta(days=min(days, max(KEY_DAYS))),
    )
    facts = {"verbs": sorted(verbs), "unit": unit and unit.pk}
    audit.record("issue_access_token", by=by.pk, subject=row, institution_id=person.institution_id, facts=facts)
    return token


def note_use(token: AccessToken, *, most: int, window_s: int) -> float:
    """Count one request: 0, or the seconds to wait where `most` within the window are over. Of two at once both count."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_USE, {"id": token.pk, "now": now, "since": now - timedelta(seconds=window_s)})
        began, used = cursor.fetchone() or (now, 1)
    return 0.0 if used <= most else max(1.0, (began - now).total_seconds() + window_s)


# A new window begins with the first request after the last one's end.
_COUNT_USE = """
update accounts_accesstoken set last_used_at = %(now)s,
    used_in_window = case when window_at > %(since)s then used_in_window + 1 else 1 end,
    window_at = case when window_at > %(since)s then window_at else %(now)s end
where id = %(id)s returning window_at, used_in_window"""


def revoke_access_token(token: AccessToken, *, by: Person) -> None:
    """The key opens nothing from now."""
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    audit.record("revoke_access_token", by=by.pk, subject=token, institution_id=token.institution_id)


def wait_for_turn(person: Person) -> None:
    """Of two transactions for one person at once the second goes on when the first has ended."""
    # no_key: whoever tells this person something, with the record in hand, does not wait for them.
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)


def _wait_for_roles(roles: QuerySet[Role]) -> None:
    """Rows before the record, as everywhere: whoever holds one of them may be about to write down why."""
    list(roles.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def close_every_door() -> None:
    """After a restore: sessions and command-line keys that were ended since the backup must not open anything again."""
    Session.objects.all().delete()
    for institution in Institution.objects.order_by("pk"):
        with tenant(institution.pk):
            AccessToken.objects.filter(revoked_at=None).update(revoked_at=clock.now())


def set_language(person: Person, language: str) -> None:
    """The person's own language of the interface."""
    person.language = language
    person.save(update_fields=["language"])


def _plant(institution_id: int, parent: Unit | None, name: str, kind: UnitKind) -> Unit:
    unit = Unit.objects.create(
        institution_id=institution_id, parent=parent, name=name, kind=kind, path="", sort_key=sort_key(name)
    )
    unit.path = f"{parent.path if parent else ''}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


def _require_open(unit: Unit) -> None:
    """As it stands when the chain is ours: whoever closes it at this moment has done so before, or will see this."""
    audit.hold(unit.institution_id)
    if not Unit.objects.filter(pk=unit.pk, closed_at=None).exists():
        raise AccountRefused(_("This unit is closed. Choose another one."))


def _note_role(verb: str, role: Role, by: Person | None) -> None:
    facts = {"person": role.person_id, "unit": role.unit_id, "kind": role.kind}
    audit.record(verb, by=by and by.pk, subject=role, institution_id=role.institution_id, facts=facts)
