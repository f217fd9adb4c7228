"""What pages and higher rooms read of numbers: the latest of each kind, as of any moment, and how they went on.

A kind that is missing is not 0: nobody said it. `tells` says whether the platform ever does.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import QuerySet

from ravi.accounts.models import Person
from ravi.delivery.models import Delivery, Reading, ReadingDue
from ravi.delivery.queries import deliveries_visible_to
from ravi.delivery.readings.rules import Kind
from ravi.delivery.rules import Action, State
from ravi.directory.queries import channels_visible_to
from ravi.platforms import registry
from ravi.platforms.contract import abilities_of


def latest_of_copies(delivery_ids: Collection[int], *, as_of: datetime | None = None) -> dict[int, dict[Kind, Reading]]:
    """Copy -> kind -> its newest reading. One query. Of one moment the row that was written last holds."""
    found: dict[int, dict[Kind, Reading]] = defaultdict(dict)
    rows = _until(Reading.objects.filter(delivery_id__in=delivery_ids), as_of)
    for one in rows.order_by("delivery_id", "kind", "-taken_at", "-id").distinct("delivery_id", "kind"):
        if one.delivery_id is not None:
            found[one.delivery_id][Kind(one.kind)] = one
    return dict(found)


def latest_of_channels(channel_ids: Collection[int], *, as_of: datetime | None = None) -> dict[int, Reading]:
    """Channel -> the newest reading of its followers. One query."""
    rows = _until(Reading.objects.filter(delivery=None, channel_id__in=channel_ids), as_of)
    listed = rows.order_by("channel_id", "kind", "-taken_at", "-id").distinct("channel_id", "kind")
    return {one.channel_id: one for one in listed}


def followers_of(channel_id: int, *, since: datetime | None = None) -> list[Reading]:
    """A channel's followers in the order of time; of one moment the row that was written last."""
    rows = Reading.objects.filter(delivery=None, channel_id=channel_id, kind=Kind.FOLLOWERS)
    if since is not None:
        rows = rows.filter(taken_at__gte=since)
    return list(rows.order_by("taken_at", "-id").distinct("taken_at"))


def readings_of(delivery: Delivery) -> QuerySet[Reading]:
    """All readings of one copy, the newest first, those that were corrected too."""
    return Reading.objects.filter(delivery=delivery).order_by("-taken_at", "-id")


def read_again_at(delivery: Delivery) -> datetime | None:
    """When Ravi asks the platform next; None where it never does, or no more."""
    return ReadingDue.objects.filter(delivery=delivery, ended_at=None).values_list("due_at", flat=True).first()


def sent_copies(person: Person, post_id: int) -> list[Delivery]:
    """The copies of a message that went out and that the person may see, in the order in which they were ordered."""
    found = deliveries_visible_to(person).filter(post_id=post_id, action=Action.PUBLISH, stage=State.SENT)
    return list(found.order_by("id"))


def evidence_visible_to(person: Person) -> QuerySet[Reading]:
    """Readings with evidence, of the channels in sight."""
    channels = channels_visible_to(person).values("pk")
    return Reading.objects.filter(institution_id=person.institution_id, channel_id__in=channels)


def tells(adapter: str, platform: str) -> frozenset[Kind]:
    """What the platform says by itself; empty where it says nothing, or no program asks it."""
    if adapter not in registry.kinds() or registry.is_by_hand(adapter) or platform not in registry.platforms(adapter):
        return frozenset()
    able = abilities_of(registry.adapter(adapter, platform))
    told = {Kind.FOLLOWERS} if "count" in able else set()
    if "measure" in able:
        told |= {Kind(kind) for kind in registry.profile(adapter, platform).counts}
    return frozenset(told)


def _until(rows: QuerySet[Reading], as_of: datetime | None) -> QuerySet[Reading]:
    return rows if as_of is None else rows.filter(taken_at__lte=as_of)


Latest = Mapping[int, Mapping[Kind, Reading]]
