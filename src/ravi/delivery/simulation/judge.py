"""Every promise as seen from outside, each with its own count. The judge knows the platforms' side and the orders only."""

from collections import Counter
from dataclasses import dataclass, field

from ravi.delivery import rules
from ravi.delivery.engine.values import Head, Policy, Stop

# From the fence's commit to the first byte an engine that is not held needs next to nothing.
GRACE_S = 0.5
EPSILON_S = 1e-3
WINDOW_S = 10.0
ANSWER = '{"answer":'
# What was claimed when a credential was told to wait still goes, at most until its lease ends: it may wait for a socket.
IN_HAND_S = 65.0


@dataclass(slots=True)
class Order:
    """A stop order with its life; `lifted_at` is infinite while it stands."""

    stop: Stop
    committed_at: float
    lifted_at: float = float("inf")


@dataclass(slots=True)
class Judge:
    """`violations` counts by name; empty is a clean run."""

    policy: Policy
    violations: Counter[str] = field(default_factory=Counter)
    stops: list[Order] = field(default_factory=list)
    effects: dict[str, int] = field(default_factory=dict)
    calls: int = 0
    _arrived: dict[int, tuple[float, bool]] = field(default_factory=dict)
    _limited_until: dict[int, float] = field(default_factory=dict)
    _paused: dict[str, tuple[float, float]] = field(default_factory=dict)
    _order: dict[tuple[int, int], tuple[float, int]] = field(default_factory=dict)
    _windows: dict[str, tuple[float, int]] = field(default_factory=dict)

    def found(self, name: str) -> None:
        """Count one violation."""
        self.violations[name] += 1

    def call_begins(self, head: Head, now: float, *, was_held: bool, is_ahead: bool) -> None:
        """An engine is about to write to a platform."""
        self.calls += 1
        grace = self.policy.send_window_s + GRACE_S if was_held else GRACE_S
        if not _same(head.content_hash, head.approved_hash):
            self.found("called with words that nobody approved")
        if head.valid_until is not None and now >= head.valid_until + grace:
            self.found("called after its expiry")
        if now >= head.miss_at + grace:
            self.found("called too late")
        if not is_ahead and now < head.due_at - EPSILON_S:
            self.found("called before its time")
        heard_at, until = self._paused.get(head.bucket_key, (0.0, 0.0))
        if heard_at + IN_HAND_S < now < until and not (was_held or is_ahead):
            self.found("called while its credential was paused")
        if head.payload.startswith(ANSWER) and not head.reply_remote_id:
            self.found("an answer to nothing")
        for order in self.stops:
            is_under = order.committed_at + grace < now < order.lifted_at
            if is_under and covers(order.stop, head):
                self.found("called under a stop")
            is_backlog = head.attempt == 0 and order.committed_at < head.due_at < order.lifted_at < now
            if is_backlog and not is_ahead and covers(order.stop, head):
                self.found("what fell due during a stop went by itself")

    def arrives(self, head: Head, now: float, gap_s: float, *, is_ahead: bool) -> None:
        """A request reaches the platform. Two are too close by the fault of a clock whichever of them it sent early."""
        before, was_ahead = self._arrived.get(head.channel_id, (float("-inf"), False))
        if not (is_ahead or was_ahead) and now - before < gap_s - EPSILON_S:
            self.found("closer than the platform's gap")
        self._arrived[head.channel_id] = (now, is_ahead)
        if not is_ahead and now < self._limited_until.get(head.channel_id, 0.0):
            self.found("called before retry-after was over")

    def paces(self, head: Head, now: float, *, rate_per_s: float, burst: int) -> None:
        """More of one credential in ten seconds than half again what its platform allows."""
        since, count = self._windows.get(head.bucket_key, (now, 0))
        if now - since >= WINDOW_S:
            since, count = now, 0
        self._windows[head.bucket_key] = (since, count + 1)
        if count + 1 > 1.5 * (rate_per_s * WINDOW_S + burst):
            self.found("faster than the credential's pace")
            self._windows[head.bucket_key] = (now, 0)

    def limit_heard(self, channel_id: int, bucket_key: str, now: float, until: float) -> None:
        """An engine wrote down that this channel and its credential must wait; until when, the platform said."""
        self._limited_until[channel_id] = max(until, self._limited_until.get(channel_id, 0.0))
        self._paused[bucket_key] = (now, until)

    def takes_effect(self, head: Head, now: float, *, is_ahead: bool) -> None:
        """Something is published; a machine whose clock runs ahead takes a later copy's turn for come."""
        count = self.effects.get(head.key, 0) + 1
        self.effects[head.key] = count
        if count > 1:
            self.found("published twice")
        if head.payload.startswith(ANSWER):
            return  # it waits for what it answers, and others go past it
        line, place = (head.channel_id, head.lane), (head.due_at, head.id)
        last = self._order.get(line, (0.0, 0))
        may_be_late = head.first_called_at is not None and now - head.first_called_at >= self.policy.unknown_block_s
        if place < last and not may_be_late:
            self.found("out of order")
        if not is_ahead:
            self._order[line] = max(last, place)


def covers(stop: Stop, copy: rules.Placed) -> bool:
    """Its own reading of a stop's scope, beside rules.covers and store/scopes.py."""
    if copy.action == "delete" and not stop.removals_too:
        return False
    if stop.scope == "all":
        return True
    mine = {
        "institution": "", "unit": str(copy.unit_id), "campaign": str(copy.campaign_id), "platform": copy.platform,
        "channel": str(copy.channel_id), "topic": copy.topic,
    }  # fmt: skip
    return stop.institution_id == copy.institution_id and stop.key == mine[stop.scope]


def _same(content_hash: str, approved_hash: str) -> bool:
    """Its own comparison: the judge borrows no rule that a mutant may break."""
    return content_hash == approved_hash
