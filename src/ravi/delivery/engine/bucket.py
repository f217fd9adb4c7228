"""The pace of one credential: generic cell rate algorithm, plus pauses that a platform asked for."""

from dataclasses import replace

from ravi.delivery.engine.values import Bucket, Instant


def earliest(bucket: Bucket, now: Instant, *, rate_per_s: float, burst: int) -> Instant:
    """When the next call may start."""
    slack = (burst - 1) / rate_per_s if rate_per_s > 0 else 0.0
    return max(now, bucket.tat - slack, bucket.paused_until)


def spend(bucket: Bucket, start_at: Instant, *, rate_per_s: float) -> Bucket:
    """The bucket after one call that starts at `start_at`."""
    if rate_per_s <= 0:
        return bucket
    return replace(bucket, tat=max(bucket.tat, start_at) + 1.0 / rate_per_s)
