"""Decides, over the heads of free channels, who goes now, who is set aside and when to look again; pure."""

from dataclasses import dataclass, field

from ravi.delivery import rules
from ravi.delivery.engine import breaker as breakers
from ravi.delivery.engine import bucket as buckets
from ravi.delivery.engine.values import (
    Breaker,
    BreakerKey,
    Bucket,
    Change,
    Head,
    Instant,
    Lineup,
    Picture,
    Plan,
    Policy,
    Stop,
    Ticket,
)
from ravi.delivery.rules import Action, Code, State

_HEALTHY = Breaker()


@dataclass(frozen=True, slots=True)
class Aside:
    """The copy leaves the line: to `state`, for `code`."""

    state: State
    code: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing can happen before `until`."""

    until: Instant


def decide(picture: Picture, *, now: Instant, owner: str, policy: Policy) -> Plan:
    """One pass over a locked picture."""
    desk = _Desk(picture, now, owner, policy)
    for lineup in sorted(picture.lineups, key=desk.comes_last):
        desk.serve(lineup)
    return Plan(desk.tickets, desk.changes, desk.wakes, desk.spent, desk.probes)


def weigh(head: Head, stops: tuple[Stop, ...], *, hold_code: str, now: Instant, policy: Policy) -> Aside | Wait | None:
    """What stands against sending this copy now; None for nothing. Paces and health are asked afterwards."""
    if rules.is_stale(now, head.miss_at):
        return _too_late(head, now)
    if max(head.due_at, head.not_before) > now:
        return Wait(max(head.due_at, head.not_before))
    if any(rules.covers(stop, head) for stop in stops):
        return Aside(State.HELD, Code.STOP)
    if aside := _unfit(head, hold_code):
        return aside
    if head.blocked_until > now:
        return Wait(head.blocked_until)
    if is_key_spent(head, now, policy):
        return Aside(State.UNKNOWN, Code.KEY_SPENT)
    return None


def is_key_spent(head: Head, now: Instant, policy: Policy) -> bool:
    """Whether an earlier attempt is unclear and the platform may have forgotten its key before this call ends."""
    if not head.sent_maybe or head.key_good_until is None:
        return False
    return now + policy.look_ahead_s + policy.call_timeout_s >= head.key_good_until


def _too_late(head: Head, now: Instant) -> Aside:
    code = Code.EXPIRED if rules.is_stale(now, head.valid_until) else Code.LATE
    return Aside(State.UNKNOWN if head.sent_maybe else State.MISSED, code)


def _unfit(head: Head, hold_code: str) -> Aside | None:
    if not rules.is_approved(head.content_hash, head.approved_hash):
        return Aside(State.UNKNOWN if head.sent_maybe else State.FAILED, Code.NOT_APPROVED)
    if not head.channel_open and head.action != Action.DELETE:
        return Aside(State.HELD, Code.CHANNEL_CLOSED)
    by_hand = head.adapter == rules.MANUAL
    if hold_code and not by_hand:
        return Aside(State.HELD, hold_code)
    if head.about_state and head.about_state != State.SENT:
        return Aside(State.CANCELLED, Code.NOTHING_TO_CHANGE)
    # An answer that cannot name what it answers would stand alone: nobody approved that.
    if head.reply_state and not (head.reply_state == State.SENT and head.reply_remote_id):
        return Aside(State.UNKNOWN if head.sent_maybe else State.CANCELLED, Code.NOTHING_TO_CHANGE)
    return Aside(State.HELD, Code.BY_HAND) if by_hand else None


@dataclass(slots=True)
class _Desk:
    """Paces and health as they change while the pass goes on."""

    picture: Picture
    now: Instant
    owner: str
    policy: Policy
    tickets: list[Ticket] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    wakes: dict[int, Instant | None] = field(default_factory=dict)
    spent: dict[str, Bucket] = field(default_factory=dict)
    probes: dict[BreakerKey, Breaker] = field(default_factory=dict)
    turned_away: dict[str, int] = field(default_factory=dict)
    stops: tuple[Stop, ...] = ()

    def __post_init__(self) -> None:
        self.stops = tuple(self.picture.stops)

    def comes_last(self, lineup: Lineup) -> bool:
        """Where one copy may try a platform that did not answer, one that has not failed itself tells more."""
        return any(
            breakers.has_failed(head) and self.picture.breakers.get((head.platform, head.route), _HEALTHY).trips > 0
            for head in lineup.heads
        )

    def serve(self, lineup: Lineup) -> None:
        """At most one copy of the channel goes; lanes in their order, an obstacle in one does not stop the next."""
        wake: Instant | None = None
        if lineup.next_at > self.now:
            self.wakes[lineup.channel_id] = lineup.next_at
            return
        for head in lineup.heads:
            verdict = weigh(head, self.stops, hold_code=lineup.hold_code, now=self.now, policy=self.policy)
            if isinstance(verdict, Aside):
                self.changes.append(_set_aside(head, verdict, self.now))
                wake = self.now
                continue
            until = verdict.until if isinstance(verdict, Wait) else self._go(head, lineup)
            if until is None:
                return
            wake = until if wake is None else min(wake, until)
        self.wakes[lineup.channel_id] = wake

    def _go(self, head: Head, lineup: Lineup) -> Instant | None:
        """Give the copy a start, or say until when its platform or credential keeps it waiting."""
        route = (head.platform, head.route)
        health = self.probes.get(route) or self.picture.breakers.get(route, Breaker())
        if breakers.may_call_at(health, self.now) > self.now:
            return breakers.look_again_at(health, self.now, self.policy)
        pace = self.spent.get(head.bucket_key) or self.picture.buckets.get(head.bucket_key, Bucket())
        start_at = buckets.earliest(pace, self.now, rate_per_s=lineup.rate_per_s, burst=lineup.burst)
        if start_at > self.now + self.policy.look_ahead_s:
            return self._turn(head.bucket_key, start_at, lineup.rate_per_s)
        self.spent[head.bucket_key] = buckets.spend(pace, start_at, rate_per_s=lineup.rate_per_s)
        if health.trips:
            self.probes[route] = breakers.probed(health, self.now, self.policy)
        lease_until = start_at + self.policy.lease_s
        step_s = 1.0 / lineup.rate_per_s if lineup.rate_per_s > 0 else 0.0
        self.tickets.append(Ticket(head, self.owner, head.attempt + 1, start_at, lease_until, lineup.gap_s, step_s))
        return None

    def _turn(self, bucket_key: str, start_at: Instant, rate_per_s: float) -> Instant:
        """When to look again: as many at a time as the credential lets start, not all of them for the first start."""
        place = self.turned_away[bucket_key] = self.turned_away.get(bucket_key, -1) + 1
        step_s = self.policy.look_ahead_s / 2
        turns = place / rate_per_s // step_s if rate_per_s > 0 else 0.0
        return start_at + (turns - 1.0) * step_s


def _set_aside(head: Head, aside: Aside, now: Instant) -> Change:
    return Change(
        id=head.id,
        attempt=head.attempt,
        before=(State.PENDING,),
        after=aside.state,
        cause="set_aside",
        code=aside.code,
        sent_maybe=head.sent_maybe,
        key_good_until=head.key_good_until,
        look_at=now if aside.state is State.UNKNOWN else None,
    )
