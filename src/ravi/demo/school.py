"""The demo's school: the first workshop of a series, held in Esfand 1400, and the second one, to which units send people."""

from datetime import UTC, datetime, timedelta

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.core.calendar import in_tehran
from ravi.training import services
from ravi.training.draft import SeriesFields, SessionFields, Teacher, WorkshopFields
from ravi.training.models import Workshop
from ravi.training.rules import Part

# Sunday, 22 Esfand 1400, at half past eight in Tehran.
FIRST = datetime(2022, 3, 13, 5, 0, tzinfo=UTC)
MINISTRY = Teacher("رضا کاویان", "روابط عمومی وزارت بهداشت")
POLICE = Teacher("سرهنگ حمید پناهی", "رئیس پلیس فتای استان")
DAYS_AHEAD = 12


def hold_workshops(editor: Person) -> None:
    """Nobody is sent yet: whoever tries the demo does that."""
    with clock.at(FIRST - timedelta(days=14)):
        series = services.start_series(
            SeriesFields("مدیریت فضای مجازی", "روایتگری و تبیین در فضای مجازی، با شناخت تهدیدها و فرصت‌ها"), by=editor
        )
        goal = "پیام‌های سلامت را با هم و به‌صورت شبکه‌ای منتشر کند و به پرسش‌ها پاسخ دهد."
        first = services.plan_workshop(series, WorkshopFields("کارگاه مدیریت فضای مجازی", goal, 120, 2), by=editor)
        _add(first, FIRST, editor, ("تهدیدها و فرصت‌های فضای مجازی", POLICE), ("کار با سکوها و نشر شبکه‌ای", MINISTRY))
        services.open_workshop(first, by=editor)
    second = services.plan_workshop(
        series,
        WorkshopFields("پاسخ به شایعه پیش از آنکه بپیچد", "شایعه را بشناسد و با منبع پاسخ دهد.", 60, 1),
        by=editor,
    )
    begins = in_tehran(clock.now() + timedelta(days=DAYS_AHEAD)).replace(hour=8, minute=30, second=0, microsecond=0)
    _add(second, begins, editor, ("از شنیدن شایعه تا پاسخ", MINISTRY), ("تمرین با نمونه‌های واقعی", MINISTRY))
    services.open_workshop(second, by=editor)


def _add(workshop: Workshop, begins: datetime, editor: Person, *topics: tuple[str, Teacher]) -> None:
    """A morning of four hours, and an evening of three after lunch."""
    hours = ((Part.MORNING, begins, 4), (Part.EVENING, begins + timedelta(hours=5, minutes=30), 3))
    for (topic, teacher), (part, at, length) in zip(topics, hours, strict=True):
        fields = SessionFields(topic, part, at, at + timedelta(hours=length), "سالن همایش ستاد", teachers=(teacher,))
        services.add_session(workshop, fields, by=editor)
