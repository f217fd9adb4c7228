"""What a post can be, who may say yes to it and when it may go. Pure: no database, no clock."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from ravi.accounts.rules import Ability
from ravi.platforms.compose import CLASSES, FULL


class PostState(StrEnum):
    """Where a post stands between its first word and its last copy."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Topic(StrEnum):
    """What a post speaks about; it decides who may approve it."""

    HEALTH = "health"
    ORGANISATION = "organisation"


class Act(StrEnum):
    """What people do with a post."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    WITHDRAW = "withdraw"


# (state, act) -> the state after it; what is not here is refused.
TRANSITIONS: Mapping[tuple[PostState, Act], PostState] = {
    (PostState.DRAFT, Act.EDIT): PostState.DRAFT,
    (PostState.RETURNED, Act.EDIT): PostState.RETURNED,
    # A change to words that wait for a yes, or have one, takes them back: the yes was to other words.
    (PostState.SUBMITTED, Act.EDIT): PostState.DRAFT,
    (PostState.APPROVED, Act.EDIT): PostState.DRAFT,
    (PostState.DRAFT, Act.SUBMIT): PostState.SUBMITTED,
    (PostState.RETURNED, Act.SUBMIT): PostState.SUBMITTED,
    (PostState.SUBMITTED, Act.APPROVE): PostState.APPROVED,
    (PostState.SUBMITTED, Act.RETURN): PostState.RETURNED,
    (PostState.DRAFT, Act.WITHDRAW): PostState.WITHDRAWN,
    (PostState.RETURNED, Act.WITHDRAW): PostState.WITHDRAWN,
    (PostState.SUBMITTED, Act.WITHDRAW): PostState.WITHDRAWN,
    (PostState.APPROVED, Act.WITHDRAW): PostState.WITHDRAWN,
}

APPROVED_BY: Mapping[Topic, Ability] = {
    Topic.HEALTH: Ability.APPROVE_HEALTH_POST,
    Topic.ORGANISATION: Ability.APPROVE_POST,
}

CLASS_NAMES: tuple[str, ...] = tuple(CLASSES)
# A due time that lies a little in the past means now: people fill a form for some minutes.
PAST_TOLERANCE = timedelta(minutes=5)
LONGEST_SCHEDULE = timedelta(days=400)
LONGEST_TITLE, LONGEST_TEXT, LONGEST_LINK, LONGEST_NOTE = 300, 200_000, 2_000, 4_000  # characters
MOST_IMAGES = 20


def after(state: PostState, act: Act) -> PostState | None:
    """The state that `act` leads to, or None where it is not possible."""
    return TRANSITIONS.get((state, act))


def is_own_work(approver_id: int, author_id: int, writer_ids: Collection[int]) -> bool:
    """Whether the approver wrote or changed these words: nobody says yes to their own."""
    return approver_id == author_id or approver_id in writer_ids


def is_expired(valid_until: datetime | None, now: datetime, due_at: datetime | None = None) -> bool:
    """Whether the post would go out at or after its expiry."""
    return valid_until is not None and valid_until <= max(now, due_at or now)


def is_due_possible(due_at: datetime, now: datetime) -> bool:
    """Whether a time can be asked for: not past, and not so far away that it is a slip."""
    return now - PAST_TOLERANCE <= due_at <= now + LONGEST_SCHEDULE


def set_digest(hashes: Iterable[str]) -> str:
    """One name for a shown set: SHA-256 over its hashes in order. Two sets share it only when they are equal."""
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def variant_names(platforms: Iterable[str]) -> frozenset[str]:
    """The names a variant may have beside the full text: a length class, or a platform's kind."""
    return frozenset({*CLASS_NAMES, *platforms}) - {FULL}
