"""Deliveries with the names of their channels and units, for lists and for one copy's page."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ravi.delivery.models import Attempt, Delivery
from ravi.delivery.pages import sentences
from ravi.directory.models import Channel
from ravi.directory.names import platform_name


@dataclass(frozen=True)
class Evidence:
    """What came back from one call or look, shortened by the engine; never a secret."""

    kind: str
    at: datetime
    outcome: str
    detail: str
    text: str


@dataclass(frozen=True)
class CopyOf:
    """One delivery as a page tells it."""

    pk: int
    post_id: int
    title: str
    unit: str
    unit_id: int
    platform: str
    platform_name: str
    handle: str
    channel_link: str
    link: str
    remote_id: str
    state: str
    action: str
    code: str
    detail: str
    due_at: datetime
    sent_at: datetime | None
    changed_at: datetime
    waiting_for: str
    automatic_look_at: datetime | None
    evidence: Sequence[Evidence] = ()

    @property
    def sentence(self) -> str:
        """What happened."""
        return sentences.of_line(self, self.platform_name)


def told(deliveries: Iterable[Delivery], *, with_evidence: bool = False) -> list[CopyOf]:
    """Two queries beside the deliveries' own, three with evidence."""
    listed = list(deliveries)
    channels = Channel.objects.select_related("unit").in_bulk({delivery.channel_id for delivery in listed})
    found: dict[int, list[Evidence]] = {}
    if with_evidence:
        for attempt in Attempt.objects.filter(delivery__in=[d.pk for d in listed]).order_by("ended_at", "pk"):
            found.setdefault(attempt.delivery_id, []).append(evidence(attempt))
    return [_told(delivery, channels.get(delivery.channel_id), found.get(delivery.pk, ())) for delivery in listed]


def evidence(attempt: Attempt) -> Evidence:
    """One attempt's own words."""
    return Evidence(attempt.kind, attempt.ended_at, attempt.outcome, attempt.detail, attempt.evidence)


def _told(delivery: Delivery, channel: Channel | None, seen: Sequence[Evidence]) -> CopyOf:
    return CopyOf(
        pk=delivery.pk,
        post_id=delivery.post_id,
        title=title_of(delivery),
        unit=channel.unit.name if channel else "",
        unit_id=delivery.unit_id,
        platform=delivery.platform,
        platform_name=platform_name(delivery.platform),
        handle=channel.shown_handle if channel else delivery.target,
        channel_link=channel.link if channel else "",
        link=delivery.link,
        remote_id=delivery.remote_id,
        state=delivery.state,
        action=delivery.action,
        code=delivery.error_code,
        detail=delivery.error_detail,
        due_at=delivery.due_at,
        sent_at=delivery.sent_at,
        changed_at=delivery.changed_at,
        waiting_for="time",
        automatic_look_at=delivery.look_at,
        evidence=seen,
    )


def title_of(delivery: Delivery) -> str:
    """The message's title, or its first words."""
    payload: dict[str, Any] = json.loads(delivery.payload)
    title = str(payload.get("title") or "")
    return title or str(payload.get("text") or "").strip().split("\n")[0][:80] or f"#{delivery.post_id}"


def text_of(delivery: Delivery) -> str:
    """The words of the frozen copy."""
    return str(json.loads(delivery.payload).get("text") or "")
