"""Channels of Ravi's own pages, and copies on them as the engine leaves them."""

from datetime import datetime, timedelta
from typing import Any

from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.delivery.rules import Action, Lane
from ravi.delivery.services import enqueue
from ravi.directory import services
from ravi.directory.models import Channel
from tests.city import copy_order


def own_channel(unit: Any, handle: str = "omid") -> Channel:
    return services.open_channel(services.NewChannel(unit, "feeds", "feeds", handle, "خبرهای ما"), by=None)


def sent(channel: Channel, post_id: int = 1, *, at: datetime | None = None, **wanted: Any) -> Delivery:
    """One copy that has gone out, or a change of one (`action`, `of`)."""
    [made] = ordered(channel, post_id, **wanted)
    at = at or clock.now()
    Delivery.objects.filter(pk=made.pk).update(
        state="sent", sent_at=at, settled_at=at, changed_at=at, attempt=1, remote_id=made.key
    )
    return Delivery.objects.get(pk=made.pk)


def ordered(channel: Channel, post_id: int = 1, **wanted: Any) -> list[Delivery]:
    """In line, not gone."""
    return enqueue([copy_order(channel, post_id, clock.now(), adapter="feeds", **wanted)], by=None, now=clock.now())


def corrected(channel: Channel, copy: Delivery, text: str, *, after_s: float = 60.0) -> Delivery:
    at = copy.sent_at + timedelta(seconds=after_s)
    return sent(
        channel, copy.post_id, at=at, text=text, title="اصلاح", action=Action.EDIT, of=copy.pk, lane=Lane.CORRECTION
    )


def removed(channel: Channel, copy: Delivery, *, after_s: float = 120.0) -> Delivery:
    at = copy.sent_at + timedelta(seconds=after_s)
    return sent(channel, copy.post_id, at=at, action=Action.DELETE, of=copy.pk, lane=Lane.CORRECTION)
