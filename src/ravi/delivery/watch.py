"""What lasts now and keeps copies from going out, and who must know: asked of the ledger, told once by notices."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count
from django.urls import reverse

from ravi.accounts.queries import heads, people_by_id, unit_heads
from ravi.delivery import hand_watch as hands
from ravi.delivery import queries
from ravi.delivery.models import Breaker, Delivery, Slot, StopOrder
from ravi.delivery.read_back.watch import unstanding
from ravi.delivery.rules import Code, Scope, State
from ravi.directory.queries import channels_by_id, elsewhere_channels, holdings_of, refused_channels
from ravi.notices.services import Lasting, keep_cases

# A short failure heals by itself; people hear of a platform that stays away.
AWAY_LONG = timedelta(minutes=10)


def watch(institution_id: int, now: datetime) -> int:
    """Open and close this institution's cases; how many were told. Inside its tenant."""
    leading = frozenset(heads(institution_id).values_list("pk", flat=True))
    found = {
        "engine_dead": _engine(leading, now),
        "copies_silent": _silent(leading, now),
        "platform_away": _away(leading, now),
        "credential_refused": _refused(leading),
        "sending_stopped": _stopped(leading, institution_id),
        "change_unstanding": unstanding(leading),
        "hand_wanted": hands.wanted(institution_id, now),
    }
    return sum(keep_cases(kind, lasting, institution_id=institution_id) for kind, lasting in found.items())


def _engine(leading: frozenset[int], now: datetime) -> dict[str, Lasting]:
    seen = queries.engine_seen(now)
    if seen.last is not None and seen.last >= now - queries.DEAD_AFTER:
        return {}
    if seen.last is None and not Delivery.objects.filter(state=State.PENDING).exists():
        return {}
    since = seen.last.isoformat() if seen.last else ""
    return {"": Lasting(leading, {"since": since}, reverse("desk:home"))}


def _silent(leading: frozenset[int], now: datetime) -> dict[str, Lasting]:
    silent = queries.silent_copies(now)
    if not silent:
        return {}
    first = reverse("publishing:board", args=[silent[0].post_id])
    return {"": Lasting(leading, {"count": len(silent)}, first)}


def _away(leading: frozenset[int], now: datetime) -> dict[str, Lasting]:
    long_open = Breaker.objects.filter(trips__gt=0, opened_at__lte=now - AWAY_LONG)
    since = {(one.platform, one.route): one.opened_at for one in long_open}
    if not since:
        return {}
    due = Delivery.objects.filter(state=State.PENDING, due_at__lte=now, platform__in={key[0] for key in since})
    counted = due.order_by().values_list("platform", "route").annotate(Count("pk"))
    return {
        f"{platform} {route}": Lasting(
            leading,
            {"platform": platform, "since": opened.isoformat(), "count": count},
            reverse("delivery:platforms"),
        )
        for platform, route, count in counted
        if (opened := since.get((platform, route)))
    }


def _refused(leading: frozenset[int]) -> dict[str, Lasting]:
    """One case per platform for the heads, one per platform and custodian for them: a shared key is not told 60 times. A key
    of another account is a case of its own (directory/watch.py)."""
    slots = Slot.objects.filter(hold_code=Code.CREDENTIALS).values_list("channel_id", flat=True)
    held = ({*slots} | refused_channels()) - elsewhere_channels()
    channels = {pk: channel.platform for pk, channel in channels_by_id(held).items()}
    if not channels:
        return {}
    by_platform: dict[str, list[int]] = defaultdict(list)
    for channel_id, platform in channels.items():
        by_platform[platform].append(channel_id)
    found = {platform: _keys(leading, platform, ids) for platform, ids in by_platform.items()}
    theirs: dict[tuple[str, int], list[int]] = defaultdict(list)
    for channel_id, person_id in holdings_of(channels):
        if person_id not in leading:
            theirs[channels[channel_id], person_id].append(channel_id)
    own = {f"{platform} {person}": _keys({person}, platform, ids) for (platform, person), ids in theirs.items()}
    return found | own


def _keys(people: Iterable[int], platform: str, channel_ids: list[int]) -> Lasting:
    url = reverse("directory:channel", args=channel_ids) if len(channel_ids) == 1 else reverse("directory:channels")
    return Lasting(frozenset(people), {"platform": platform, "count": len(channel_ids)}, url)


def _stopped(leading: frozenset[int], institution_id: int) -> dict[str, Lasting]:
    orders = queries.active_stops(institution_id)
    return {str(order.pk): _stop(order, leading) for order in orders}


def _stop(order: StopOrder, leading: frozenset[int]) -> Lasting:
    unit = queries.unit_of_stop(order)  # named whether or not anybody leads it
    leaders = unit_heads(unit.pk) if unit else frozenset()
    # The operator's stop reaches institutions that do not know its stopper.
    known = order.stopped_by_id if order.scope != Scope.ALL else None
    who = people_by_id([known]).get(known) if known else None
    people = leading | leaders
    params = {
        "scope": order.scope,
        "who": who.name if who else "",
        "unit": unit.name if unit else "",
        "platform": order.key if order.scope == Scope.PLATFORM else "",
        "topic": order.key if order.scope == Scope.TOPIC else "",
    }
    return Lasting(people - {order.stopped_by_id}, params, reverse("delivery:stops"))
