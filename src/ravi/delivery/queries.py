"""What other rooms read from the ledger: boards, counts, one copy's life, stops in force, the engine's health."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.db.models.expressions import Combinable

from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import rights, units_by_id
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.delivery import rules
from ravi.delivery.models import Attempt, Breaker, Delivery, HandReport, LedgerEntry, StopOrder, Way, Worker
from ravi.delivery.read_back.rules import ReadBackOutcome
from ravi.delivery.read_back.told import outcome_of_copy
from ravi.delivery.rules import TROUBLE, Action, Scope, State
from ravi.delivery.store import desk, waiting
from ravi.delivery.store.waiting import Silent, Waiting
from ravi.directory.post_links import is_same_post
from ravi.directory.queries import channels_by_id, channels_visible_to

DEAD_AFTER = timedelta(seconds=rules.DEAD_AFTER_S)
_NOTHING = Waiting("", None, None)
# So many of a channel's last copies are asked whether they stand at a pasted address.
LATEST = 500
_NEVER, _SLACK = datetime(2000, 1, 1, tzinfo=UTC), timedelta(days=1)


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
    waits_until: datetime | None
    waits_since: datetime | None
    is_silent: bool
    by_hand: bool = False
    is_reply: bool = False
    is_kept_back: bool = False
    read_back: ReadBackOutcome | None = None  # of a change, beyond the platform's yes


@dataclass(frozen=True, slots=True)
class Event:
    """One moment in a copy's life: a `transition`, a `call` or a `look`."""

    at: datetime
    kind: str
    facts: Mapping[str, object]


def deliveries_visible_to(person: Person) -> QuerySet[Delivery]:
    """The copies of the units that the person may see."""
    mine = rights(person)
    visible = Delivery.objects.filter(institution_id=person.institution_id)
    return visible if mine.sees_all else visible.filter(unit_id__in=mine.units)


def releasable_by(person: Person) -> QuerySet[Delivery]:
    """Held copies that this person may let go; what waits for a hand waits for that alone."""
    units = [unit for unit in rights(person).units if rights(person).may(Ability.RESUME_SENDING, unit)]
    held = deliveries_visible_to(person).filter(stage=State.HELD, unit_id__in=units)
    return held.exclude(error_code=rules.Code.BY_HAND)


def by_hand_visible_to(person: Person) -> QuerySet[Delivery]:
    """Of those, what waits for somebody's hand."""
    waiting = deliveries_visible_to(person).filter(stage=State.HELD, adapter=rules.MANUAL)
    return waiting.filter(error_code=rules.Code.BY_HAND)


def asked_to_remove(deliveries: Collection[Delivery]) -> set[int]:
    """Ids of those of which people were asked to remove them, or have said that they did."""
    over = (State.FAILED, State.MISSED, State.CANCELLED, State.SUPERSEDED)
    asked = Delivery.objects.filter(about__in=deliveries, action=Action.DELETE, adapter=rules.MANUAL)
    return {pk for pk in asked.exclude(state__in=over).values_list("about_id", flat=True) if pk is not None}


def not_taken_away(removal_ids: Collection[int]) -> list[Delivery]:
    """The published copies that these removals, tried by a program, were about."""
    tried = Delivery.objects.filter(pk__in=removal_ids, action=Action.DELETE).exclude(adapter=rules.MANUAL)
    return list(Delivery.objects.filter(pk__in=tried.values("about_id"), state=State.SENT).order_by("pk"))


def evidence_of(delivery: Delivery, report_id: int) -> HandReport | None:
    """One report about it that has a picture."""
    return delivery.hand_reports.exclude(evidence="").filter(pk=report_id).first()


def also_at(delivery: Delivery, link: str) -> Delivery | None:
    """Another published copy of the same channel whose address is this very post. One query."""
    others = Delivery.objects.filter(channel_id=delivery.channel_id, action=Action.PUBLISH, state=State.SENT)
    latest = others.exclude(pk=delivery.pk).exclude(link="").order_by("-pk")[:LATEST]
    return next((one for one in latest if is_same_post(one.link, link)), None)


def last_word(delivery: Delivery) -> str:
    """What was said last about whether it is done; another link says nothing of that. Empty when nobody has spoken."""
    last = delivery.hand_reports.exclude(said=HandReport.Said.NEW_LINK).last()
    return last.said if last else ""


@dataclass(frozen=True, slots=True)
class Seen:
    """When any engine was last seen, and whether that is recent enough."""

    last: datetime | None
    is_alive: bool


def board(post_ids: Collection[int], *, now: datetime | None = None) -> dict[int, list[CopyLine]]:
    """Every copy of each post, oldest first. Two queries whatever the numbers."""
    now = now or clock.now()
    columns = Delivery.objects.filter(post_id__in=post_ids).defer("payload", "approved_hash").order_by("id")
    deliveries = list(columns.annotate(stored=F("read_back__outcome"), dealt_with=F("read_back__settled_at")))
    waits: Mapping[int, Waiting] = {}
    if any(one.state not in rules.TERMINAL for one in deliveries):
        with connection.cursor() as cursor:
            waits = waiting.waiting_of(cursor, post_ids, now)
    lines: dict[int, list[CopyLine]] = defaultdict(list)
    for one in deliveries:
        lines[one.post_id].append(_line(one, waits.get(one.pk, _NOTHING), now))
    return dict(lines)


def counts(post_id: int) -> dict[State, int]:
    """How many copies of a post stand in each state."""
    rows = Delivery.objects.filter(post_id=post_id).values_list("state").annotate(n=Count("id")).order_by("state")
    return {State(state): number for state, number in rows}


def counts_of(post_ids: Collection[int]) -> dict[int, dict[State, int]]:
    """The same for many posts, in one query that an index answers alone: what is open counts as in line."""
    rows = Delivery.objects.filter(post_id__in=post_ids).values_list("post_id", "stage").annotate(n=Count("*"))
    found: dict[int, dict[State, int]] = defaultdict(dict)
    for post_id, stage, number in rows.order_by("post_id", "stage"):
        found[post_id][State.PENDING if stage == rules.OPEN_STAGE else State(stage)] = number
    return dict(found)


def ledger_of(copies: Collection[Delivery]) -> QuerySet[LedgerEntry]:
    """Their transitions, looked for in the months of their lives only."""
    return LedgerEntry.objects.filter(delivery_id__in=[one.pk for one in copies], at__range=_lives(copies))


def attempts_of(copies: Collection[Delivery]) -> QuerySet[Attempt]:
    """Their calls and looks, looked for in the months of their lives only."""
    return Attempt.objects.filter(delivery_id__in=[one.pk for one in copies], ended_at__range=_lives(copies))


def life(delivery: Delivery) -> list[Event]:
    """One copy's transitions, calls and looks in the order of time."""
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
        for entry in ledger_of([delivery]).order_by("id")
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
        for one in attempts_of([delivery]).order_by("id")
    ]
    return sorted(events, key=lambda event: event.at)


def active_stops(institution_id: int) -> list[StopOrder]:
    """Stops in force, newest first: the institution's own, and the operator's over all."""
    mine = Q(institution_id=institution_id) | Q(scope=Scope.ALL)
    return list(StopOrder.objects.filter(mine, lifted_at=None).order_by("-stopped_at", "-id"))


def stops_by_id(ids: Collection[int]) -> dict[int, StopOrder]:
    """Stops of any time."""
    return StopOrder.objects.in_bulk(list(ids))


def lines_since(institution_id: int, last: int, states: Collection[str], limit: int) -> list[LedgerEntry]:
    """Lines of the ledger after that one which led to these states, in the order of their numbers, with their copies.

    A line may be committed after one of a higher number; whoever remembers how far they read goes back a little.
    """
    found = LedgerEntry.objects.filter(institution_id=institution_id, id__gt=last, after__in=states)
    return list(found.select_related("delivery").defer("delivery__payload").order_by("id")[:limit])


def last_line(institution_id: int) -> int:
    """The number of the newest line; 0 where there is none."""
    newest = LedgerEntry.objects.filter(institution_id=institution_id).order_by("-id").values_list("id", flat=True)
    return newest.first() or 0


def unit_of_stop(order: StopOrder) -> Unit | None:
    """The unit in which a stop of a unit or of a channel holds; None where it reaches further, or its channel is gone."""
    if order.scope == Scope.UNIT:
        return units_by_id([int(order.key)]).get(int(order.key))
    if order.scope == Scope.CHANNEL and (channel := channels_by_id([int(order.key)]).get(int(order.key))):
        return channel.unit
    return None


def unit_ids_of_stops(orders: Iterable[StopOrder]) -> dict[int, int]:
    """Order -> the unit in which it holds, as `unit_of_stop` says of one; one question for all. None of what reaches further."""
    listed = list(orders)
    own = {order.pk: int(order.key) for order in listed if order.scope == Scope.UNIT}
    on_channels = {order.pk: int(order.key) for order in listed if order.scope == Scope.CHANNEL}
    channels = channels_by_id(list(on_channels.values())) if on_channels else {}
    return own | {pk: channels[key].unit_id for pk, key in on_channels.items() if key in channels}


def operators_stop() -> StopOrder | None:
    """The oldest stop over every institution that is in force."""
    return StopOrder.objects.filter(scope=Scope.ALL, lifted_at=None).order_by("stopped_at", "id").first()


def stops_in_sight(orders: Iterable[StopOrder], person: Person) -> list[StopOrder]:
    """Those that hold something in the person's units: another unit's stop, and its reason, is that unit's own."""
    listed, mine = list(orders), rights(person)
    if mine.sees_all:
        return listed
    keys = [int(order.key) for order in listed if order.scope == Scope.CHANNEL]
    channels = {pk for pk, channel in channels_by_id(keys).items() if channel.unit_id in mine.units}
    own = {Scope.UNIT: mine.units, Scope.CHANNEL: channels}
    return [order for order in listed if order.scope not in own or int(order.key) in own[Scope(order.scope)]]


def stop_orders_visible_to(person: Person) -> QuerySet[StopOrder]:
    """The institution's orders, past ones too; without an institution-wide role only those that cover a unit in sight."""
    orders = StopOrder.objects.filter(Q(institution_id=person.institution_id) | Q(scope=Scope.ALL))
    if rights(person).sees_all:
        return orders
    units = [str(unit) for unit in rights(person).units]
    channels = [str(pk) for pk in channels_visible_to(person).order_by().values_list("pk", flat=True)]
    mine = orders.filter(scope=Scope.UNIT, key__in=units) | orders.filter(scope=Scope.CHANNEL, key__in=channels)
    return mine | orders.filter(scope__in=[Scope.ALL, Scope.INSTITUTION, Scope.PLATFORM, Scope.TOPIC])


def may_lift(person: Person, order: StopOrder) -> bool:
    """Whether the person's rights reach as far as the stop; that whoever stopped does not lift is the service's to say."""
    mine = rights(person)
    if order.scope == Scope.ALL:
        return False  # `ravi resume all` does, at the machine
    if order.scope in (Scope.UNIT, Scope.CHANNEL):
        unit = unit_of_stop(order)
        return unit is not None and mine.may(Ability.RESUME_SENDING, unit.pk)
    return mine.may_everywhere(Ability.RESUME_SENDING)


def line_of(topics: Collection[str], person: Person) -> list[tuple[int, int, datetime]]:
    """(post, copies of these topics that have not left, when the first is due) within the person's sight, by time."""
    waiting = deliveries_visible_to(person).filter(topic__in=topics, stage__in=[State.HELD, rules.OPEN_STAGE])
    counted = waiting.exclude(action=rules.Action.DELETE).order_by().values_list("post_id")
    return list(counted.annotate(copies=Count("pk"), first=Min("due_at")).order_by("first", "post_id"))


def weighed(targets: Sequence[tuple[str, str]], institution_id: int) -> dict[tuple[str, str], int]:
    """(scope, key) -> how many copies in line such a stop would hold. One query."""
    with connection.cursor() as cursor:
        return desk.weigh_stops(cursor, targets, institution_id) if targets else {}


def kept_back(orders: Iterable[StopOrder], now: datetime) -> dict[int, tuple[int, int]]:
    """Stop -> (copies that wait because of it, copies that go later once it has ended). One query."""
    ids = [order.pk for order in orders if order.lifted_at is None]
    if not ids:
        return {}
    with connection.cursor() as cursor:
        return desk.kept_back(cursor, ids, now)


def is_stopped(delivery: Delivery) -> bool:
    """Whether a stop in force covers this copy."""
    return any(rules.covers(stop, delivery) for stop in StopOrder.objects.filter(lifted_at=None))


def changed_since(moment: datetime | Combinable) -> QuerySet[Delivery]:
    """Copies that have come into trouble (failed, unknown, missed) since then."""
    return Delivery.objects.filter(state__in=TROUBLE, trouble_at__gte=moment)


def long_unknown(now: datetime) -> Q:
    """Unknown for so long that people must hear of it, while Ravi is not about to look by itself."""
    looking = Q(look_at__isnull=False, look_at__gt=now)
    return Q(state=State.UNKNOWN, unknown_at__lte=now - timedelta(seconds=rules.UNKNOWN_LONG_S)) & ~looking


def engine_seen(now: datetime) -> Seen:
    """The heartbeat alone, for pages: one query."""
    found = Worker.objects.aggregate(last=Max("seen_at"), living=Max("seen_at", filter=Q(ended_at=None)))
    return Seen(found["last"], found["living"] is not None and found["living"] >= now - DEAD_AFTER)


def silent_copies(now: datetime) -> list[Silent]:
    """Copies of this tenant that were due more than five minutes ago and cannot say why they wait, oldest first."""
    with connection.cursor() as cursor:
        return waiting.silent(cursor, now)


def due_by_route(person: Person, now: datetime) -> dict[tuple[str, str], int]:
    """(platform, route) -> copies of the person's units that are due and in line. One query beside the rights."""
    due = deliveries_visible_to(person).filter(state=State.PENDING, due_at__lte=now)
    counted = due.order_by().values_list("platform", "route").annotate(Count("pk"))
    return {(platform, route): count for platform, route, count in counted}


def outages(now: datetime) -> list[Breaker]:
    """Platforms and routes that nobody calls for a while, because they did not answer."""
    still = Q(open_until__gt=now) | Q(probe_until__gt=now)
    return list(Breaker.objects.filter(still, trips__gt=0).order_by("platform", "route"))


def routes_chosen() -> dict[str, str]:
    """Platform to route, as the engines were told; what is not named goes direct. One query."""
    return dict(Way.objects.filter(is_chosen=True).values_list("platform", "route"))


def ways() -> list[Way]:
    """Every way that was chosen or tried, by platform, the chosen one first."""
    return list(Way.objects.order_by("platform", "-is_chosen", "route"))


def _lives(copies: Collection[Delivery]) -> tuple[datetime, datetime]:
    """From the first order to the last change; a day more, because the machines' clocks differ."""
    born, changed = [one.created_at for one in copies], [one.changed_at for one in copies]
    return min(born, default=_NEVER) - _SLACK, max(changed, default=_NEVER) + _SLACK


def _line(one: Any, wait: Waiting, now: datetime) -> CopyLine:
    state = State(one.state)
    is_due = (now - one.due_at).total_seconds() >= rules.SILENT_AFTER_S
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
        waiting_for=wait.reason,
        automatic_look_at=one.look_at,
        waits_until=wait.until,
        waits_since=wait.since,
        is_silent=state in rules.OPEN and not wait.reason and is_due,
        by_hand=one.adapter == rules.MANUAL,
        is_reply=one.reply_id is not None,
        is_kept_back=one.is_kept_back,
        read_back=outcome_of_copy(one, one.stored, now, is_settled=one.dealt_with is not None),
    )
