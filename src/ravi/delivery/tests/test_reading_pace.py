"""Five hundred channels over days of simulated time: no platform is asked too much, and no copy waits for a number.

Copies take their starts as the engine gives them (engine/bucket.py); numbers are asked for as the collector does it. What a
platform allows stands here as its own page says it, not as a profile does.
"""

import heapq
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from ravi.delivery.engine import bucket as buckets
from ravi.delivery.engine.values import Bucket
from ravi.delivery.readings import rules
from ravi.delivery.readings.collector import PAUSE_S, ROWS_AT_ONCE
from ravi.delivery.readings.plan import Abilities, after, paid, plan
from ravi.delivery.readings.reader import STEP_MOST_S
from ravi.delivery.readings.rules import DAY_S, HOUR_S
from ravi.delivery.readings.values import Answer, Due, Pace, Picture, Question
from ravi.delivery.tests.reading_rows import due
from ravi.platforms import registry

START = 1_790_000_000.0
CHANNELS = 500
DAYS = 3
# (calls, in so many seconds) of one credential, from the platforms' pages: see the sandbox's README.
ALLOWED = {"telegram": (30, 1.0), "mastodon": (300, 300.0), "bluesky": (1_666, HOUR_S)}


@dataclass
class World:
    """One platform with its channels; `shared`: one credential for all of them. `apart`: it takes one post a call."""

    platform: str
    shared: bool
    reads: bool = True
    apart: bool = False
    rows: dict[int, Due] = field(default_factory=dict)
    paces: dict[str, Bucket] = field(default_factory=dict)
    calls: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    asked: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    waits: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        bucket = registry.profile("sandbox", self.platform).bucket
        self.pace = Pace(bucket.rate_per_s, bucket.burst)
        able = {("sandbox", self.platform): self.pace}
        self.able = Abilities(able, {} if self.platform == "telegram" else able)

    def key(self, channel: int) -> str:
        return "credential:one" if self.shared else f"channel:{channel}"

    def live(self) -> None:
        """A message for all at nine and at five each day; alerts that nobody knew of before, also for all channels while
        they are being counted, and many at once on a channel whose posts of an hour ago are being read."""
        copies = [
            (START + day * DAY_S + hour * HOUR_S, False, channel)
            for day in range(DAYS)
            for hour in (9, 17)
            for channel in range(CHANNELS)
        ]
        copies += [(START + n * 1_733.0, True, n * 7 % CHANNELS) for n in range(int(DAYS * DAY_S / 1_733))]
        copies += [(START + day * DAY_S + 20.0, True, channel) for day in range(1, DAYS) for channel in range(CHANNELS)]
        copies += [(START + 12 * HOUR_S, True, 3)] * 28 + [(START + 13 * HOUR_S + 0.5, True, 3)] * 12
        self.coming = sorted(copies)
        if self.reads:
            self._row(
                *(
                    due(channel, self.platform, bucket_key=self.key(channel), due_at=START)
                    for channel in range(CHANNELS)
                )
            )
        now, end, next_copy = START, START + DAYS * DAY_S, 0
        while now < end:
            while next_copy < len(self.coming) and self.coming[next_copy][0] <= now:
                self._send(*self.coming[next_copy])
                next_copy += 1
            asked = self._read(now) if self.reads else 0
            wake = now + (0.2 if asked else PAUSE_S)
            first_row = min((row.due_at for row in self.rows.values()), default=end)
            first_copy = self.coming[next_copy][0] if next_copy < len(self.coming) else end
            now = max(wake, min(first_row, first_copy)) if not asked else wake
            if first_copy < now:
                now = first_copy

    def _send(self, due_at: float, _is_alert: bool, channel: int) -> None:
        key = self.key(channel)
        known = self.paces.get(key, Bucket())
        start = buckets.earliest(known, due_at, rate_per_s=self.pace.rate_per_s, burst=self.pace.burst)
        self.paces[key] = buckets.spend(known, start, rate_per_s=self.pace.rate_per_s)
        self.calls[key].append(start)
        self.waits.append(start - due_at)
        if self.reads and self.able.measures:
            number = 10_000 + len(self.waits)
            at = start + rules.AFTER_SENDING_S[0]
            row = due(channel, self.platform, post=number, sent_at=start, due_at=at, bucket_key=key)
            self._row(row)

    def _row(self, *rows: Due) -> None:
        self.rows |= {row.id: row for row in rows}

    def _read(self, now: float) -> int:
        ready = heapq.nsmallest(
            ROWS_AT_ONCE, (row for row in self.rows.values() if row.due_at <= now), key=lambda row: row.due_at
        )
        if not ready:
            return 0
        made = plan(Picture(ready, dict(self.paces), {}, self._busy(now)), self.able, now=now)
        self.paces |= made.buckets
        for number, at in made.postponed.items():
            self.rows[number] = self.rows[number]._replace(due_at=at)
        for question in made.questions:
            self._answer(question, now)
        return len(made.questions)

    def _busy(self, now: float) -> frozenset[str]:
        """As statements.BUSY: what is planned can be seen coming, an alert cannot."""
        seen = bisect_right(self.coming, (now + rules.QUIET_S, True, CHANNELS))
        ahead = self.coming[bisect_right(self.coming, (now, True, CHANNELS)) : seen]
        return frozenset(self.key(channel) for _at, is_alert, channel in ahead if not is_alert)

    def _answer(self, question: Question, now: float) -> None:
        calls = len(question.rows) if self.apart else 1
        key = question.first.bucket_key
        self.asked[key].append(now)
        self.calls[key] += [now + n * min(STEP_MOST_S, 1 / self.pace.rate_per_s) for n in range(calls)]
        answer = Answer("told", told=frozenset(row.id for row in question.rows), calls=calls)
        self.paces |= paid(question, answer, self.paces, now=now)
        for step in after(question, answer, now=now):
            self.rows[step.id] = self.rows[step.id]._replace(due_at=step.due_at or float("inf"))


def most_in(moments: list[float], window_s: float) -> int:
    moments = sorted(moments)
    return max((bisect_right(moments, at + window_s - 1e-9) - n for n, at in enumerate(moments)), default=0)


def lived(platform: str, **how: bool) -> World:
    world = World(platform, **how)
    world.live()
    return world


@pytest.mark.parametrize(
    ("platform", "shared", "apart"),
    [("telegram", True, False), ("mastodon", False, False), ("mastodon", False, True), ("bluesky", False, False)],
)
def test_five_hundred_channels_stay_within_the_platforms_limits(platform: str, shared: bool, apart: bool) -> None:
    with_numbers = lived(platform, shared=shared, apart=apart)
    without = lived(platform, shared=shared, reads=False)
    calls, window_s = ALLOWED[platform]
    assert max(most_in(moments, window_s) for moments in with_numbers.calls.values()) <= calls
    # Every channel was counted on every day, and every post that came to its hours was read.
    counted: Mapping[str, list[float]] = with_numbers.asked
    assert sum(len(moments) for moments in counted.values()) >= CHANNELS * DAYS
    late = [row for row in with_numbers.rows.values() if row.due_at < START + DAYS * DAY_S - 2 * HOUR_S]
    assert late == []
    # A tenth of the pace at most, whatever is due.
    step_s = 1 / (with_numbers.pace.rate_per_s * rules.SHARE)
    for moments in counted.values():
        assert all(second - first >= step_s - 1e-6 for first, second in zip(moments, moments[1:], strict=False))
    # A copy waits at most for the one call that is on its way, and where several may go at once for none.
    one_step = 1 / with_numbers.pace.rate_per_s if with_numbers.pace.burst == 1 else 0.0
    assert max(a - b for a, b in zip(with_numbers.waits, without.waits, strict=True)) <= one_step + 1e-6
