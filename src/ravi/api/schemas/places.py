"""Channels and images."""

from datetime import datetime

from ninja import Schema

from ravi.directory.rules import ChannelState


class ChannelOut(Schema):
    """An official presence on one platform."""

    id: int
    unit_id: int
    platform: str
    handle: str
    link: str
    purpose: str
    state: ChannelState
    is_listed: bool


class MediaOut(Schema):
    """An image, or a video, that messages may use; its bytes stand under `file`."""

    id: int
    unit_id: int
    sha256: str
    media_type: str
    width: int
    height: int
    size_bytes: int
    alt_text: str
    shows_people: bool
    added_at: datetime
    file: str
