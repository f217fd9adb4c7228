"""Where a short address leads, and how often it was opened."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Sum

from ravi.network.models import Message, ShortLink, ShortLinkDay
from ravi.network.rules import SHORT_PATH


@dataclass(frozen=True)
class Openings:
    """How often in all, and on the last day on which anybody did."""

    total: int
    days: tuple[ShortLinkDay, ...]


def short_link_by_code(code: str) -> ShortLink | None:
    """The one of any institution: an address is opened before it is known whose it is."""
    return ShortLink.objects.filter(code=code.lower()).first()


def short_link_of(message: Message) -> ShortLink | None:
    """The message's address; None before its first version was issued."""
    return ShortLink.objects.filter(message=message).first()


def short_address(code: str) -> str:
    """As it is posted and printed. Never made from what a browser says of its host."""
    return f"{settings.BASE_URL}{SHORT_PATH}{code}"


def openings_of(short_link: ShortLink, most_days: int = 7) -> Openings:
    """Two questions."""
    days = ShortLinkDay.objects.filter(short_link=short_link)
    total = days.aggregate(total=Sum("opened"))["total"] or 0
    return Openings(total, tuple(days.order_by("-day")[:most_days]))
