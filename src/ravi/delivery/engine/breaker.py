"""Health of a platform on a route: after some failures in a row nobody calls for a while, then one copy tries."""

from dataclasses import replace

from ravi.delivery.engine.values import Breaker, Head, Instant, Policy


def has_failed(head: Head) -> bool:
    """Whether the copy's last call did not reach its platform, or nobody knows: it may be the copy's own channel.

    Its next failure says nothing new of the platform, and another copy tries first: one channel that leads nowhere would
    keep a whole platform waiting.
    """
    return head.not_before > 0 or head.sent_maybe


def may_call_at(breaker: Breaker, now: Instant) -> Instant:
    """When a copy may try: `now` while healthy or when it is time for a probe."""
    if breaker.trips == 0:
        return now
    return max(now, breaker.open_until, breaker.probe_until)


def look_again_at(breaker: Breaker, now: Instant, policy: Policy) -> Instant:
    """For a copy that may not try: while a probe is under way it may be let through any moment, so soon."""
    if breaker.open_until > now:
        return breaker.open_until
    return min(breaker.probe_until, now + policy.probe_look_s)


def probed(breaker: Breaker, now: Instant, policy: Policy) -> Breaker:
    """The breaker after one copy was let through; while open, the others wait for its outcome."""
    if breaker.trips == 0:
        return breaker
    return replace(breaker, probe_until=now + policy.lease_s)


def after(breaker: Breaker, ok: int, failed: int, now: Instant, policy: Policy) -> Breaker:
    """The breaker after a batch of outcomes: any success heals it, failures in a row open it, longer each time."""
    if ok:
        return Breaker()
    failures = breaker.failures + failed
    if not failed or failures < policy.breaker_failures:
        return replace(breaker, failures=failures)
    trips = breaker.trips + 1
    pause = min(policy.breaker_s * 2 ** (trips - 1), policy.breaker_max_s)
    # One more failure, the probe's, opens it again.
    return Breaker(failures=policy.breaker_failures - 1, trips=trips, open_until=now + pause)
