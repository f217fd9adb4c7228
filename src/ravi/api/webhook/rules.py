"""What can be told, when it is tried again, and when an address is given up. Pure: no database, no clock."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_URL = 2_000
MOST_WEBHOOKS = 20  # living ones of a unit
CONNECT_S, ANSWER_S, MOST_ANSWER_BYTES = 5.0, 10.0, 64 * 1024
# A call is tried again after so long; past the last one it is given up.
WAITS_S = (5, 30, 120, 600, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600, 12 * 3_600)
# An address that takes nothing is asked with one call at a time, and at least so often: it may be well again.
LONGEST_REST_S = 1_800
GIVEN_UP_AFTER = timedelta(hours=72)
OFF_AFTER = timedelta(days=3)
OLD_SECRET_HOLDS = timedelta(days=1)
# Failures that lie further apart are no row: nothing was sent between, and nobody knows how the address was then.
ROW_BREAKS_AFTER = timedelta(days=1)
# No call of a round is begun later; what is in flight then has its time. Whoever holds a call has it longer than both.
ROUND_S = 10.0
LEASE_S = 60
AT_ONCE = 25  # calls of one address in one go
KEPT_DAYS = 30


class EventType(StrEnum):
    """What can be told; `webhook.test` is sent by a button alone."""

    POST_SUBMITTED = "post.submitted"
    POST_APPROVED = "post.approved"
    POST_YES_TAKEN_BACK = "post.yes_taken_back"
    POST_RETURNED = "post.returned"
    POST_WITHDRAWN = "post.withdrawn"
    COPY_SENT = "copy.sent"
    COPY_FAILED = "copy.failed"
    COPY_UNKNOWN = "copy.unknown"
    COPY_MISSED = "copy.missed"
    COPY_HELD = "copy.held"
    OFFER_MADE = "offer.made"
    OFFER_ANSWERED = "offer.answered"
    ENDORSEMENT_ASKED = "endorsement.asked"
    VERSION_ENDORSED = "version.endorsed"
    VERSION_ISSUED = "version.issued"
    MESSAGE_ENDED = "message.ended"
    MESSAGE_WITHDRAWN = "message.withdrawn"
    STOP_ORDERED = "stop.ordered"
    STOP_LIFTED = "stop.lifted"
    TEST = "webhook.test"


CHOSEN = tuple(one for one in EventType if one is not EventType.TEST)


class CallState(StrEnum):
    """What became of a call."""

    WAITING = "waiting"
    TAKEN = "taken"
    GIVEN_UP = "given_up"


class TryOutcome(StrEnum):
    """What came of one try."""

    TAKEN = "taken"
    REFUSED = "refused"
    MOVED = "moved"
    UNREACHED = "unreached"
    SILENT = "silent"
    UNSEALED = "unsealed"


class WhyOff(StrEnum):
    """Why nothing is sent to an address."""

    PERSON = "person"
    GONE = "gone"
    FAILING = "failing"
    UNSEALED = "unsealed"


def outcome_of(status: int) -> TryOutcome:
    """What an answer's status says: 2xx is a yes, and nothing else is."""
    if 200 <= status < 300:
        return TryOutcome.TAKEN
    return TryOutcome.MOVED if 300 <= status < 400 else TryOutcome.REFUSED


def wait_s(attempts: int) -> int | None:
    """After how many seconds a call is tried again that came to nothing so often; None: never."""
    return WAITS_S[attempts - 1] if attempts <= len(WAITS_S) else None


def rest_s(failures: int, retry_after_s: int = 0) -> int:
    """How long an address is left in peace after so many tries in a row; longer where it asks for that."""
    usual = min(WAITS_S[min(failures, len(WAITS_S)) - 1], LONGEST_REST_S)
    return max(usual, min(retry_after_s, WAITS_S[-1]))


def why_off(statuses: Collection[int], failing_since: datetime | None, now: datetime) -> WhyOff | None:
    """Whether an address is switched off by what it answered: 410 says that nobody is there any more."""
    if 410 in statuses:
        return WhyOff.GONE
    return WhyOff.FAILING if failing_since and now - failing_since >= OFF_AFTER else None


def failing_from(since: datetime | None, last: datetime | None, now: datetime) -> datetime:
    """When the row of failures began that the one of `now` belongs to; `last` is when the one before it was."""
    if since is None or last is None or now - last > ROW_BREAKS_AFTER:
        return now
    return since


def concerns(units: frozenset[int] | None, reach: frozenset[int]) -> bool:
    """Whether what happened in these units (None: in the whole institution) is told to an address of that reach."""
    return units is None or bool(units & reach)
