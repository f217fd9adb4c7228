"""Decides what an outcome makes of a copy; pure. Whatever is not provably harmless to repeat becomes unknown."""

from collections.abc import Callable

from ravi.delivery.engine import reconcile
from ravi.delivery.engine.values import (
    Change,
    CredentialsRefused,
    Delivered,
    Head,
    Instant,
    KeySpent,
    Leased,
    Limited,
    Means,
    NoRoom,
    NotSent,
    Outcome,
    Policy,
    Rejected,
    Ticket,
    Unsure,
)
from ravi.delivery.rules import Code, State

# A late answer still counts while nobody has claimed the copy again (same attempt, same owner).
_NO_MEANS = Means()
CALLED = (State.SENDING, State.UNKNOWN)
CALLED_OR_BACK = (State.SENDING, State.UNKNOWN, State.PENDING, State.HELD)


def judge(
    ticket: Ticket,
    outcome: Outcome,
    means: Means,
    *,
    now: Instant,
    called_at: Instant,
    policy: Policy,
    jitter: Callable[[float, float], float],
) -> Change:
    """The change that an outcome of a call makes. `now` is the completion: spacing counts from it."""
    blank = Change(
        id=ticket.head.id,
        attempt=ticket.attempt,
        before=CALLED,
        after=State.SENT,
        cause="answer",
        owner=ticket.owner,
        evidence=getattr(outcome, "evidence", ""),
        sent_maybe=ticket.head.sent_maybe,
        key_good_until=ticket.head.key_good_until,
        next_at=now + ticket.gap_s,
        is_call=True,
        called_at=called_at,
    )
    if isinstance(outcome, Delivered):
        return blank._replace(before=CALLED_OR_BACK, remote_id=outcome.remote_id, link=outcome.link, sent_maybe=False)
    if isinstance(outcome, Unsure):
        return unclear(blank, ticket.head, means, Code.NO_ANSWER, outcome.detail, called_at, now, policy)
    return _refused(blank, ticket, outcome, means, now, policy, jitter)


def not_called(
    ticket: Ticket,
    outcome: Outcome | None,
    *,
    now: Instant,
    policy: Policy,
    jitter: Callable[[float, float], float],
    means: Means = _NO_MEANS,
) -> Change:
    """The change for a ticket that came to no call: before the fence, refused by it, or stopped right behind it."""
    blank = Change(
        id=ticket.head.id,
        attempt=ticket.attempt,
        before=(State.CLAIMED, State.SENDING),
        after=State.PENDING,
        cause="given_back",
        owner=ticket.owner,
        sent_maybe=ticket.head.sent_maybe,
        key_good_until=ticket.head.key_good_until,
    )
    if outcome is None:
        return blank
    return _refused(
        blank._replace(evidence=getattr(outcome, "evidence", "")), ticket, outcome, means, now, policy, jitter
    )


def after_lease(leased: Leased, means: Means, *, now: Instant, policy: Policy) -> Change:
    """What becomes of a copy whose engine is gone: a claim is undone, a call has an unknown outcome."""
    blank = Change(
        id=leased.head.id,
        attempt=leased.head.attempt,
        before=(leased.state,),
        after=State.PENDING,
        cause="lease_ended",
        owner=leased.owner,
        sent_maybe=leased.head.sent_maybe,
        key_good_until=leased.head.key_good_until,
    )
    if leased.state is State.CLAIMED:
        return blank
    called_at = leased.head.first_called_at or now
    change = unclear(
        blank._replace(next_at=now + leased.gap_s), leased.head, means, Code.ENGINE_GONE, "", called_at, now, policy
    )
    look_at = reconcile.first_look_after_lease(means, leased.head, change.key_good_until, now, policy)
    return change._replace(look_at=look_at)


def unclear(
    blank: Change, head: Head, means: Means, code: str, detail: str, called_at: Instant, now: Instant, policy: Policy
) -> Change:
    """Unknown from now on, with the moment at which Ravi itself may look or repeat, if the platform has a way."""
    first = head.first_called_at if head.sent_maybe and head.first_called_at is not None else called_at
    good_until = reconcile.key_good_until(means, first, policy)
    if head.sent_maybe and head.key_good_until is not None and good_until is not None:
        good_until = min(good_until, head.key_good_until)
    return blank._replace(
        after=State.UNKNOWN,
        code=code,
        detail=detail,
        sent_maybe=True,
        key_good_until=good_until,
        look_at=reconcile.first_look(means, head.action, now, policy),
    )


def _refused(
    blank: Change,
    ticket: Ticket,
    outcome: Outcome,
    means: Means,
    now: Instant,
    policy: Policy,
    jitter: Callable[[float, float], float],
) -> Change:
    """Outcomes of which the platform, or we, can say that this call had no effect."""
    if isinstance(outcome, Limited):
        resume_at = now + outcome.retry_after_s + jitter(0.1, 1.0)
        return blank._replace(after=State.PENDING, code=Code.RATE_LIMITED, next_at=max(blank.next_at, resume_at))
    if isinstance(outcome, NoRoom):
        return blank._replace(after=State.PENDING, next_at=now + jitter(1.0, 3.0))
    if isinstance(outcome, NotSent):
        back_at = now + backoff(ticket.attempt, policy) * jitter(0.8, 1.2)
        return blank._replace(
            after=State.PENDING, code=Code.NOT_REACHED, detail=outcome.reason, not_before=back_at, next_at=0.0
        )
    if ticket.head.sent_maybe:
        return _after_unclear(blank, ticket.head, outcome, means, now, policy)
    if isinstance(outcome, CredentialsRefused):
        return blank._replace(after=State.HELD, code=Code.CREDENTIALS, detail=outcome.detail, hold_channel=True)
    if isinstance(outcome, Rejected):
        return blank._replace(after=State.FAILED, code=outcome.code, detail=outcome.detail)
    raise TypeError(f"no rule for {type(outcome).__name__}")


def _after_unclear(blank: Change, head: Head, outcome: Outcome, means: Means, now: Instant, policy: Policy) -> Change:
    """A no today says nothing about the unclear attempt before it: the copy stays unknown."""
    code, detail = Code.KEY_SPENT.value, getattr(outcome, "detail", "")
    if isinstance(outcome, Rejected):
        code = outcome.code
    elif isinstance(outcome, CredentialsRefused):
        code = Code.CREDENTIALS
    return blank._replace(
        after=State.UNKNOWN,
        code=code,
        detail=detail,
        key_good_until=now,
        look_at=now + policy.look_after_s if means.can_find and head.action == "publish" else None,
        hold_channel=isinstance(outcome, CredentialsRefused),
    )


def backoff(attempt: int, policy: Policy) -> float:
    """Seconds to wait after a call that reached nobody."""
    return min(policy.backoff_s * 2.0 ** min(attempt - 1, 16), policy.backoff_max_s)


def is_healthy(outcome: Outcome) -> bool | None:
    """What an outcome says about the platform on its route: answered, did not, or nothing."""
    if isinstance(outcome, NotSent | Unsure):
        return False
    return None if isinstance(outcome, KeySpent | NoRoom) else True
