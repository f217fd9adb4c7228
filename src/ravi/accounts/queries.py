"""What other rooms may ask of institutions, units and people."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import cast

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from ravi.accounts.models import AccessToken, Institution, Person, Role, Unit
from ravi.accounts.rules import INSTITUTION_WIDE, MAY, Ability, Rights, RoleKind, opened_by, rights_of

_CACHE = "_ravi_rights"


def rights(person: Person) -> Rights:
    """What `person` may do now: one query, once per person object (so once per request)."""
    known = getattr(person, _CACHE, None)
    if known is None:
        known = _read_rights(person)
        setattr(person, _CACHE, known)
    return cast(Rights, known)


def forget_rights(person: Person) -> None:
    """Read the rights anew at the next question."""
    if hasattr(person, _CACHE):
        delattr(person, _CACHE)


def units_visible_to(person: Person) -> QuerySet[Unit]:
    """The whole tree for institution-wide roles, else the own units and all under them."""
    return Unit.objects.filter(pk__in=rights(person).units)


def open_units_visible_to(person: Person) -> QuerySet[Unit]:
    """Of those, the ones that are not closed: what can be chosen for something new."""
    return units_visible_to(person).filter(closed_at=None)


def unit_names_visible_to(person: Person) -> dict[int, str]:
    """Names of the units in sight by id, in their order."""
    return dict(units_visible_to(person).values_list("id", "name"))


def units_written_for(person: Person) -> QuerySet[Unit]:
    """The units in whose name this person writes: where a role that writes is held."""
    held = {role.unit_id for role in rights(person).roles if role.gives(Ability.WRITE_POST)}
    return open_units_visible_to(person).filter(pk__in=held)


def people_visible_to(person: Person) -> QuerySet[Person]:
    """People of the own institution: all for institution-wide roles, else those serving in a visible unit, and oneself."""
    people = Person.objects.filter(institution_id=person.institution_id)
    mine = rights(person)
    if mine.sees_all:
        return people
    ids = Role.objects.filter(ended_at=None, unit_id__in=mine.units).values("person_id")
    return people.filter(pk__in=ids) | people.filter(pk=person.pk)


def people_with_roles(people: Iterable[Person]) -> list[Person]:
    """The people with `current_roles` (each with its unit) on them, in one more query."""
    listed = list(people)
    held: dict[int, list[Role]] = {person.pk: [] for person in listed}
    for role in Role.objects.filter(person__in=listed, ended_at=None).select_related("unit").order_by("pk"):
        held[role.person_id].append(role)
    for person in listed:
        person.current_roles = held[person.pk]  # type: ignore[attr-defined]
    return listed


def unit_tree(person: Person) -> list[tuple[str, list[Unit]]]:
    """(label of the kind, its visible open units in order), headquarters first."""
    groups: dict[str, list[Unit]] = {kind: [] for kind in Unit.Kind.values}
    for unit in open_units_visible_to(person):
        groups[unit.kind].append(unit)
    return [(str(Unit.Kind(kind).label), units) for kind, units in groups.items() if units]


def unit_names_below(unit: Unit) -> list[str]:
    """The unit's own name, then those of the units under it, in their order."""
    below = Unit.objects.filter(path__startswith=unit.path).exclude(pk=unit.pk).values_list("name", flat=True)
    return [unit.name, *below]


def units_by_id(ids: Collection[int]) -> dict[int, Unit]:
    """Those that stand in this tenant; none, and no question, for no ids."""
    return Unit.objects.in_bulk(ids)


def people_by_id(ids: Collection[int]) -> dict[int, Person]:
    """Also those who have left; none, and no question, for no ids."""
    return Person.objects.in_bulk(ids)


def active_people(ids: Collection[int], institution_id: int) -> QuerySet[Person]:
    """Those of the ids who work in the institution now."""
    return Person.objects.filter(pk__in=ids, institution_id=institution_id, is_active=True)


def unit_heads(unit_id: int) -> frozenset[int]:
    """Ids of the people who head this very unit now."""
    holding = Role.objects.filter(unit_id=unit_id, ended_at=None, kind=RoleKind.UNIT_HEAD)
    return frozenset(holding.values_list("person_id", flat=True))


def people_serving(unit_id: int) -> QuerySet[Person]:
    """The active people with a current role in this very unit, by name."""
    serving = Role.objects.filter(unit_id=unit_id, ended_at=None).values("person_id")
    return Person.objects.filter(pk__in=serving, is_active=True).order_by("sort_key", "pk")


def people_who_serve(unit_id: int, ability: Ability) -> frozenset[int]:
    """Ids of the active people whose current role in this very unit gives `ability`."""
    return people_who_serve_in([unit_id], ability).get(unit_id, frozenset())


def people_who_serve_in(unit_ids: Collection[int], ability: Ability) -> dict[int, frozenset[int]]:
    """Unit -> the same, for many units. One query."""
    return _by_unit(Role.objects.filter(unit_id__in=unit_ids, kind__in=_kinds_with(ability)))


def serving_by_unit(ability: Ability) -> dict[int, frozenset[int]]:
    """Unit -> ids of the active people whose current role there, not one over the institution, gives `ability`. One query."""
    return _by_unit(Role.objects.filter(kind__in=set(_kinds_with(ability)) - set(INSTITUTION_WIDE)))


def _kinds_with(ability: Ability) -> list[RoleKind]:
    return [kind for kind, abilities in MAY.items() if ability in abilities]


def _by_unit(roles: QuerySet[Role]) -> dict[int, frozenset[int]]:
    """Of those that have not ended, whose people are active."""
    found: dict[int, set[int]] = {}
    living = roles.filter(ended_at=None, person__is_active=True)
    for unit_id, person_id in living.values_list("unit_id", "person_id"):
        found.setdefault(unit_id, set()).add(person_id)
    return {unit_id: frozenset(people) for unit_id, people in found.items()}


def places_of_institution(institution_id: int) -> list[tuple[int, str, str]]:
    """(id, kind, path) of every unit that is not closed, headquarters first."""
    units = Unit.objects.filter(institution_id=institution_id, closed_at=None)
    return list(units.order_by("path").values_list("pk", "kind", "path"))


def paths_of_institution(institution_id: int) -> list[tuple[int, str]]:
    """(id, path) of every unit, closed ones too: what they published stands under whoever answers for it."""
    return list(Unit.objects.filter(institution_id=institution_id).values_list("pk", "path"))


def has_units(institution_id: int) -> bool:
    """Whether anything stands below headquarters."""
    return Unit.objects.filter(institution_id=institution_id).exclude(parent=None).exists()


def headquarters(institution_id: int) -> Unit:
    """The root of the tree."""
    return Unit.objects.get(institution_id=institution_id, parent=None)


def people_who_may(institution_id: int, ability: Ability) -> QuerySet[Person]:
    """Active people of the institution whose current role gives `ability`, wherever they hold it."""
    return _people_with(Q(kind__in=[kind for kind, abilities in MAY.items() if ability in abilities]), institution_id)


def people_who_may_over(unit_id: int | None, institution_id: int, ability: Ability) -> QuerySet[Person]:
    """Of those, whoever may do it in the whole institution, or holds the role in this very unit. By name."""
    kinds = {kind for kind, abilities in MAY.items() if ability in abilities}
    reach = Q(kind__in=INSTITUTION_WIDE & kinds) | Q(kind__in=kinds, unit_id=unit_id or 0)
    return _people_with(reach, institution_id).order_by("sort_key", "pk")


def has_held(ability: Ability, person: str, since: str) -> Exists:
    """For a query of rows that name a person and a moment: whether an active one holds the right without a break since then."""
    kinds = [kind for kind, abilities in MAY.items() if ability in abilities]
    held = Role.objects.filter(person=OuterRef(person), granted_at__lte=OuterRef(since), ended_at=None)
    return Exists(held.filter(kind__in=kinds, person__is_active=True))


def has_headed(person_id: int, unit: Unit, since: datetime) -> bool:
    """Whether an active person heads the unit, or one above it, without a break since then."""
    held = Role.objects.filter(person_id=person_id, kind=RoleKind.UNIT_HEAD, ended_at=None, granted_at__lte=since)
    paths = held.filter(person__is_active=True).values_list("unit__path", flat=True)
    return any(unit.path.startswith(path) for path in paths)


def heads(institution_id: int) -> QuerySet[Person]:
    """The active heads of the institution."""
    return _people_with(Q(kind=RoleKind.HEAD), institution_id)


def _people_with(role: Q, institution_id: int) -> QuerySet[Person]:
    """Active people of the institution who hold such a role now."""
    holders = Role.objects.filter(role, institution_id=institution_id, ended_at=None).values("person_id")
    return Person.objects.filter(pk__in=holders, institution_id=institution_id, is_active=True)


def institution_ids() -> list[int]:
    """Every institution of this installation, for jobs that go round; each looks into one at a time."""
    return list(Institution.objects.order_by("pk").values_list("pk", flat=True))


def institution_by_slug(slug: str) -> Institution | None:
    """For the public site, before a tenant is known."""
    return Institution.objects.filter(slug=slug).first()


def institution_by_id(institution_id: int) -> Institution | None:
    """The tenant to which a row belongs that was found before any tenant was known."""
    return Institution.objects.filter(pk=institution_id).first()


def all_institutions() -> list[Institution]:
    """Every institution of the installation by name, for the public site's first page."""
    return list(Institution.objects.order_by("name"))


def key_of(digest: str, now: datetime) -> AccessToken | None:
    """The key with this SHA-256, if it holds now and its person works here."""
    holding = AccessToken.objects.filter(digest=digest, revoked_at=None, valid_until__gt=now, person__is_active=True)
    return holding.select_related("person__institution", "unit").first()


def keys_of(person: Person, now: datetime) -> QuerySet[AccessToken]:
    """The person's keys that hold now, the newest first."""
    mine = AccessToken.objects.filter(person=person, revoked_at=None, valid_until__gt=now)
    return mine.select_related("unit").order_by("-pk")


def narrow_rights(person: Person, key: AccessToken) -> None:
    """For as long as this object lives its person may only what the key leaves of their rights."""
    within = None
    if key.unit is not None:
        within = frozenset(Unit.objects.filter(path__startswith=key.unit.path).values_list("pk", flat=True))
    setattr(person, _CACHE, rights(person).narrowed(opened_by(key.verbs), within))


def is_empty() -> bool:
    """Whether no institution stands here yet."""
    return not Institution.objects.exists()


def person_by_username(username: str, institution_id: int | None = None) -> Person | None:
    """An active person, for the command line."""
    people = Person.objects.filter(username__iexact=username, is_active=True).select_related("institution")
    return people.filter(institution_id=institution_id).first() if institution_id else people.first()


def _read_rights(person: Person) -> Rights:
    if not person.is_active:
        return Rights()
    mine = FilteredRelation("roles", condition=Q(roles__person=person, roles__ended_at=None))
    rows = list(Unit.objects.annotate(mine=mine).order_by("id", "mine__id").values_list("id", "path", "mine__kind"))
    held = [(RoleKind(kind), unit_id) for unit_id, _path, kind in rows if kind]
    return rights_of(held, {unit_id: path for unit_id, path, _kind in rows}) if held else Rights()
