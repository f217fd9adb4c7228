"""Decides how an unknown outcome may be cleared up by the platform's own means, or that a person must look; pure."""

from dataclasses import dataclass

from ravi.delivery import rules
from ravi.delivery.engine.values import (
    Absent,
    Case,
    Change,
    Finding,
    Found,
    Head,
    Instant,
    Means,
    Policy,
)
from ravi.delivery.rules import Action, Code, State


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same key again: the platform makes no second post of it."""


@dataclass(frozen=True, slots=True)
class Look:
    """Read back first."""


@dataclass(frozen=True, slots=True)
class Person:
    """Only a person can say."""


Way = Repeat | Look | Person


def means_of(action: str, means: Means) -> Means:
    """An edit, a removal and a pin end in the same state however often they run; a publish is as its adapter says."""
    return means if action == Action.PUBLISH else Means("natural")


def is_key_spent(head: Head, means: Means, scope: str) -> bool:
    """Whether a repeated publish under the credential `scope` would be a second post: its key binds to the first one's."""
    was_called = head.sent_maybe and head.action == Action.PUBLISH and bool(head.key_scope)
    return was_called and means.by_credential and head.key_scope != scope


def key_good_until(means: Means, first_called_at: Instant, policy: Policy) -> Instant | None:
    """Until when a repetition is protected; None for ever. A margin covers slow clocks and slow servers."""
    if means.kind == "native" and means.lifetime_s is not None:
        return first_called_at + means.lifetime_s - min(policy.key_margin_s, means.lifetime_s / 2)
    return None


def first_look(means: Means, action: str, now: Instant, policy: Policy) -> Instant | None:
    """When Ravi looks by itself; None where a person must."""
    kind = means_of(action, means).kind
    if kind in ("native", "natural"):
        return now + policy.repeat_after_s
    return now + policy.look_after_s if means.can_find else None


def first_look_after_lease(
    means: Means, head: Head, good_until: Instant | None, now: Instant, policy: Policy
) -> Instant | None:
    """By another engine's clock the call may still be on its way: nobody reads back before it must have ended.

    A repetition under the same key does no harm; it is soon, unless time or key could be over while the call goes on.
    """
    if (at := first_look(means, head.action, now, policy)) is None:
        return None
    ended_at = at + policy.call_timeout_s
    may_repeat = means_of(head.action, means).kind in ("native", "natural")
    if may_repeat and not rules.is_stale(ended_at, head.miss_at) and is_key_good(good_until, ended_at, policy):
        return at
    return ended_at


def way(case: Case, means: Means, *, now: Instant, policy: Policy) -> Way:
    """The way that is open now. `means` are the adapter's for a publish."""
    head = case.head
    own = means_of(head.action, means)
    in_time = not rules.is_stale(now, head.miss_at)
    if own.kind in ("native", "natural") and in_time and is_key_good(head.key_good_until, now, policy):
        return Repeat() if case.looks < policy.look_tries else Person()
    if head.action == Action.PUBLISH and means.can_find and case.looks < policy.look_tries:
        return Look()
    return Person()


def is_key_good(good_until: Instant | None, now: Instant, policy: Policy) -> bool:
    """Whether a repetition that starts about now ends while the platform still knows the key."""
    return good_until is None or now + policy.look_ahead_s + policy.call_timeout_s < good_until


def repeated(case: Case) -> Change:
    """Back into the line, still marked as maybe sent."""
    return _blank(case, "same_key")._replace(after=State.PENDING, sent_maybe=True)


def left_to_person(case: Case) -> Change:
    """Stays on the desk; no automatic look any more."""
    return _blank(case, "needs_person")._replace(sent_maybe=True)


def found(case: Case, finding: Finding, *, now: Instant, policy: Policy) -> Change:
    """What reading back makes of the copy."""
    blank = _blank(case, "read_back")
    if isinstance(finding, Found):
        return blank._replace(
            after=State.SENT,
            remote_id=finding.remote_id,
            link=finding.link,
            evidence=finding.evidence,
        )
    if isinstance(finding, Absent):
        return _absent(case, blank._replace(evidence=finding.evidence), now)
    pause = min(policy.look_after_s * 2.0 ** min(case.looks, 16), policy.look_max_s)
    return blank._replace(cause="look_failed", detail=finding.detail, sent_maybe=True, look_at=now + pause)


def _absent(case: Case, blank: Change, now: Instant) -> Change:
    head = case.head
    if rules.is_stale(now, head.miss_at):
        code = Code.EXPIRED if rules.is_stale(now, head.valid_until) else Code.LATE
        return blank._replace(after=State.MISSED, code=code)
    return blank._replace(after=State.PENDING)


def _blank(case: Case, cause: str) -> Change:
    return Change(
        id=case.head.id,
        attempt=case.head.attempt,
        before=(State.UNKNOWN,),
        after=State.UNKNOWN,
        cause=cause,
        looks=case.looks + 1,
        key_good_until=case.head.key_good_until,
    )
