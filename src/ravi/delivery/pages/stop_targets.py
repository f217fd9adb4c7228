"""What a person may stop, in words: six of the seven scopes; `all` is the operator's, on the command line."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import rights, units_visible_to
from ravi.accounts.rules import Ability
from ravi.core import asked
from ravi.core.calendar import number
from ravi.delivery.queries import deliveries_visible_to
from ravi.delivery.queries import weighed as weights_of
from ravi.delivery.rules import Scope
from ravi.delivery.topics import TOPICS, topic_name
from ravi.directory.models import Channel
from ravi.directory.names import platform_name
from ravi.directory.queries import channels_visible_to

# A list of hundreds of channels is no choice: a unit's own page of the stop names them.
MOST_UNITS = 200
MOST_CHANNELS = 60
Target = tuple[str, str]


def targets(person: Person, wanted: str, unit_id: int | None) -> list[Target]:
    """(scope:key, name) of what may be stopped; `wanted` adds itself, `unit_id` leaves that unit and its channels."""
    found = _of_unit(person, unit_id) if unit_id is not None else _wide(person)
    if any(target == wanted for target, _name in found):
        return found
    return found + _one(person, wanted)


def weighed(person: Person, found: list[Target]) -> list[Target]:
    """With the number of copies that each would hold. One query."""
    keys = [(target.partition(":")[0], target.partition(":")[2]) for target, _name in found]
    weights = weights_of(keys, person.institution_id)
    return [
        (target, f"{name} ({_weight(weights.get(key, 0))})") for (target, name), key in zip(found, keys, strict=True)
    ]


def units(person: Person) -> QuerySet[Unit]:
    """The units in which this person may stop."""
    may = [unit for unit in rights(person).units if rights(person).may(Ability.STOP_SENDING, unit)]
    return units_visible_to(person).filter(pk__in=may)[:MOST_UNITS]


def _weight(count: int) -> str:
    if not count:
        return _("nothing in line")
    return ngettext("%(n)s copy in line", "%(n)s copies in line", count) % {"n": number(count)}


def _wide(person: Person) -> list[Target]:
    if not rights(person).may_everywhere(Ability.STOP_SENDING):
        return [(f"{Scope.UNIT}:{unit.pk}", unit.name) for unit in units(person)]
    platforms = sorted(set(channels_visible_to(person).order_by().values_list("platform", flat=True).distinct()))
    named = [
        (f"{Scope.PLATFORM}:{key}", _("Sending to %(platform)s") % {"platform": platform_name(key)})
        for key in platforms
    ]
    return [(f"{Scope.INSTITUTION}:", _("All sending")), *named]


def _of_unit(person: Person, unit_id: int) -> list[Target]:
    unit = units_visible_to(person).filter(pk=unit_id).first()
    if unit is None or not rights(person).may(Ability.STOP_SENDING, unit.pk):
        return []
    channels = channels_visible_to(person).filter(unit_id=unit.pk)[:MOST_CHANNELS]
    return [(f"{Scope.UNIT}:{unit.pk}", unit.name), *(_channel(one, one.shown_handle) for one in channels)]


def _one(person: Person, wanted: str) -> list[Target]:
    """A scope that only its own page or board names. The engine compares keys letter by letter."""
    scope, _colon, key = wanted.partition(":")
    if scope == Scope.TOPIC:
        may = key in TOPICS and rights(person).may_everywhere(Ability.STOP_SENDING)
        return [(wanted, topic_name(key))] if may else []
    number_of = asked.whole(key)
    if number_of is None or str(number_of) != key:
        return []
    if scope == Scope.UNIT:
        return [one for one in _of_unit(person, number_of) if one[0] == wanted]
    if scope == Scope.CHANNEL:
        channel = channels_visible_to(person).select_related("unit").filter(pk=number_of).first()
        may = channel is not None and rights(person).may(Ability.STOP_SENDING, channel.unit_id)
        return [_channel(channel, channel.unit.name)] if channel and may else []
    return _campaign(person, number_of) if scope == Scope.CAMPAIGN else []


def _campaign(person: Person, campaign_id: int) -> list[Target]:
    is_wide = rights(person).may_everywhere(Ability.STOP_SENDING)
    if not is_wide or not deliveries_visible_to(person).filter(campaign_id=campaign_id).exists():
        return []
    return [(f"{Scope.CAMPAIGN}:{campaign_id}", _("Campaign %(n)s") % {"n": number(campaign_id)})]


def _channel(channel: Channel, name: str) -> Target:
    return f"{Scope.CHANNEL}:{channel.pk}", f"{platform_name(channel.platform)}، {name}"
