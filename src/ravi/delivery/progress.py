"""What overviews of many copies at once read of the ledger: plain rows, without words and without evidence."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, QuerySet, Value
from django.db.models import Count as CountOf

from ravi.delivery.models import Delivery
from ravi.delivery.read_back.models import needs_a_person
from ravi.delivery.rules import OPEN_STAGE, Action, State


@dataclass(frozen=True, slots=True)
class Step:
    """One delivery: what it does on which channel, how it stands, and where people see it. An answer to another copy
    `is_reply`."""

    channel_id: int
    platform: str
    action: Action
    state: State
    due_at: datetime
    link: str
    is_reply: bool = False


def steps_of(post_ids: Collection[int]) -> dict[int, list[Step]]:
    """Post -> all its deliveries in the order in which they were ordered. One query; none for no posts. A change that does
    not stand on its platform counts as one that failed, until somebody has dealt with it."""
    found: dict[int, list[Step]] = defaultdict(list)
    if post_ids:
        read = ExpressionWrapper(_IS_CASE, output_field=BooleanField())
        rows = Delivery.objects.filter(post_id__in=post_ids).annotate(is_case=read).order_by("pk")
        for post_id, channel_id, platform, action, state, due_at, link, reply_id, failed in rows.values_list(
            "post_id", "channel_id", "platform", "action", "state", "due_at", "link", "reply_id", "is_case"
        ):
            now = State.FAILED if failed else State(state)
            step = Step(channel_id, platform, Action(action), now, due_at, link, reply_id is not None)
            found[post_id].append(step)
    return found


class Came(StrEnum):
    """What became of copies in a stretch of time; WAITS is how they stand now. An answer to a copy corrects it."""

    SENT = "sent"
    FAILED = "failed"
    MISSED = "missed"
    UNKNOWN = "unknown"
    CORRECTED = "corrected"
    REMOVED = "removed"
    WAITS = "waits"


@dataclass(frozen=True, slots=True)
class Count:
    """So many of one post's copies on one channel."""

    post_id: int
    channel_id: int
    came: Came
    count: int


# The last column of a question -> what it says: a stage, or an action where the copy of another is changed.
_SAYS: Mapping[str, Came] = {
    State.SENT: Came.SENT,
    State.FAILED: Came.FAILED,
    State.MISSED: Came.MISSED,
    State.UNKNOWN: Came.UNKNOWN,
    Action.EDIT: Came.CORRECTED,
    Action.DELETE: Came.REMOVED,
    OPEN_STAGE: Came.WAITS,
    State.HELD: Came.WAITS,
}
_IS_CASE = needs_a_person("read_back__")
_TROUBLE, _CHANGES = (State.FAILED, State.MISSED, State.UNKNOWN), (Action.EDIT, Action.DELETE)


def came_between(begins: datetime, ends: datetime, *, and_waits: bool) -> list[Count]:
    """What went out, came to nothing, was corrected or removed in this tenant from `begins` until before `ends`, and
    what is in line or held now; a change that does not stand is none. One query, each part of which steps into an index."""
    sent = Delivery.objects.filter(stage=State.SENT, sent_at__gte=begins, sent_at__lt=ends)
    # An outcome is written after it came; a day more, because the machines' clocks differ.
    published = sent.filter(action=Action.PUBLISH, settled_at__gte=begins - timedelta(days=1))
    answers = published.filter(reply__isnull=False).annotate(said=Value(str(Action.EDIT)))
    changed = sent.filter(about__isnull=False, action__in=_CHANGES).exclude(_IS_CASE)
    trouble = Delivery.objects.filter(trouble_at__gte=begins, trouble_at__lt=ends, stage__in=_TROUBLE)
    waiting = Delivery.objects.filter(stage__in=[OPEN_STAGE, State.HELD])
    parts = [_counted(published.filter(reply=None), "stage"), _counted(answers, "said")]
    parts += [_counted(trouble, "stage"), _counted(changed, "action")]
    parts += [_counted(waiting, "stage")] if and_waits else []
    rows = parts[0].union(*parts[1:], all=True)
    return [Count(post_id, channel_id, _SAYS[said], n) for post_id, channel_id, said, n in rows]


def _counted(rows: QuerySet[Delivery], column: str) -> QuerySet[Delivery, Any]:
    return rows.order_by().values_list("post_id", "channel_id", column).annotate(n=CountOf("pk"))
