"""Copies of many posts as far as an act on all of them asks: thousands of them are read without a row's whole weight."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from ravi.delivery.models import Delivery
from ravi.delivery.rules import MANUAL, Action, State


class BriefLine(NamedTuple):
    """One copy: what was ordered where, and what has become of it."""

    delivery_id: int
    post_id: int
    channel_id: int
    action: Action
    state: State
    remote_id: str
    by_hand: bool


def brief_lines(post_ids: Collection[int], actions: Collection[Action]) -> dict[int, list[BriefLine]]:
    """Post -> its copies of these actions, oldest first. One question whatever the numbers."""
    rows = Delivery.objects.filter(post_id__in=post_ids, action__in=actions).order_by("id")
    columns = ("pk", "post_id", "channel_id", "action", "state", "remote_id", "adapter")
    lines: dict[int, list[BriefLine]] = defaultdict(list)
    for pk, post_id, channel_id, action, state, remote_id, adapter in rows.values_list(*columns):
        line = BriefLine(pk, post_id, channel_id, Action(action), State(state), remote_id, adapter == MANUAL)
        lines[post_id].append(line)
    return dict(lines)
