"""Roles and what each may do: a table, and the questions that are asked of it. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class RoleKind(StrEnum):
    """What a person is in a unit."""

    HEAD = "head"
    EDITOR = "editor"
    EXPERT = "expert"
    UNIT_HEAD = "unit_head"
    UNIT_OFFICER = "unit_officer"
    AUDITOR = "auditor"


class Ability(StrEnum):
    """Something that a role may do."""

    SEE_ALL_UNITS = "see_all_units"
    WRITE_POST = "write_post"
    APPROVE_POST = "approve_post"
    APPROVE_HEALTH_POST = "approve_health_post"
    PUBLISH_ANYWHERE = "publish_anywhere"
    OFFER_MESSAGE = "offer_message"
    PLAN_WORKSHOP = "plan_workshop"
    NOMINATE = "nominate"
    STOP_SENDING = "stop_sending"
    RESUME_SENDING = "resume_sending"
    RESOLVE_UNKNOWN = "resolve_unknown"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_UNITS = "manage_units"
    MANAGE_CHANNELS = "manage_channels"
    SET_CREDENTIAL = "set_credential"
    LEND_CHANNEL = "lend_channel"
    VERIFY_CHANNEL = "verify_channel"
    ERASE_MEDIA = "erase_media"
    MANAGE_WEBHOOKS = "manage_webhooks"
    READ_AUDIT = "read_audit"


class UnitKind(StrEnum):
    """What a node of the unit tree is."""

    HEADQUARTERS = "headquarters"
    HOSPITAL = "hospital"
    FACULTY = "faculty"
    COUNTY_NETWORK = "county_network"
    HEALTH_HOUSE = "health_house"
    CENTRE = "centre"


# What somebody may be able to read; a post's language is one of these, or one of their scripts ("az-Latn" is of "az").
LANGUAGES: tuple[str, ...] = ("fa", "en", "ar", "az", "azb", "ku", "ckb")

# Roles of these kinds are held at headquarters and reach over the whole institution.
INSTITUTION_WIDE = frozenset({RoleKind.HEAD, RoleKind.EDITOR, RoleKind.EXPERT, RoleKind.AUDITOR})

MAY: Mapping[RoleKind, frozenset[Ability]] = {
    RoleKind.HEAD: frozenset(
        {
            Ability.SEE_ALL_UNITS,
            Ability.WRITE_POST,
            Ability.APPROVE_POST,
            Ability.PUBLISH_ANYWHERE,
            Ability.OFFER_MESSAGE,
            Ability.PLAN_WORKSHOP,
            Ability.NOMINATE,
            Ability.STOP_SENDING,
            Ability.RESUME_SENDING,
            Ability.RESOLVE_UNKNOWN,
            Ability.MANAGE_PEOPLE,
            Ability.MANAGE_UNITS,
            Ability.MANAGE_CHANNELS,
            Ability.SET_CREDENTIAL,
            Ability.VERIFY_CHANNEL,
            Ability.ERASE_MEDIA,
            Ability.MANAGE_WEBHOOKS,
            Ability.READ_AUDIT,
        }
    ),
    RoleKind.EDITOR: frozenset(
        {
            Ability.SEE_ALL_UNITS,
            Ability.WRITE_POST,
            Ability.PUBLISH_ANYWHERE,
            Ability.OFFER_MESSAGE,
            Ability.PLAN_WORKSHOP,
            Ability.STOP_SENDING,
            Ability.RESUME_SENDING,
            Ability.RESOLVE_UNKNOWN,
            Ability.MANAGE_CHANNELS,
            Ability.SET_CREDENTIAL,
            Ability.VERIFY_CHANNEL,
        }
    ),
    RoleKind.EXPERT: frozenset(
        {Ability.SEE_ALL_UNITS, Ability.APPROVE_POST, Ability.APPROVE_HEALTH_POST, Ability.STOP_SENDING}
    ),
    RoleKind.UNIT_HEAD: frozenset(
        {
            Ability.WRITE_POST,
            Ability.NOMINATE,
            Ability.STOP_SENDING,
            Ability.RESUME_SENDING,
            Ability.RESOLVE_UNKNOWN,
            Ability.LEND_CHANNEL,
            Ability.SET_CREDENTIAL,
            Ability.VERIFY_CHANNEL,
            Ability.ERASE_MEDIA,
            Ability.MANAGE_WEBHOOKS,
        }
    ),
    RoleKind.UNIT_OFFICER: frozenset({Ability.WRITE_POST, Ability.STOP_SENDING, Ability.RESOLVE_UNKNOWN}),
    RoleKind.AUDITOR: frozenset({Ability.SEE_ALL_UNITS, Ability.READ_AUDIT}),
}


class Verb(StrEnum):
    """What a key may do for its person beside reading."""

    WRITE = "write"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    STOP = "stop"
    RESOLVE = "resolve"
    VERIFY = "verify"
    OFFER = "offer"
    ADOPT = "adopt"


# What each verb leaves of a person's abilities; a key without any only reads.
OPENS: Mapping[Verb, frozenset[Ability]] = {
    Verb.WRITE: frozenset({Ability.WRITE_POST, Ability.PUBLISH_ANYWHERE}),
    Verb.APPROVE: frozenset({Ability.APPROVE_POST, Ability.APPROVE_HEALTH_POST}),
    # A message of the network is taken back by whoever wrote it or said yes to it.
    Verb.WITHDRAW: frozenset({Ability.WRITE_POST, Ability.OFFER_MESSAGE, Ability.APPROVE_HEALTH_POST}),
    Verb.STOP: frozenset({Ability.STOP_SENDING, Ability.RESUME_SENDING}),
    Verb.RESOLVE: frozenset({Ability.RESOLVE_UNKNOWN}),
    Verb.VERIFY: frozenset({Ability.VERIFY_CHANNEL}),
    Verb.OFFER: frozenset({Ability.OFFER_MESSAGE}),
    Verb.ADOPT: frozenset({Ability.WRITE_POST}),
}
READING = frozenset({Ability.SEE_ALL_UNITS})


def every_verb() -> list[str]:
    """What keys of before there were verbs may do."""
    return sorted(Verb)


KEY_DAYS = (30, 90, 180, 365)  # how long a key may be asked for


@dataclass(frozen=True)
class HeldRole:
    """A current role: its kind and the ids of the unit where it is held and of all units under it.

    `only` and `is_bounded` are a key's: the abilities that it leaves, and that it reaches `reach` alone.
    """

    kind: RoleKind
    unit_id: int
    reach: frozenset[int]
    only: frozenset[Ability] | None = None
    is_bounded: bool = False

    @property
    def is_wide(self) -> bool:
        """Whether it reaches the whole institution."""
        return self.kind in INSTITUTION_WIDE and not self.is_bounded

    def gives(self, ability: Ability) -> bool:
        """Whether this role lets its person do that, wherever it reaches."""
        return ability in MAY[self.kind] and (self.only is None or ability in self.only)


@dataclass(frozen=True)
class Rights:
    """All that a person may do now; read anew for each request."""

    roles: tuple[HeldRole, ...] = ()
    units: frozenset[int] = field(default_factory=frozenset)

    @property
    def sees_all(self) -> bool:
        """Whether the whole institution is in sight."""
        return self.may_everywhere(Ability.SEE_ALL_UNITS)

    @property
    def kinds(self) -> frozenset[RoleKind]:
        """The kinds of roles held."""
        return frozenset(role.kind for role in self.roles)

    def may(self, ability: Ability, unit_id: int | None = None) -> bool:
        """Whether some role gives `ability`, and gives it in that unit where one is named."""
        return any(
            role.gives(ability) and (unit_id is None or role.is_wide or unit_id in role.reach) for role in self.roles
        )

    def may_everywhere(self, ability: Ability) -> bool:
        """Whether a role that reaches the whole institution gives `ability`."""
        return any(role.gives(ability) and role.is_wide for role in self.roles)

    def narrowed(self, only: frozenset[Ability], within: frozenset[int] | None) -> "Rights":
        """What a key leaves of these: no ability but `only`, and no unit but `within` (None: wherever they reach)."""
        roles = (
            replace(role, only=only, reach=role.reach & within, is_bounded=True)
            if within is not None
            else replace(role, only=only)
            for role in self.roles
        )
        kept = tuple(role for role in roles if role.reach)
        return Rights(kept, self.units if within is None else self.units & within)


def rights_of(roles: Iterable[tuple[RoleKind, int]], paths: Mapping[int, str]) -> Rights:
    """Rights from (kind, unit id) pairs and the paths of all units (a child's path begins with its parent's)."""
    held = tuple(HeldRole(kind, unit_id, reach_of(unit_id, paths)) for kind, unit_id in roles if unit_id in paths)
    wide = any(Ability.SEE_ALL_UNITS in MAY[role.kind] for role in held)
    units = frozenset(paths) if wide else frozenset().union(*(role.reach for role in held))
    return Rights(held, units)


def reach_of(unit_id: int, paths: Mapping[int, str]) -> frozenset[int]:
    """The unit and everything under it."""
    top = paths[unit_id]
    return frozenset(key for key, path in paths.items() if path.startswith(top))


def can_read(reads: Collection[str], lang: str) -> bool:
    """Whether somebody who reads these languages reads `lang`: by its whole tag, or by the language that it begins with."""
    return lang in reads or lang.split("-")[0] in reads


def opened_by(verbs: Collection[str]) -> frozenset[Ability]:
    """The abilities that a key with these verbs leaves."""
    return READING.union(*(OPENS[Verb(verb)] for verb in verbs))


# What nobody may do for somebody else without holding it: a yes is a named person's own.
APPROVING = frozenset({Ability.APPROVE_POST, Ability.APPROVE_HEALTH_POST})


def may_stand_in(theirs: Rights, mine: Rights) -> bool:
    """Whether somebody with `theirs` can stand in for one with `mine`: every right to approve is held already, none is lent."""
    return all(theirs.may(ability) for ability in APPROVING if mine.may(ability))


def may_hold(kind: RoleKind, unit_kind: UnitKind) -> bool:
    """Whether a role of that kind can be held in a unit of that kind."""
    return (kind in INSTITUTION_WIDE) == (unit_kind is UnitKind.HEADQUARTERS)


def is_last_head(kind: RoleKind, heads_left: Collection[int]) -> bool:
    """Whether ending this role would leave an institution that nobody leads."""
    return kind is RoleKind.HEAD and not heads_left
