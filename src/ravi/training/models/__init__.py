"""The school's tables."""

from ravi.training.models.registration import Registration, SessionReminder
from ravi.training.models.series import Series
from ravi.training.models.workshop import Instructor, Session, UnitSeats, Workshop

__all__ = ["Instructor", "Registration", "Series", "Session", "SessionReminder", "UnitSeats", "Workshop"]
