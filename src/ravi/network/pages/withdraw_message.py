"""Withdrawing everywhere: what it will do, and how far it has come."""

from typing import Any

from django.utils.translation import gettext as _

from ravi.core import calendar, clock
from ravi.delivery.pages import read_back
from ravi.delivery.read_back.rules import CASES
from ravi.network.models import Correction, Message
from ravi.network.queries.withdraw_message import posts_of, posts_to_withdraw
from ravi.publishing.queries.withdrawal import Progress, how_withdrawn, what_withdrawal_does


def before(message: Message) -> dict[str, Any]:
    """What the confirmation says."""
    posts = list(posts_to_withdraw(message).values_list("pk", flat=True))
    return {
        "units": len(posts),
        "weighed": what_withdrawal_does(posts),
        "open": message.offers.filter(state="open").count(),
    }


def after(message: Message) -> dict[str, Any]:
    """What the page says while and after copies are removed."""
    posts, now = list(posts_of(message).values_list("pk", flat=True)), clock.now()
    left = posts_to_withdraw(message).count()
    progress = how_withdrawn(posts, now)
    return {
        "progress": progress,
        "left": left,
        "is_live": bool(left or progress.going),
        "counts": _counts(progress),
        "read_back": read_back.counted(progress.read_back),
        "cases": any(one in CASES for one in progress.read_back),
        "has_corrections": Correction.objects.filter(version__message=message).exists(),
        "end": calendar.hour(progress.ends_at) if progress.ends_at and progress.going else "",
    }


def _counts(found: Progress) -> list[tuple[str, str, int]]:
    """(bead, words, how many); what is none is left out."""
    rows = [
        ("cancelled", _("removed"), found.removed),
        ("sending", _("being removed"), found.going),
        ("by_hand", _("to be removed by hand"), found.by_hand),
        ("unknown", _("wait until it is known whether they went out"), found.unknown),
        ("failed", _("could not be removed"), found.failed),
        ("cancelled", _("had not gone and do not go"), found.never_went),
    ]
    return [row for row in rows if row[2]]
