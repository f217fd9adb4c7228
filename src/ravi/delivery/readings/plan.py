"""Decides which numbers are asked for now, what waits, and what comes after an answer; pure.

Copies come first: a credential is asked for numbers only while nothing of it is due, in a tenth of its pace, and each
call is taken from the pace that copies share, so that both together stay below what the platform allows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ravi.delivery.engine import bucket as buckets
from ravi.delivery.engine.values import Breaker, Bucket, Instant
from ravi.delivery.readings import rules
from ravi.delivery.readings.values import Answer, Due, Next, Pace, Picture, Plan, Question

AT_ONCE = 20
LEASE_S = 300.0
Able = Mapping[tuple[str, str], Pace]


def reading_key(bucket_key: str) -> str:
    """The pace of a credential's readings, beside the one of its calls."""
    return f"reading:{bucket_key}"


@dataclass(frozen=True, slots=True)
class Abilities:
    """(adapter, platform) -> pace, of those that tell their followers and of those that tell their posts' numbers."""

    counts: Able
    measures: Able

    def pace(self, row: Due) -> Pace | None:
        """None where the platform tells nothing of that."""
        able = self.counts if row.delivery_id is None else self.measures
        return able.get((row.adapter, row.platform))


def plan(picture: Picture, able: Abilities, *, now: Instant) -> Plan:
    """One pass over rows that are due."""
    desk = _Desk(picture, able, now)
    for group in _groups(picture.rows):
        desk.serve(group)
    return Plan(desk.questions, desk.postponed, desk.ended, desk.spent)


def after(question: Question, answer: Answer, *, now: Instant) -> list[Next]:
    """When each row of the question is due again. A number that fails touches no credential and no copy."""
    if answer.outcome == "told":
        return [_told(row, row.id in answer.told, now) for row in question.rows]
    if answer.outcome == "limited":
        at = now + max(1.0, answer.retry_after_s)
        return [
            Next(row.id, at if rules.is_worth(at, row.sent_at) else None, row.failures, answer.code)
            for row in question.rows
        ]
    return [
        Next(row.id, rules.retry_at(now, row.failures + 1, row.sent_at), row.failures + 1, answer.code)
        for row in question.rows
    ]


def paid(question: Question, answer: Answer, known: Mapping[str, Bucket], *, now: Instant) -> dict[str, Bucket]:
    """The paces after an answer: calls beyond the first are paid for, and a "not now" holds for the readings that it met.

    Copies learn from the platform's answers to themselves: a refused question must not keep a warning waiting.
    """
    key, pace = question.first.bucket_key, question.pace
    own, shared = known.get(reading_key(key), Bucket()), known.get(key, Bucket())
    for _ in range(answer.calls - 1):
        own = buckets.spend(own, now, rate_per_s=pace.rate_per_s * rules.SHARE)
        shared = buckets.spend(shared, now, rate_per_s=pace.rate_per_s)
    if answer.outcome == "limited":
        own = Bucket(own.tat, max(own.paused_until, now + max(1.0, answer.retry_after_s)))
    return {reading_key(key): own, key: shared}


@dataclass(slots=True)
class _Desk:
    """Paces as they change while the pass goes on."""

    picture: Picture
    able: Abilities
    now: Instant
    questions: list[Question] = field(default_factory=list)
    postponed: dict[int, Instant] = field(default_factory=dict)
    ended: dict[int, str] = field(default_factory=dict)
    spent: dict[str, Bucket] = field(default_factory=dict)
    turned_away: dict[str, int] = field(default_factory=dict)

    def serve(self, group: list[Due]) -> None:
        """One channel's followers, or its posts."""
        first = group[0]
        pace = self.able.pace(first)
        left = [row for row in group if not row.is_over]
        self.ended |= {row.id: "removed" for row in group if row.is_over}
        if pace is None:
            self.ended |= {row.id: "not_told" for row in left}
        elif left and (until := self._obstacle(first, pace)) > self.now:
            self.postponed |= {row.id: until for row in left}
        elif left and len(self.questions) < AT_ONCE:
            self._ask(left, pace)  # the others' turn comes with the next pass

    def _obstacle(self, row: Due, pace: Pace) -> Instant:
        """Until when nothing is asked there."""
        if not row.channel_open:
            return self.now + rules.CHANNEL_EVERY_S
        if row.is_held:
            return self.now + rules.HOUR_S
        health = self.picture.breakers.get((row.platform, row.route), Breaker())
        if health.trips > 0 or row.bucket_key in self.picture.busy:
            return self.now + rules.QUIET_S
        shared, own = self._bucket(row.bucket_key), self._bucket(reading_key(row.bucket_key))
        start = max(
            buckets.earliest(shared, self.now, rate_per_s=pace.rate_per_s, burst=1),
            buckets.earliest(own, self.now, rate_per_s=pace.rate_per_s * rules.SHARE, burst=1),
        )
        return self._turn(row.bucket_key, start, pace) if start > self.now else self.now

    def _turn(self, key: str, start: Instant, pace: Pace) -> Instant:
        """One after the other, not all of them for the first start."""
        place = self.turned_away[key] = self.turned_away.get(key, -1) + 1
        return start + place / (pace.rate_per_s * rules.SHARE)

    def _ask(self, rows: list[Due], pace: Pace) -> None:
        most = rules.posts_at_once(pace.burst)
        self.questions.append(Question(tuple(rows[:most]), self.now + LEASE_S, pace))
        key = rows[0].bucket_key
        own = buckets.spend(self._bucket(reading_key(key)), self.now, rate_per_s=pace.rate_per_s * rules.SHARE)
        self.spent[reading_key(key)] = own
        self.spent[key] = buckets.spend(self._bucket(key), self.now, rate_per_s=pace.rate_per_s)
        if rows[most:]:
            until = self._turn(key, own.tat, pace)
            self.postponed |= {row.id: until for row in rows[most:]}

    def _bucket(self, key: str) -> Bucket:
        return self.spent.get(key) or self.picture.buckets.get(key, Bucket())


def _told(row: Due, is_there: bool, now: Instant) -> Next:
    if row.sent_at is None:
        return Next(row.id, rules.next_of_channel(row.due_at, now), 0, "")
    return Next(row.id, rules.next_of_post(row.sent_at, now) if is_there else None, 0, "" if is_there else "gone")


def _groups(rows: Sequence[Due]) -> Iterable[list[Due]]:
    """Rows that one question can be about: a channel's followers, or its posts at one address; the longest due first."""
    groups: dict[tuple[object, ...], list[Due]] = {}
    for row in sorted(rows, key=lambda row: (row.due_at, row.id)):
        place = (row.channel_id, row.delivery_id is None, row.adapter, row.platform, row.target, row.route)
        groups.setdefault(place, []).append(row)
    return groups.values()
