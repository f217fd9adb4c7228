"""How long removals still take at the pace that each platform allows, read from the same numbers that the engine keeps to."""

from collections.abc import Collection
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


def _seconds(adapter: str, platform: str, count: int) -> float:
    """A full bucket goes at once, the others as it fills; each call of a channel waits for the one before."""
    profile = registry.profile(adapter, platform)
    return max(0, count - profile.bucket.burst) / profile.bucket.rate_per_s + profile.gap_s
