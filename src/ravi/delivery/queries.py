"""What other rooms read from the ledger: boards, counts, one copy's life, stops in force, the engine's health."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet

from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.core import clock
from ravi.delivery import rules
from ravi.delivery.models import Attempt, Breaker, Delivery, LedgerEntry, Slot, StopOrder, Worker
from ravi.delivery.rules import TROUBLE, Scope, State
from ravi.directory.models import Channel

DEAD_AFTER = timedelta(seconds=60)
CLAIM_LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class CopyLine:
    """One copy as a board shows it. `ask`: what it asks of a person; `waiting_for`: what an open copy waits for."""

    delivery_id: int
    post_id: int
    channel_id: int
    platform: str
    action: str
    state: State
    code: str
    detail: str
    link: str
    remote_id: str
    due_at: datetime
    valid_until: datetime | None
    sent_at: datetime | None
    changed_at: datetime
    attempt: int
    ask: str
    waiting_for: str
    automatic_look_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One moment in a copy's life: a `transition`, a `call` or a `look`."""

    at: datetime
    kind: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Health:
    """Whether an engine lives and keeps up."""

    alive: bool
    last_seen: datetime | None
    oldest_due: datetime | None
    engines: int
    keeps_up: bool


def deliveries_visible_to(person: Person) -> QuerySet[Delivery]:
    """The copies of the units that the person may see."""
    mine = rights(person)
    visible = Delivery.objects.filter(institution_id=person.institution_id)
    return visible if mine.sees_all else visible.filter(unit_id__in=mine.units)


def board(
    post_ids: Collection[int], *, now: datetime | None = None, stops: Sequence[StopOrder] | None = None
) -> dict[int, list[CopyLine]]:
    """Every copy of each post, oldest first. Four queries whatever the numbers; `stops` in force may be handed in."""
    now = now or clock.now()
    columns = Delivery.objects.filter(post_id__in=post_ids).defer("payload", "approved_hash").order_by("id")
    deliveries = list(columns)
    if stops is None:
        stops = list(StopOrder.objects.filter(lifted_at=None)) if deliveries else []
    channels = {one.channel_id for one in deliveries if one.state in rules.OPEN}
    slots = {slot.pk: slot for slot in Slot.objects.filter(pk__in=channels)} if channels else {}
    broken = _broken_platforms(now) if channels else frozenset()
    lines: dict[int, list[CopyLine]] = defaultdict(list)
    for one in deliveries:
        lines[one.post_id].append(_line(one, stops, slots.get(one.channel_id), broken, now))
    return dict(lines)


def counts(post_id: int) -> dict[State, int]:
    """How many copies of a post stand in each state."""
    return counts_of([post_id]).get(post_id, {})


def counts_of(post_ids: Collection[int]) -> dict[int, dict[State, int]]:
    """The same for many posts, in one query."""
    rows = Delivery.objects.filter(post_id__in=post_ids).values_list("post_id", "state").annotate(n=Count("id"))
    found: dict[int, dict[State, int]] = defaultdict(dict)
    for post_id, state, number in rows.order_by("post_id", "state"):
        found[post_id][State(state)] = number
    return dict(found)


def life(delivery: Delivery | int) -> list[Event]:
    """One copy's transitions, calls and looks in the order of time."""
    key = delivery if isinstance(delivery, int) else delivery.pk
    events = [
        Event(
            entry.at,
            "transition",
            {
                "before": entry.before,
                "after": entry.after,
                "cause": entry.cause,
                "code": entry.code,
                "attempt": entry.attempt,
                "engine": entry.owner,
                "by_id": entry.by_id,
            },
        )
        for entry in LedgerEntry.objects.filter(delivery_id=key).order_by("id")
    ]
    events += [
        Event(
            one.ended_at,
            one.kind,
            {
                "attempt": one.attempt,
                "called_at": one.called_at,
                "outcome": one.outcome,
                "detail": one.detail,
                "evidence": one.evidence,
                "engine": one.owner,
            },
        )
        for one in Attempt.objects.filter(delivery_id=key).order_by("id")
    ]
    return sorted(events, key=lambda event: event.at)


def active_stops(institution_id: int) -> list[StopOrder]:
    """Stops in force, newest first."""
    return list(StopOrder.objects.filter(institution_id=institution_id, lifted_at=None).order_by("-stopped_at", "-id"))


def stops_in_sight(orders: Iterable[StopOrder], person: Person) -> list[StopOrder]:
    """Those that hold something in the person's units: another unit's stop, and its reason, is that unit's own."""
    listed, mine = list(orders), rights(person)
    if mine.sees_all:
        return listed
    keys = [int(order.key) for order in listed if order.scope == Scope.CHANNEL]
    channels = (
        set(Channel.objects.filter(pk__in=keys, unit_id__in=mine.units).values_list("pk", flat=True)) if keys else set()
    )
    own = {Scope.UNIT: mine.units, Scope.CHANNEL: channels}
    return [order for order in listed if order.scope not in own or int(order.key) in own[Scope(order.scope)]]


def is_stopped(delivery: Delivery) -> bool:
    """Whether a stop in force covers this copy."""
    return any(rules.covers(stop, delivery) for stop in StopOrder.objects.filter(lifted_at=None))


def changed_since(moment: datetime) -> QuerySet[Delivery]:
    """Copies that have come into trouble (failed, unknown, missed) since then."""
    return Delivery.objects.filter(state__in=TROUBLE, changed_at__gte=moment)


def engine_health(now: datetime) -> Health:
    """Whether an engine lives, and the oldest copy that is due and not begun in this tenant."""
    living = Worker.objects.filter(ended_at=None, seen_at__gte=now - DEAD_AFTER)
    seen = Worker.objects.aggregate(last=Max("seen_at"))["last"]
    waiting = Delivery.objects.filter(state=State.PENDING, due_at__lte=now)
    ready = waiting.filter(Q(not_before=None) | Q(not_before__lte=now))
    oldest = ready.aggregate(oldest=Min("due_at"))["oldest"]
    engines = living.count()
    keeps_up = oldest is None or oldest > now - CLAIM_LATE
    return Health(engines > 0, seen, oldest, engines, keeps_up)


def _line(
    one: Delivery, stops: Sequence[StopOrder], slot: Slot | None, broken: Collection[str], now: datetime
) -> CopyLine:
    state = State(one.state)
    return CopyLine(
        delivery_id=one.pk,
        post_id=one.post_id,
        channel_id=one.channel_id,
        platform=one.platform,
        action=one.action,
        state=state,
        code=one.error_code,
        detail=one.error_detail,
        link=one.link,
        remote_id=one.remote_id,
        due_at=one.due_at,
        valid_until=one.valid_until,
        sent_at=one.sent_at,
        changed_at=one.changed_at,
        attempt=one.attempt,
        ask="" if state is State.UNKNOWN and one.look_at else rules.asks(state, one.error_code),
        waiting_for=_waiting_for(one, stops, slot, broken, now),
        automatic_look_at=one.look_at,
        is_late=state is State.PENDING and one.due_at < now - CLAIM_LATE,
    )


def _waiting_for(
    one: Delivery, stops: Sequence[StopOrder], slot: Slot | None, broken: Collection[str], now: datetime
) -> str:
    if one.state == State.HELD:
        return "stop" if any(rules.covers(stop, one) for stop in stops) else "person"
    if one.state != State.PENDING:
        return ""
    if any(rules.covers(stop, one) for stop in stops):
        return "stop"
    if one.due_at > now:
        return "time"
    if slot is not None and slot.hold_code:
        return "channel"
    is_paused = (one.not_before is not None and one.not_before > now) or (slot and slot.next_at and slot.next_at > now)
    return "platform" if is_paused or one.platform in broken else "line"


def _broken_platforms(now: datetime) -> frozenset[str]:
    return frozenset(Breaker.objects.filter(trips__gt=0, open_until__gt=now).values_list("platform", flat=True))
