"""Official channels, and how many follow them."""

from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router

from ravi.api.described import answers
from ravi.api.door import ApiRequest
from ravi.api.pages import page_of
from ravi.api.schemas.copies import ReadingOut
from ravi.api.schemas.parts import Id, Page, Paging
from ravi.api.schemas.places import ChannelOut
from ravi.delivery.readings.models import Reading
from ravi.delivery.readings.queries import followers_of
from ravi.directory.models import Channel
from ravi.directory.queries import channels_publishable_by, channels_visible_to

router = Router(tags=["Channels"])
MOST_READINGS = 400


@router.get("channels", response=answers(200, Page[ChannelOut]), summary="Channels in sight")
def channels(
    request: ApiRequest, paging: Query[Paging], unit_id: Id | None = None, publishable: bool = False
) -> dict[str, Any]:
    """`publishable` keeps those on which a message of this key's person may go out now."""
    rows = channels_publishable_by(request.person) if publishable else channels_visible_to(request.person)
    return page_of(rows.filter(unit_id=unit_id) if unit_id else rows, paging, channel_out)


@router.get("channels/{channel_id}", response=answers(200, ChannelOut), summary="One channel")
def channel(request: ApiRequest, channel_id: Path[Id]) -> dict[str, Any]:
    """Its account, unit and state."""
    return channel_out(get_object_or_404(channels_visible_to(request.person), pk=channel_id))


@router.get("channels/{channel_id}/readings", response=answers(200, list[ReadingOut]), summary="Its followers")
def channel_readings(request: ApiRequest, channel_id: Path[Id]) -> list[dict[str, Any]]:
    """The last year's counts in the order of time; none where nobody told one."""
    found = get_object_or_404(channels_visible_to(request.person), pk=channel_id)
    return [reading_out(one) for one in followers_of(found.pk)[-MOST_READINGS:]]


def channel_out(channel: Channel) -> dict[str, Any]:
    return {
        "id": channel.pk,
        "unit_id": channel.unit_id,
        "platform": channel.platform,
        "handle": channel.handle,
        "link": channel.link,
        "purpose": channel.purpose,
        "state": channel.state,
        "is_listed": channel.listed,
    }


def reading_out(reading: Reading) -> dict[str, Any]:
    return {"kind": reading.kind, "value": reading.value, "source": reading.source, "taken_at": reading.taken_at}
