"""What enters the ledger: one copy as it is ordered. Shared by both stores and by services; pure."""

from dataclasses import dataclass

from ravi.delivery import rules
from ravi.delivery.engine.values import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One complete delivery row before the ledger gives it an id."""

    institution_id: int
    unit_id: int
    campaign_id: int | None
    post_id: int
    channel_id: int
    platform: str
    adapter: str
    route: str
    target: str
    bucket_key: str
    lane: int
    action: str
    payload: str
    content_hash: str
    approved_hash: str
    due_at: Instant
    valid_until: Instant | None
    lateness_limit_s: int
    key: str
    about_id: int | None = None
    reply_id: int | None = None
    topic: str = ""
    gap_s: float = 0.0
    rate_per_s: float = 0.0
    burst: int = 1

    @property
    def miss_at(self) -> Instant:
        """See rules.miss_at."""
        return rules.miss_at(self.due_at, self.valid_until, self.lateness_limit_s)
