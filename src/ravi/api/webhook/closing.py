"""What becomes of a unit's addresses when it ends: they end with it, also where the unit goes on in another one."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import ngettext

from ravi.accounts.models import Person, Unit
from ravi.api.models import Webhook
from ravi.api.webhook import queries, services
from ravi.core.calendar import number


def foretell(unit: Unit, _successor: Unit | None) -> Sequence[str]:
    """In a sentence, or in none where no program is told of the unit."""
    count = _of(unit).count()
    text = ngettext(
        "%(n)s program is told no more of what happens there: its address ends.",
        "%(n)s programs are told no more of what happens there: their addresses end.",
        count,
    )
    return [text % {"n": number(count)}] if count else []


def hold(unit: Unit) -> list[Webhook]:
    """Nobody else changes them until the unit is closed."""
    return list(_of(unit).select_for_update(no_key=True).order_by("pk"))


def follow(unit: Unit, _successor: Unit | None, by: Person) -> None:
    """In the transaction that closes the unit: whose program it was decides there whether it is to hear of the successor."""
    for webhook in _of(unit).select_for_update(no_key=True, nowait=True).order_by("pk"):
        services.end(webhook, by)


def _of(unit: Unit) -> QuerySet[Webhook]:
    return queries.living().filter(unit=unit)
