"""What the school does: the only writers of its tables."""

from ravi.training.services.plan import (
    cancel_workshop,
    edit_workshop,
    open_workshop,
    plan_workshop,
    set_unit_seats,
    start_series,
)
from ravi.training.services.registration import cancel_registration, confirm, decline, lapse, nominate
from ravi.training.services.reminder import remind_of_sessions
from ravi.training.services.session import add_session, drop_session, edit_session

__all__ = [
    "add_session",
    "cancel_registration",
    "cancel_workshop",
    "confirm",
    "decline",
    "drop_session",
    "edit_session",
    "edit_workshop",
    "lapse",
    "nominate",
    "open_workshop",
    "plan_workshop",
    "remind_of_sessions",
    "set_unit_seats",
    "start_series",
]
