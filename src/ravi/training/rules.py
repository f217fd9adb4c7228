"""States of workshops and registrations, and who gets a seat. Pure: no database, no clock."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class WorkshopState(StrEnum):
    """Whether units see it. That it is over says its last session."""

    DRAFT = "draft"
    OPEN = "open"
    CANCELLED = "cancelled"


class Part(StrEnum):
    """Which half of the day."""

    MORNING = "morning"
    EVENING = "evening"


class RegistrationState(StrEnum):
    """Where one person stands with one workshop."""

    NOMINATED = "nominated"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class Act(StrEnum):
    """What people do with a registration, or the clock."""

    NOMINATE = "nominate"
    QUEUE = "queue"
    MOVE_UP = "move_up"
    CONFIRM = "confirm"
    DECLINE = "decline"
    CANCEL = "cancel"
    LAPSE = "lapse"


# A seat is kept for whoever has one of these.
SEATED = frozenset({RegistrationState.NOMINATED, RegistrationState.CONFIRMED})
STANDS = SEATED | {RegistrationState.WAITING}

# (state, act) -> the state after it; what is not here is refused. Nothing before it: "".
AFTER: Mapping[tuple[str, Act], RegistrationState] = {
    **{(state, Act.NOMINATE): RegistrationState.NOMINATED for state in ("", *(set(RegistrationState) - STANDS))},
    **{(state, Act.QUEUE): RegistrationState.WAITING for state in ("", *(set(RegistrationState) - STANDS))},
    (RegistrationState.WAITING, Act.MOVE_UP): RegistrationState.NOMINATED,
    (RegistrationState.NOMINATED, Act.CONFIRM): RegistrationState.CONFIRMED,
    (RegistrationState.NOMINATED, Act.DECLINE): RegistrationState.DECLINED,
    (RegistrationState.WAITING, Act.DECLINE): RegistrationState.DECLINED,
    (RegistrationState.CONFIRMED, Act.DECLINE): RegistrationState.DECLINED,
    **{(state, Act.CANCEL): RegistrationState.CANCELLED for state in STANDS},
    (RegistrationState.NOMINATED, Act.LAPSE): RegistrationState.LAPSED,
}

# Whoever has not confirmed by then gives the seat to the next one.
CONFIRM_BEFORE = timedelta(hours=24)
REMIND_BEFORE = timedelta(hours=24)
LONGEST_NAME, LONGEST_TEXT, MOST_SEATS, MOST_SESSIONS = 200, 4_000, 1_000, 20


def after(state: str, act: Act) -> RegistrationState | None:
    """The state after `act`, or None where it is not possible."""
    return AFTER.get((state, act))


def has_seat(*, of_unit: int, unit_seats: int | None, of_all: int, seats: int | None) -> bool:
    """Whether one more of the unit fits, with so many seats taken by it and by all; None is no limit."""
    return (unit_seats is None or of_unit < unit_seats) and (seats is None or of_all < seats)
