"""How an emergency message stands afterwards, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.accounts.models import Person
from ravi.core import calendar, clock
from ravi.core.calendar import number
from ravi.network.models import AfterReview
from ravi.network.queries import after_reviews_on_desk, emergencies_between
from ravi.network.weekly import Week


def standing(review: AfterReview) -> tuple[str, str]:
    """Bead and words: looked at and how, or until when it waits."""
    if review.done_at is not None:
        bead = {"right": "sent", "correct": "corrected", "withdraw": "cancelled"}[review.verdict]
        return bead, str(review.get_verdict_display())
    said = {
        "at": calendar.day_and_hour(review.due_at, year=False),
        "left": calendar.distance(review.due_at, now=clock.now()),
    }
    if review.due_at <= clock.now():
        return "unknown", _("Overdue since %(at)s; the emergency lane is closed") % said
    return "turn", _("To be looked at until %(at)s (%(left)s)") % said


def found_words(review: AfterReview) -> str:
    """Who found it and when; "" as long as nobody has looked."""
    if review.done_at is None or review.done_by is None:
        return ""
    return f"{review.done_by.name}، {calendar.day_and_hour(review.done_at, year=False)}"


def rows_of(person: Person) -> list[tuple[AfterReview, str, str]]:
    """(what, bead, words) of what this person is to look at, and for the head of what nobody has looked at in time."""
    return [(one, *standing(one)) for one in after_reviews_on_desk(person)]


def week_words(person: Person, week: Week) -> str:
    """For the head's week; "" where there was no emergency."""
    count, late = emergencies_between(person, week.begins, week.ends)
    if not count:
        return ""
    said = ngettext("%(n)s emergency message went out.", "%(n)s emergency messages went out.", count)
    missed = ngettext("%(n)s was not looked at within 24 hours.", "%(n)s were not looked at within 24 hours.", late)
    told = [
        said % {"n": number(count)},
        missed % {"n": number(late)} if late else _("Each was looked at, or is still in time."),
    ]
    return " ".join(told)
