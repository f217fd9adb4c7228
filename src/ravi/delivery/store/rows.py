"""The rows of the memory store: what PostgreSQL keeps in delivery_delivery, delivery_slot and delivery_ledger."""

from dataclasses import dataclass, field
from typing import NamedTuple

from ravi.delivery import rules
from ravi.delivery.engine.values import Head, Instant
from ravi.delivery.rules import State
from ravi.delivery.store.orders import Order


@dataclass(slots=True)
class Row:
    """One delivery."""

    id: int
    order: Order
    due_at: Instant
    miss_at: Instant
    state: State = State.PENDING
    is_kept_back: bool = False
    attempt: int = 0
    owner: str = ""
    lease_until: Instant = 0.0
    not_before: Instant = 0.0
    sent_maybe: bool = False
    key_good_until: Instant | None = None
    key_scope: str = ""
    first_called_at: Instant | None = None
    unknown_at: Instant | None = None
    look_at: Instant | None = None
    looks: int = 0
    remote_id: str = ""
    link: str = ""
    code: str = ""
    detail: str = ""

    @property
    def held_until(self) -> Instant | None:
        """See rules.held_until."""
        return rules.held_until(self.code, self.order.valid_until, self.miss_at)

    @property
    def institution_id(self) -> int:
        return self.order.institution_id

    @property
    def unit_id(self) -> int:
        return self.order.unit_id

    @property
    def campaign_id(self) -> int | None:
        return self.order.campaign_id

    @property
    def platform(self) -> str:
        return self.order.platform

    @property
    def channel_id(self) -> int:
        return self.order.channel_id

    @property
    def topic(self) -> str:
        return self.order.topic

    @property
    def action(self) -> str:
        return self.order.action


@dataclass(slots=True)
class SlotRow:
    """One channel: what occupies it, its spacing, and its line per lane as (due_at, id).

    `queued_at` is the wake for which it stands in the store's heap.
    """

    channel_id: int
    institution_id: int
    gap_s: float
    rate_per_s: float
    burst: int
    busy: int | None = None
    next_at: Instant = 0.0
    wake_at: Instant | None = None
    queued_at: Instant | None = None
    hold_code: str = ""
    line: dict[int, list[tuple[Instant, int]]] = field(default_factory=lambda: {0: [], 1: [], 2: []})


class LedgerLine(NamedTuple):
    """One transition."""

    delivery_id: int
    at: Instant
    before: State | None
    after: State
    cause: str
    code: str = ""


def head_of(row: Row, about: Row | None, reply: Row | None, *, blocked_until: Instant, channel_open: bool) -> Head:
    """The row as a claim sees it."""
    order = row.order
    return Head(
        id=row.id,
        institution_id=order.institution_id,
        unit_id=order.unit_id,
        campaign_id=order.campaign_id,
        topic=order.topic,
        platform=order.platform,
        adapter=order.adapter,
        route=order.route,
        channel_id=order.channel_id,
        target=order.target,
        bucket_key=order.bucket_key,
        lane=order.lane,
        post_id=order.post_id,
        action=order.action,
        payload=order.payload,
        content_hash=order.content_hash,
        approved_hash=order.approved_hash,
        due_at=row.due_at,
        not_before=row.not_before,
        valid_until=order.valid_until,
        lateness_limit_s=order.lateness_limit_s,
        miss_at=row.miss_at,
        attempt=row.attempt,
        sent_maybe=row.sent_maybe,
        key=order.key,
        key_good_until=row.key_good_until,
        key_scope=row.key_scope,
        first_called_at=row.first_called_at,
        about_state=about.state.value if about else "",
        about_remote_id=about.remote_id if about else "",
        reply_state=reply.state.value if reply else "",
        reply_remote_id=reply.remote_id if reply else "",
        blocked_until=blocked_until,
        channel_open=channel_open,
    )
