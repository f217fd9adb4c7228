"""What other rooms may ask of channels."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from ravi.accounts.models import Institution, Person, Unit
from ravi.accounts.queries import open_units_visible_to, people_visible_to, rights, units_by_id
from ravi.accounts.rules import INSTITUTION_WIDE, Ability
from ravi.directory.models import Channel, Credential, Custodian, Errand, Finding, Loan
from ravi.directory.rules import LOOKED_AT, ChannelState, ErrandOutcome

_IS_OPEN = Q(state=ChannelState.ACTIVE, listed=True)


def channels_visible_to(person: Person) -> QuerySet[Channel]:
    """All of the institution for institution-wide roles, else those of the own units and of all under them."""
    return Channel.objects.filter(institution_id=person.institution_id, unit_id__in=rights(person).units)


def channels_publishable_by(person: Person) -> QuerySet[Channel]:
    """Active listed channels on which `person` may publish: the own units'; headquarters' own and lent ones."""
    mine: set[int] = set()
    everywhere = Q(pk__in=())
    for role in rights(person).roles:
        if role.kind not in INSTITUTION_WIDE and role.gives(Ability.WRITE_POST):
            mine |= role.reach
        elif role.gives(Ability.PUBLISH_ANYWHERE):
            everywhere = Q(unit_id=role.unit_id) | Q(Exists(_standing_loans()))
            everywhere &= Q(unit_id__in=role.reach) if role.is_bounded else Q()
    return _open_channels(person.institution_id).filter(Q(unit_id__in=mine) | everywhere)


def channels_open(institution_id: int) -> QuerySet[Channel]:
    """Everything that stands in the institution's public list, whoever may publish there."""
    return _open_channels(institution_id)


def channels_by_id(ids: Collection[int]) -> dict[int, Channel]:
    """With their units, open or not; none, and no question, for no ids."""
    return Channel.objects.select_related("unit").in_bulk(ids)


class Carrier(NamedTuple):
    """By what a channel's copies go."""

    adapter: str
    platform: str


def carriers_of(ids: Collection[int]) -> dict[int, Carrier]:
    """The same for thousands, of which nothing else is asked."""
    rows = Channel.objects.filter(pk__in=ids).values_list("pk", "adapter", "platform")
    return {pk: Carrier(adapter, platform) for pk, adapter, platform in rows}


def open_channels_of(unit_ids: Collection[int]) -> list[tuple[int, int, str]]:
    """(unit, channel, platform) of what stands in the public list, in the order of channels. One query."""
    found = Channel.objects.filter(_IS_OPEN, unit_id__in=unit_ids).order_by("pk")
    return list(found.values_list("unit_id", "pk", "platform"))


def open_among(ids: Collection[int]) -> set[int]:
    """Those of the channels that stand in the public list."""
    return set(Channel.objects.filter(_IS_OPEN, pk__in=ids).values_list("pk", flat=True))


def holdings_of(channel_ids: Collection[int]) -> list[tuple[int, int]]:
    """(channel, person) of those who keep these channels now."""
    return list(Custodian.objects.filter(channel_id__in=channel_ids, until=None).values_list("channel_id", "person_id"))


def has_channel(institution_id: int) -> bool:
    """Whether one is open at all, listed or not."""
    return Channel.objects.filter(institution_id=institution_id, state=ChannelState.ACTIVE).exists()


def official_channels(institution: Institution) -> QuerySet[Channel]:
    """The public list: active and listed, with their units; headquarters first, then in the order of units."""
    return (
        _open_channels(institution.pk)
        .select_related("unit")
        .order_by(_is_root("unit__parent").desc(), "unit__sort_key", "platform", "sort_key", "id")
    )


def units_with_official_channels(institution: Institution) -> dict[int, str]:
    """Names by id, in the order of units."""
    units = Unit.objects.filter(pk__in=_open_channels(institution.pk).order_by().values("unit_id"))
    return dict(units.order_by(_is_root("parent").desc(), "sort_key", "id").values_list("id", "name"))


def unit_chain(unit: Unit) -> list[Unit]:
    """The unit and those above it, from below headquarters down."""
    ids = [int(part) for part in unit.path.split("/") if part][1:]
    return sorted(units_by_id(ids).values(), key=lambda one: one.path)


def standing_loan(channel: Channel) -> Loan | None:
    """The loan that holds now, with the person who gave it."""
    return Loan.objects.select_related("lent_by", "channel").filter(channel=channel, revoked_at=None).first()


def loans_of(channel: Channel) -> QuerySet[Loan]:
    """All loans, the newest first, with their people."""
    return channel.loans.select_related("lent_by", "revoked_by")


def credential_of(channel: Channel) -> Credential | None:
    """When and by whom the credential was set; its content cannot be read here."""
    return Credential.objects.select_related("set_by").filter(channel=channel).first()


def credentials_of(channels: Iterable[Channel]) -> dict[int, Credential]:
    """Channel to what may be seen of its credential. One query."""
    ids = [channel.pk for channel in channels]
    return {one.channel_id: one for one in Credential.objects.filter(channel_id__in=ids)}


def findings_of(channel_ids: Collection[int]) -> dict[int, list[Finding]]:
    """Channel to the last word of its account on each of its limits. One query."""
    last = Finding.objects.filter(channel_id__in=channel_ids).order_by("channel_id", "name", "-id")
    found: dict[int, list[Finding]] = defaultdict(list)
    for one in last.distinct("channel_id", "name"):
        found[one.channel_id].append(one)
    return found


def refused_channels() -> set[int]:
    """Open channels whose credential the platform refused when the engine last looked at it."""
    found = Credential.objects.filter(outcome=ErrandOutcome.REFUSED, channel__state__in=LOOKED_AT)
    return set(found.values_list("channel_id", flat=True))


def elsewhere_channels() -> set[int]:
    """Open channels whose credential spoke for another account when the engine last looked at it."""
    found = Credential.objects.filter(outcome=ErrandOutcome.OTHER_ACCOUNT, channel__state__in=LOOKED_AT)
    return set(found.values_list("channel_id", flat=True))


def paces_of(channel_ids: Collection[int]) -> dict[int, str]:
    """The name of the pace that each channel shares with all that use the same credential; none without one."""
    found = Credential.objects.filter(channel_id__in=channel_ids).exclude(fingerprint="")
    return {channel: f"credential:{mark}" for channel, mark in found.values_list("channel_id", "fingerprint")}


def last_errand(channel: Channel) -> Errand | None:
    """The newest errand, open or done."""
    return channel.errands.select_related("asked_by").first()


def units_to_open_in(person: Person) -> QuerySet[Unit]:
    """Where `person` may ask for a channel, or open one."""
    mine = rights(person)
    if mine.may(Ability.MANAGE_CHANNELS):
        return open_units_visible_to(person)
    writing = [role.reach for role in mine.roles if role.gives(Ability.WRITE_POST)]
    return open_units_visible_to(person).filter(pk__in=frozenset().union(*writing))


def people_to_hold(channel: Channel, person: Person) -> QuerySet[Person]:
    """People in sight of `person` who serve in the channel's unit or in one above it."""
    above = [int(part) for part in channel.unit.path.split("/") if part]
    return people_visible_to(person).filter(is_active=True, roles__ended_at=None, roles__unit_id__in=above).distinct()


def _is_root(parent: str) -> "ExpressionWrapper[Q]":
    return ExpressionWrapper(Q(**{parent: None}), output_field=BooleanField())


def _open_channels(institution_id: int) -> QuerySet[Channel]:
    return Channel.objects.filter(_IS_OPEN, institution_id=institution_id)


def _standing_loans() -> QuerySet[Loan]:
    return Loan.objects.filter(channel=OuterRef("pk"), revoked_at=None)
