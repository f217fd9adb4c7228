"""What overviews of many copies at once read of the ledger: plain rows, without words and without evidence."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from ravi.delivery.models import Delivery
from ravi.delivery.rules import Action, State


@dataclass(frozen=True, slots=True)
class Step:
    """One delivery: what it does on which channel, how it stands, and where people see it."""

    channel_id: int
    platform: str
    action: Action
    state: State
    due_at: datetime
    link: str


def steps_of(post_ids: Collection[int]) -> dict[int, list[Step]]:
    """Post -> all its deliveries in the order in which they were ordered. One query; none for no posts."""
    found: dict[int, list[Step]] = defaultdict(list)
    if post_ids:
        rows = Delivery.objects.filter(post_id__in=post_ids).order_by("pk")
        for post_id, channel_id, platform, action, state, due_at, link in rows.values_list(
            "post_id", "channel_id", "platform", "action", "state", "due_at", "link"
        ):
            found[post_id].append(Step(channel_id, platform, Action(action), State(state), due_at, link))
    return found
