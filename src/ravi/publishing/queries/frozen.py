"""Which channels the copies of many posts are for, frozen or blocked, whether or not anybody has said yes."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from ravi.publishing.models import Copy


@dataclass(frozen=True, slots=True)
class Place:
    """Where a copy is to stand; `is_blocked`: its text does not fit there."""

    channel_id: int
    platform: str
    is_blocked: bool


def places_of(post_ids: Collection[int]) -> dict[int, list[Place]]:
    """Post -> where the newest of its frozen copies are to stand. One query; none for no posts."""
    found: dict[int, dict[int, Place]] = defaultdict(dict)
    if post_ids:
        rows = Copy.objects.filter(post_id__in=post_ids).order_by("revision", "pk")
        for post_id, channel_id, platform, problems in rows.values_list(
            "post_id", "channel_id", "platform", "problems"
        ):
            found[post_id][channel_id] = Place(channel_id, platform, bool(problems))
    return {post_id: list(places.values()) for post_id, places in found.items()}
