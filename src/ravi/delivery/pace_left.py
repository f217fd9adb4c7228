"""How long changes and removals still take at the pace that platforms allow, by the same numbers that the engine keeps to."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db.models import Count

from ravi.delivery.models import Delivery
from ravi.delivery.rules import MANUAL, OPEN_STAGE, Action
from ravi.platforms import registry


def removals_end_at(post_ids: Collection[int], now: datetime) -> datetime | None:
    """When the last removal of these posts in the line can be done; None where none is in the line. One question."""
    waiting = Delivery.objects.filter(post_id__in=post_ids, action=Action.DELETE, stage=OPEN_STAGE)
    counted = waiting.exclude(adapter=MANUAL).values_list("bucket_key", "adapter", "platform").annotate(Count("pk"))
    lasts = [_seconds(adapter, platform, count) for _key, adapter, platform, count in counted.order_by()]
    return now + timedelta(seconds=max(lasts)) if lasts else None


def changes_end_at(post_ids: Collection[int], now: datetime) -> Mapping[int, datetime]:
    """Delivery -> when it can be done, for all that these posts have in the line but removals: each takes its turn behind
    those that the same credential carries before it. One question."""
    waiting = Delivery.objects.filter(post_id__in=post_ids, stage=OPEN_STAGE).exclude(action=Action.DELETE)
    rows = waiting.exclude(adapter=MANUAL).order_by("lane", "due_at", "pk")
    before: Counter[str] = Counter()
    ends: dict[int, datetime] = {}
    for pk, key, adapter, platform, due_at in rows.values_list("pk", "bucket_key", "adapter", "platform", "due_at"):
        before[key] += 1
        ends[pk] = max(now + timedelta(seconds=_seconds(adapter, platform, before[key])), due_at)
    return ends


def _seconds(adapter: str, platform: str, count: int) -> float:
    """A full bucket goes at once, the others as it fills; each call of a channel waits for the one before."""
    profile = registry.profile(adapter, platform)
    return max(0, count - profile.bucket.burst) / profile.bucket.rate_per_s + profile.gap_s
