"""Whose hand is wanted now: per message and unit, told to the channels' custodians and to those who write for the unit."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from ravi.accounts.queries import heads, people_who_serve_in, units_by_id
from ravi.accounts.rules import Ability
from ravi.core.canonical import JSON
from ravi.delivery.models import Delivery
from ravi.delivery.payload import title_in
from ravi.delivery.rules import HAND_REMINDER_S, MANUAL, Action, Code, State
from ravi.directory.queries import holdings_of
from ravi.notices.services import Lasting

Key = tuple[int, int, str, bool]


def wanted(institution_id: int, now: datetime) -> dict[str, Lasting]:
    """One case per message, unit, action and lateness; each is told once."""
    waiting = Delivery.objects.filter(stage=State.HELD, adapter=MANUAL, error_code=Code.BY_HAND)
    found: dict[Key, list[Delivery]] = defaultdict(list)
    for one in waiting.order_by("pk"):
        is_late = one.action != Action.DELETE and one.miss_at - now <= timedelta(seconds=HAND_REMINDER_S)
        found[one.post_id, one.unit_id, one.action, is_late].append(one)
    if not found:
        return {}
    units = units_by_id({key[1] for key in found})
    keepers: dict[int, set[int]] = defaultdict(set)
    for channel_id, person_id in holdings_of({one.channel_id for copies in found.values() for one in copies}):
        keepers[channel_id].add(person_id)
    writers = people_who_serve_in(units, Ability.WRITE_POST)
    leading = frozenset(heads(institution_id).values_list("pk", flat=True))
    cases: dict[str, Lasting] = {}
    for key, copies in found.items():
        post_id, unit_id, action, is_late = key
        people = set(writers.get(unit_id, ())).union(*(keepers[one.channel_id] for one in copies))
        params: dict[str, JSON] = {
            "title": title_in(copies[0].payload),
            "unit": units[unit_id].name if unit_id in units else "",
            "platform": copies[0].platform,
            "action": action,
            "count": len(copies),
            "is_late": is_late,
        }
        cases[f"{post_id} {unit_id} {action}{' late' if is_late else ''}"] = Lasting(
            people or leading, params, _where(copies)
        )
    return cases


def _where(copies: Collection[Delivery]) -> str:
    """The copy's own page, or the list of this message's."""
    first = next(iter(copies))
    if len(copies) == 1:
        return reverse("publishing:hand", args=[first.pk])
    return f"{reverse('publishing:hands')}?{urlencode({'post': first.post_id})}"
