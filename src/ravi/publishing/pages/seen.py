"""How a text is seen on one platform: the values of the preview part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.directory.models import Channel
from ravi.library.captions import Cue
from ravi.library.fitting import Change, changes
from ravi.library.models import Media, Rendition
from ravi.library.page import captions_of, film_of, length_of
from ravi.library.recipe import Recipe
from ravi.platforms.contract import Mark
from ravi.publishing import queries
from ravi.publishing.draft import DraftFields
from ravi.publishing.pages import platforms
from ravi.publishing.queries.fitting import Sent
from ravi.text.bidi import hidden_characters


@dataclass(frozen=True)
class Image:
    """One image or video as pages show it. `fitted` says what was done to it for a platform, "" where that gets the kept one;
    `kept` is then the kept one, and `is_drawn` whether this picture is what goes out already. `poster`, `captions` and what
    follows are a video's."""

    pk: int
    url: str
    alt_text: str
    width: int
    height: int
    shows_people: bool
    consent_reference: str
    fitted: str = ""
    kept: "Image | None" = None
    is_drawn: bool = True
    gone: str = ""  # why there is nothing to be seen
    is_card: bool = False
    is_video: bool = False
    poster: str = ""
    captions: str = ""
    captions_lang: str = ""
    duration_ms: int = 0
    cues: Sequence[Cue] = ()

    @property
    def length(self) -> str:
        """۱:۰۵"""
        return length_of(self.duration_ms)


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
        gone=media.gone,
        is_card=media.made_as == media.MadeAs.CARD,
        **(_of_a_video(media) if media.is_video else {}),
    )


def _of_a_video(media: Media) -> dict[str, Any]:
    film = film_of(media)
    told = {name: film[name] for name in ("poster", "captions", "captions_lang")}
    return {"is_video": True, "duration_ms": media.duration_ms or 0, **told}


def as_sent(kept: Image, sent: Sent, platform: str) -> Image:
    """The picture that `platform` gets in place of a kept one; that one itself while nothing is drawn yet."""
    if sent.recipe is None:
        return kept
    fitted = fitted_sentence(changes(sent.kept, sent.recipe), platform)
    if sent.rendition_id is None:
        return replace(kept, fitted=fitted, kept=kept, is_drawn=False)
    url = reverse("library:rendition", args=[sent.rendition_id])
    return replace(kept, url=url, width=sent.item.width, height=sent.item.height, fitted=fitted, kept=kept)


def as_frozen(film: Image, media: Media, item: Mapping[str, Any]) -> Image:
    """A video with the picture and the captions that were frozen with it, whatever the library has by now."""
    picture, said = item.get("thumbnail") or {}, item.get("captions") or {}
    return replace(
        film,
        poster=film.poster if picture.get("sha256") == media.thumbnail_sha256 else "",
        captions=film.captions if said.get("sha256") == media.captions_sha256 else "",
        cues=tuple(captions_of(media.institution_id, str(said.get("sha256", "")))),
    )


def as_drawn(rendition: Rendition, platform: str) -> Image:
    """The picture that was drawn for `platform`, beside the one from which it was drawn."""
    kept = image(rendition.media)
    fitted = fitted_sentence(changes(rendition.media, Recipe.read(rendition.recipe)), platform)
    url = reverse("library:rendition", args=[rendition.pk])
    return replace(kept, url=url, width=rendition.width, height=rendition.height, fitted=fitted, kept=kept)


def fitted_sentence(made: Sequence[Change], platform: str) -> str:
    """«برای اینستاگرام جا داده شد: دو کناره‌اش پر شده است. چیزی از آن بریده نشده است.»"""
    words = {
        Change.SIDES: _("padded at the sides"),
        Change.TOP_AND_BOTTOM: _("padded above and below"),
        Change.FLATTENED: _("a JPEG, white where one could see through"),
        Change.LIGHTER: _("made lighter"),
    }
    told = _(", ").join(words[change] for change in made)
    return _("Fitted for %(platform)s: %(changes)s. Nothing is cut off.") % {"platform": platform, "changes": told}


def of(fields: DraftFields, channel: Channel | None, images: Sequence[Image]) -> Seen:
    """How `channel` would show these fields; `images` are the kept ones, in their order."""
    if channel is None:
        return Seen()
    preview = queries.previews(fields, [channel])[0]
    fitted, name = preview.fitted, platforms.name(channel.platform)
    return Seen(
        platform=channel.platform,
        name=name,
        unit=channel.unit.name,
        handle=channel.shown_handle,
        title=fields.title,
        text=fitted.text,
        marks=fitted.marks,
        link=fitted.link_field,
        images=[as_sent(image, sent, name) for image, sent in zip(images, preview.sent, strict=False)],
        hidden=hidden_characters(fitted.text),
    )
