"""A workshop as the seed tells of it: one day in Esfand, a morning and an evening session, guests who teach."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ravi.core import clock
from ravi.training import services
from ravi.training.draft import SeriesFields, SessionFields, Teacher, WorkshopFields
from ravi.training.models import Workshop
from ravi.training.rules import Part

MORNING = Teacher("رضا کاویان", "روابط عمومی وزارت بهداشت")


def session(starts_at: datetime, hours: float = 4, **more: Any) -> SessionFields:
    said = {"topic": "آغاز کارگاه", "part": Part.MORNING, "room": "سالن شمارهٔ ۱", "teachers": (MORNING,)} | more
    return SessionFields(starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), **said)


@pytest.fixture
def planned(house: Any) -> Callable[..., Workshop]:
    """`planned(unit_seats=1)` gives a draft with a morning and an evening in nine days."""

    def make(*, days: float = 9, **more: Any) -> Workshop:
        series = services.start_series(SeriesFields(f"مدیریت فضای مجازی {clock.now().timestamp()}"), by=house.editor)
        workshop = services.plan_workshop(series, WorkshopFields("کارگاه نخست", **more), by=house.editor)
        begins = (clock.now() + timedelta(days=days)).replace(microsecond=0, tzinfo=UTC)
        services.add_session(workshop, session(begins), by=house.editor)
        evening = session(begins + timedelta(hours=5), topic="پرسش و پاسخ", part=Part.EVENING)
        services.add_session(workshop, evening, by=house.editor)
        return workshop

    return make


@pytest.fixture
def opened(house: Any, planned: Callable[..., Workshop]) -> Callable[..., Workshop]:
    """The same, announced."""

    def make(**more: Any) -> Workshop:
        return services.open_workshop(planned(**more), by=house.editor)

    return make
