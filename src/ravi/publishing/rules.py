"""What a post can be, who may say yes to it and when it may go. Pure: no database, no clock."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
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


# Somebody still writes it, or it waits for a yes.
OPEN = frozenset({PostState.DRAFT, PostState.SUBMITTED, PostState.RETURNED})


class Topic(StrEnum):
    """What a post speaks about; it decides who may approve it."""

    HEALTH = "health"
    ORGANISATION = "organisation"
    LIGHT = "light"  # greetings, contests, feast days: what is out of place in mourning


class Act(StrEnum):
    """What people do with a post."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    TAKE_BACK = "take_back"
    WITHDRAW = "withdraw"
    ERASE = "erase"


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
    # What it carried was erased, so that nothing of it can go as it was approved.
    (PostState.SUBMITTED, Act.ERASE): PostState.RETURNED,
    (PostState.APPROVED, Act.ERASE): PostState.RETURNED,
    # A yes that its giver takes back, while nothing has left; the words wait as they were.
    (PostState.SUBMITTED, Act.TAKE_BACK): PostState.SUBMITTED,
    (PostState.APPROVED, Act.TAKE_BACK): PostState.SUBMITTED,
    (PostState.DRAFT, Act.WITHDRAW): PostState.WITHDRAWN,
    (PostState.RETURNED, Act.WITHDRAW): PostState.WITHDRAWN,
    (PostState.SUBMITTED, Act.WITHDRAW): PostState.WITHDRAWN,
    (PostState.APPROVED, Act.WITHDRAW): PostState.WITHDRAWN,
}

APPROVED_BY: Mapping[Topic, Ability] = {
    Topic.HEALTH: Ability.APPROVE_HEALTH_POST,
    Topic.ORGANISATION: Ability.APPROVE_POST,
    Topic.LIGHT: Ability.APPROVE_POST,
}
# What a pause may hold back. Health advice goes on; whoever must stop it stops sending.
PAUSABLE = (Topic.LIGHT, Topic.ORGANISATION)

# A yes on a page is held back so long before its copies go: an undo for a slip of the thumb.
UNDO_S = 8
# One yes, or two of different people, before anything goes out.
MOST_STEPS = 2


class Need(StrEnum):
    """Whose yes is missing next."""

    NOBODY = "nobody"
    APPROVER = "approver"
    EXPERT = "expert"  # a health expert who reads the text's language


@dataclass(frozen=True)
class Yes:
    """One living yes to a post's present revision; `is_expert` where it was the health expert's."""

    approver_id: int
    is_expert: bool


def steps_of(topic: Topic, path: Sequence[int], chosen: Mapping[tuple[str, int | None], int]) -> int:
    """How many yeses a post of this topic needs in the unit at the end of `path` (ids from headquarters down).

    `chosen` maps (topic, unit, None for all) to what the head set. The unit's own stands over that of the units above it,
    and that over the one for all; what is set for headquarters as a unit is about its own posts only.
    """
    *above, unit = path
    places: list[int | None] = [unit, *reversed(above[1:]), None]
    return next((chosen[topic, place] for place in places if (topic, place) in chosen), 1)


def need(topic: Topic, steps: int, given: Collection[Yes]) -> Need:
    """Whose yes is missing: health advice never ends without a health expert's, however many others said yes."""
    left = steps - len({yes.approver_id for yes in given})
    asks_expert = topic is Topic.HEALTH and not any(yes.is_expert for yes in given)
    if left <= 0 and not asks_expert:
        return Need.NOBODY
    return Need.EXPERT if asks_expert and left <= 1 else Need.APPROVER


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


def released_at(due_at: datetime | None, valid_until: datetime | None, now: datetime, hold_s: int) -> datetime:
    """When copies go whose yes came now: at their time, but not before a slip of the thumb can be taken back.

    What would expire in that short while is not held: it goes as it would have gone.
    """
    due, held = max(due_at or now, now), now + timedelta(seconds=hold_s)
    return due if valid_until is not None and valid_until <= held else max(due, held)


def spread_at(now: datetime, spread_s: int, valid_until: datetime | None) -> datetime:
    """When copies without a time of their own go: a little later than now, or now where they would expire meanwhile."""
    later = now + timedelta(seconds=spread_s)
    return now if is_expired(valid_until, later) else later


def passages(text: str) -> list[str]:
    """The sentences of a text as they stand there, each once, for whoever cannot mark one with a finger."""
    found = (passage.strip() for passage in re.findall(r"[^.!?؟\n]+[.!?؟]*", text))
    return list(dict.fromkeys(passage for passage in found if passage))


def quoted(text: str, wanted: str) -> str:
    """The passage of `text` that somebody marked, character for character, however their browser spaced it; "" if none."""
    words = wanted.split()
    found = re.search(r"\s+".join(re.escape(word) for word in words), text) if words else None
    return found.group() if found else ""


def set_digest(hashes: Iterable[str]) -> str:
    """One name for a shown set: SHA-256 over its hashes in order. Two sets share it only when they are equal."""
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def variant_names(platforms: Iterable[str]) -> frozenset[str]:
    """The names a variant may have beside the full text: a length class, or a platform's kind."""
    return frozenset({*CLASS_NAMES, *platforms}) - {FULL}
