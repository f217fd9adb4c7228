"""What becomes of a unit's channels when it ends: they go to its successor, or are retired with it."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.accounts.models import Person, Unit
from ravi.core import audit
from ravi.core.calendar import number
from ravi.directory.models import Channel
from ravi.directory.rules import ChannelState
from ravi.directory.services.channel import move_channel


def foretell(unit: Unit, successor: Unit | None) -> list[str]:
    """In a sentence, or in none where the unit has no channel."""
    count = _open(unit).count()
    if not count:
        return []
    said = {"n": number(count), "unit": successor.name if successor else ""}
    if successor is None:
        text = ngettext(
            "%(n)s channel is retired: it leaves the public list, and nothing more is sent there.",
            "%(n)s channels are retired: they leave the public list, and nothing more is sent there.",
            count,
        )
        return [text % said]
    text = ngettext("%(n)s channel goes to %(unit)s.", "%(n)s channels go to %(unit)s.", count)
    return [text % said, _("What is in line on them goes out as it was approved.")]


def hold(unit: Unit) -> list[Channel]:
    """Nobody else moves them until the unit is closed."""
    return list(_open(unit).select_for_update(no_key=True).order_by("pk"))


def follow(unit: Unit, successor: Unit | None, by: Person) -> None:
    """In the transaction that closes the unit."""
    for channel in _open(unit).select_for_update(no_key=True, nowait=True).order_by("pk"):
        if successor is None:
            move_channel(channel, ChannelState.RETIRED, by=by, note=_("The unit was closed."))
            continue
        channel.unit = successor
        channel.save(update_fields=["unit"])
        facts = {"unit": successor.pk}
        audit.record("hand_over_channel", by=by.pk, subject=channel, institution_id=channel.institution_id, facts=facts)


def _open(unit: Unit) -> QuerySet[Channel]:
    return Channel.objects.filter(unit=unit).exclude(state=ChannelState.RETIRED)
