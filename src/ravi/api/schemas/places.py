"""Channels and images."""

from datetime import datetime
from typing import Literal

from ninja import Field, Schema

from ravi.api.schemas.parts import Id, Words
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


class ImageIn(Schema):
    """What is said about an image that is sent along as a file."""

    unit_id: Id
    alt_text: Words = Field(min_length=1, max_length=1_000)
    shows_people: bool
    consent_reference: Words = Field("", max_length=200)


CaptionsLanguage = Literal["fa", "az", "ckb", "ar", "en"]


class VideoIn(ImageIn):
    """What is said about a video: what is seen in it, and in which language its captions are, if a file of them comes along."""

    captions_lang: CaptionsLanguage = "fa"


class MediaOut(Schema):
    """An image, or a video, that messages may use; its bytes stand under `file`."""

    id: int
    unit_id: int
    sha256: str
    media_type: str
    width: int
    height: int
    size_bytes: int
    duration_ms: int | None = Field(description="of a video")
    captions_lang: str = Field(description='the language of a video\'s captions; "" without')
    alt_text: str
    shows_people: bool
    added_at: datetime
    file: str
