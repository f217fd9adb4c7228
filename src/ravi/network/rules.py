"""What a campaign, a message, an offer and an adoption can be, and whom a message is for. Pure: no database, no clock."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from ravi.accounts.rules import UnitKind
from ravi.publishing.rules import Topic


class CampaignState(StrEnum):
    """Whether messages can still join."""

    OPEN = "open"
    CLOSED = "closed"


class MessageState(StrEnum):
    """Where a message stands between its first word and its end."""

    DRAFT = "draft"
    OFFERED = "offered"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class MessageKind(StrEnum):
    """A notice (a closure) and an alert may be adopted by themselves; a message is always adopted by a person."""

    MESSAGE = "message"
    NOTICE = "notice"
    ALERT = "alert"


class Priority(StrEnum):
    """What comes first in a unit's inbox."""

    NORMAL = "normal"
    HIGH = "high"


class OnNewVersion(StrEnum):
    """What becomes of scheduled copies of an older version."""

    PAUSE = "pause"
    GO_ON = "go_on"


class MessageAct(StrEnum):
    """What headquarters does with a message."""

    EDIT = "edit"
    ISSUE = "issue"
    END = "end"
    WITHDRAW = "withdraw"


class OfferState(StrEnum):
    """What the unit has answered. Seen or not, and late or not, are times of the offer, not states."""

    OPEN = "open"
    ADOPTED = "adopted"
    ADAPTED = "adapted"
    DECLINED = "declined"
    CLOSED = "closed"


class AdoptionKind(StrEnum):
    """The unit's answer."""

    ADOPTED = "adopted"
    ADAPTED = "adapted"
    DECLINED = "declined"


class TargetKind(StrEnum):
    """How units are named: one and all under it, all of a kind, or one alone."""

    TREE = "tree"
    KIND = "kind"
    UNIT = "unit"


# (state, act) -> the state after it; what is not here is refused.
TRANSITIONS: Mapping[tuple[MessageState, MessageAct], MessageState] = {
    (MessageState.DRAFT, MessageAct.EDIT): MessageState.DRAFT,
    (MessageState.OFFERED, MessageAct.EDIT): MessageState.OFFERED,  # the next version's draft
    (MessageState.DRAFT, MessageAct.ISSUE): MessageState.OFFERED,
    (MessageState.OFFERED, MessageAct.ISSUE): MessageState.OFFERED,
    (MessageState.DRAFT, MessageAct.END): MessageState.ENDED,
    (MessageState.OFFERED, MessageAct.END): MessageState.ENDED,
    (MessageState.OFFERED, MessageAct.WITHDRAW): MessageState.WITHDRAWN,
    (MessageState.ENDED, MessageAct.WITHDRAW): MessageState.WITHDRAWN,
}

DEFAULT_WINDOW_MIN: Mapping[MessageKind, int] = {
    MessageKind.MESSAGE: 30,
    MessageKind.NOTICE: 30,
    MessageKind.ALERT: 0,
}
LONGEST_WINDOW_MIN = 24 * 60
LONGEST_LIFE = timedelta(days=400)
LONGEST_NAME, LONGEST_GOAL, LONGEST_REASON = 200, 2_000, 1_000  # characters
MOST_FACTS, MOST_SOURCES, MOST_KEY_MESSAGES = 30, 20, 20


@dataclass(frozen=True)
class Place:
    """A unit as the rules see it: `path` as in accounts.Unit."""

    pk: int
    kind: str
    path: str


@dataclass(frozen=True)
class Aim:
    """One target: of TREE and UNIT `unit_id` is meant, of KIND `unit_kind`."""

    kind: TargetKind
    unit_id: int | None = None
    unit_kind: str = ""


def after(state: MessageState, act: MessageAct) -> MessageState | None:
    """The state that `act` leads to, or None where it is not possible."""
    return TRANSITIONS.get((state, act))


def is_aim(aim: Aim, unit_ids: Collection[int]) -> bool:
    """Whether it names one thing that is there: a known unit, or a kind."""
    if aim.kind is TargetKind.KIND:
        return aim.unit_id is None and aim.unit_kind in set(UnitKind)
    return aim.unit_id in unit_ids and not aim.unit_kind


def units_of(aims: Iterable[Aim], places: Iterable[Place], issuer_id: int) -> list[int]:
    """Ids of the units that a message reaches, each once: those under the issuing unit that some aim names."""
    known = {place.pk: place for place in places}
    issuer = known[issuer_id]
    below = [place for place in known.values() if place.path.startswith(issuer.path) and place.pk != issuer_id]
    wanted = list(aims)
    return sorted(place.pk for place in below if any(_hits(aim, place, known) for aim in wanted))


def _hits(aim: Aim, place: Place, known: Mapping[int, Place]) -> bool:
    if aim.kind is TargetKind.KIND:
        return place.kind == aim.unit_kind
    if aim.kind is TargetKind.UNIT:
        return place.pk == aim.unit_id
    top = known.get(aim.unit_id or 0)
    return top is not None and place.path.startswith(top.path)


def may_go_by_itself(kind: str, topic: str) -> bool:
    """Whether a unit's head may let such a thing be taken without being asked: closures and alerts, never health advice."""
    return kind in (MessageKind.NOTICE, MessageKind.ALERT) and topic != Topic.HEALTH


def needs_expiry(topic: str) -> bool:
    """Health advice grows old: it says until when it holds."""
    return topic == Topic.HEALTH


def needs_expert(topic: str) -> bool:
    """Whether a health expert says yes to the words before any unit sees them."""
    return topic == Topic.HEALTH


def is_late(deadline: datetime | None, answered_at: datetime | None, now: datetime) -> bool:
    """Whether the answer came, or would come, after the deadline."""
    return deadline is not None and (answered_at or now) > deadline


# How an offer stands after each answer; an answer can change until a copy of it has gone out.
ANSWERED: Mapping[AdoptionKind, OfferState] = {
    AdoptionKind.ADOPTED: OfferState.ADOPTED,
    AdoptionKind.ADAPTED: OfferState.ADAPTED,
    AdoptionKind.DECLINED: OfferState.DECLINED,
}


def spread_s(message_id: int, unit_id: int, unit_ids: Iterable[int], window_min: int) -> int:
    """Seconds after its yes at which a unit's copies go: all units evenly over the window, in an order that each
    message draws anew and that never changes. 0 without a window."""
    order = sorted({*unit_ids, unit_id}, key=lambda pk: hashlib.sha256(f"{message_id}:{pk}".encode()).digest())
    return order.index(unit_id) * window_min * 60 // len(order)


def is_answerable(
    message_state: MessageState, offer_state: OfferState, valid_until: datetime | None, now: datetime
) -> bool:
    """Whether the unit can still answer, or answer otherwise."""
    is_over = valid_until is not None and valid_until <= now
    return message_state is MessageState.OFFERED and offer_state is not OfferState.CLOSED and not is_over


# Letters and digits that nobody mistakes for each other when an address is read out or typed from a poster.
CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 7
# Where a short address stands, on every Ravi; the citizens' site answers there.
SHORT_PATH = "/m/"

REVIEW_AFTER = timedelta(days=182)  # half a year


def review_day(said_on: date, last_day: date | None) -> date:
    """When health words are looked at again: half a year after they were last found true, at most on their last day."""
    due = said_on + REVIEW_AFTER
    return due if last_day is None else min(due, last_day)


class Standing(StrEnum):
    """What citizens may still hold of a message."""

    CURRENT = "current"
    CORRECTED = "corrected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


def standing_of(state: MessageState, number: int, valid_until: datetime | None, now: datetime) -> Standing:
    """A withdrawal says more than an expiry, and an expiry more than a correction."""
    if state is MessageState.WITHDRAWN:
        return Standing.WITHDRAWN
    if valid_until is not None and valid_until <= now:
        return Standing.EXPIRED
    return Standing.CORRECTED if number > 1 else Standing.CURRENT
