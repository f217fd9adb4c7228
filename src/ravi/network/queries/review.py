"""Which health words are to be looked at again, and when."""

from datetime import date, timedelta

from django.db.models import F, Q, QuerySet

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.network.models import Review
from ravi.network.queries.message import messages_visible_to
from ravi.network.rules import MessageState

AHEAD = timedelta(days=30)


def reviews_near(person: Person, today: date) -> QuerySet[Review]:
    """What is due or will be within thirty days, the longest due first."""
    return (
        _open()
        .filter(version__message__in=messages_visible_to(person), due_on__lte=today + AHEAD)
        .order_by("due_on", "pk")
    )


def reviews_untold(today: date) -> QuerySet[Review]:
    """What is due and of which nobody was told."""
    return _open().filter(due_on__lte=today, told_at=None).order_by("due_on", "pk")


def _open() -> QuerySet[Review]:
    """Of words that units and citizens still have."""
    holds = Q(version__valid_until=None) | Q(version__valid_until__gt=clock.now())
    current = Review.objects.filter(
        holds, done_at=None, version=F("version__message__current"), version__message__state=MessageState.OFFERED
    )
    return current.select_related("version__message")
