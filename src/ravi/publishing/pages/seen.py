"""How a text is seen on one platform: the values of the preview part."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.urls import reverse

from ravi.directory.models import Channel
from ravi.library.models import Media
from ravi.platforms.contract import Mark
from ravi.publishing import queries
from ravi.publishing.draft import DraftFields
from ravi.publishing.pages import platforms
from ravi.text.bidi import hidden_characters


@dataclass(frozen=True)
class Image:
    """One image as pages show it."""

    pk: int
    url: str
    alt_text: str
    width: int
    height: int
    shows_people: bool
    consent_reference: str


@dataclass(frozen=True)
class Seen:
    """One platform's view of a text; without a platform there is nothing to see yet."""

    platform: str = ""
    name: str = ""
    unit: str = ""
    handle: str = ""
    title: str = ""
    text: str = ""
    marks: Sequence[Mark] = ()
    link: str = ""
    images: Sequence[Image] = ()
    clock: str = ""
    hidden: Sequence[object] = field(default=())


def image(media: Media) -> Image:
    """The values of one picture."""
    return Image(
        media.pk,
        reverse("library:file", args=[media.pk]),
        media.alt_text,
        media.width,
        media.height,
        media.shows_people,
        media.consent_reference,
    )


def of(fields: DraftFields, channel: Channel | None, images: Sequence[Image]) -> Seen:
    """How `channel` would show these fields."""
    if channel is None:
        return Seen()
    fitted = queries.previews(fields, [channel])[0].fitted
    return Seen(
        platform=channel.platform,
        name=platforms.name(channel.platform),
        unit=channel.unit.name,
        handle=channel.shown_handle,
        title=fields.title,
        text=fitted.text,
        marks=fitted.marks,
        link=fitted.link_field,
        images=images,
        hidden=hidden_characters(fitted.text),
    )
