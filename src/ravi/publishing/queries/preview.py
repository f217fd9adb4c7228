"""What each channel would get if the draft went out now, and why some cannot."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.core import calendar
from ravi.directory.models import Channel
from ravi.library.models import Media
from ravi.library.queries import media_by_id, renditions_of
from ravi.platforms import registry
from ravi.platforms.compose import FULL, Fitted, Parts, fit
from ravi.platforms.contract import Beside, MediaItem, Profile
from ravi.publishing.draft import DraftFields
from ravi.publishing.queries.fitting import Renditions, Sent, profile_of, sent_to

# A channel that cannot be used (frozen, retired, no longer lent), beside the platforms' own codes.
CHANNEL_CLOSED = "channel_closed"


@dataclass(frozen=True)
class Preview:
    """One channel's copy before it is frozen; `parts` hold its images as it gets them, `sent` also whence they come."""

    channel: Channel
    profile: Profile
    parts: Parts
    fitted: Fitted
    sent: tuple[Sent, ...] = ()

    @property
    def problems(self) -> list[dict[str, str | int]]:
        """In the shape in which a frozen copy keeps them."""
        return [
            {"code": problem.code, "unit": problem.unit, "actual": problem.actual, "limit": problem.limit}
            for problem in self.fitted.problems
        ]

    @property
    def sentences(self) -> list[str]:
        """Why this copy cannot go; empty when it can."""
        return [copy_sentence(problem, self.channel.platform, self.channel.adapter) for problem in self.problems]


def _parts_of(fields: DraftFields) -> Parts:
    """The draft as the platforms' rules read it, with its images and videos as they are kept."""
    return Parts(
        variants={FULL: fields.text, **fields.variants},
        title=fields.title,
        link=fields.link,
        lang=fields.lang,
        media=media_items(fields.media_ids),
    )


def media_items(media_ids: Sequence[int]) -> tuple[MediaItem, ...]:
    """The images and videos in their order, without their bytes."""
    found = media_by_id(media_ids)
    return tuple(
        MediaItem(
            sha256=media.sha256,
            media_type=media.media_type,
            alt_text=media.alt_text,
            width=media.width,
            height=media.height,
            size_bytes=media.size_bytes,
            **(_of_a_video(media) if media.is_video else {}),
        )
        for media in (found[key] for key in media_ids if key in found)
    )


def _of_a_video(media: Media) -> dict[str, Any]:
    captions = Beside(media.captions_sha256, "text/vtt", lang=media.captions_lang) if media.captions_sha256 else None
    return {
        "duration_s": (media.duration_ms or 0) / 1000,
        "thumbnail": Beside(media.thumbnail_sha256, "image/jpeg"),
        "captions": captions,
    }


def previews(fields: DraftFields, channels: Iterable[Channel], *, is_final: bool = False) -> list[Preview]:
    """One preview per channel; each platform is measured once, however many channels it has, and once more for each
    account that takes less than its platform documents. `is_final`: an image that is not drawn yet goes as it is kept."""
    parts = _parts_of(fields)
    drawn = renditions_of(fields.media_ids)
    found: dict[tuple[object, ...], Preview] = {}
    return [_preview(parts, channel, drawn, found, is_final) for channel in channels]


def _preview(
    parts: Parts, channel: Channel, drawn: Renditions, found: dict[tuple[object, ...], Preview], is_final: bool
) -> Preview:
    reached_by = (channel.adapter, channel.platform, *sorted((channel.found_limits or {}).items()))
    if reached_by not in found:
        profile = profile_of(channel)
        judge = registry.judge(channel.adapter, channel.platform)
        sent = sent_to(profile, parts.media, drawn, is_final=is_final)
        own = replace(parts, media=tuple(one.item for one in sent))
        found[reached_by] = Preview(channel, profile, own, fit(own, profile, judge), sent)
    return replace(found[reached_by], channel=channel)


def copy_sentence(problem: Mapping[str, str | int], platform: str, adapter: str) -> str:
    """One problem of a copy in a sentence, with its count: «متن برای ماستودون ۳۸ نویسه بلند است.»"""
    code, actual, limit = str(problem["code"]), int(problem["actual"]), int(problem["limit"])
    unit = str(problem.get("unit", ""))
    profile = registry.profile(adapter, platform)
    facts = {
        "platform": profile.name_fa if calendar.is_persian() else profile.name_en,
        "actual": calendar.number(actual),
        "limit": calendar.number(limit),
        "over": calendar.number(max(actual - limit, 0)),
        "signs": " ".join(profile.forbidden_signs),
    }
    return _sentence(code, unit, actual - limit) % facts


def _sentence(code: str, unit: str, over: int) -> str:
    if code == "too_long":
        return ngettext(
            "The text is %(over)s character too long for %(platform)s: %(actual)s of %(limit)s.",
            "The text is %(over)s characters too long for %(platform)s: %(actual)s of %(limit)s.",
            over,
        )
    found = _of_words(code) or _of_media(code, unit)
    if code == CHANNEL_CLOSED:
        return _("This channel on %(platform)s cannot be used now.")
    return found or _("%(platform)s does not take this copy.")


def _of_words(code: str) -> str:
    sentences = {
        "empty": _("There is no text for %(platform)s."),
        "title_missing": _("%(platform)s needs a title."),
        "title_too_long": _("The title is too long for %(platform)s: %(actual)s of %(limit)s."),
        "too_many_hashtags": _("%(platform)s takes %(limit)s hashtags; there are %(actual)s."),
        "forbidden_sign": _("%(platform)s takes none of the signs %(signs)s."),
        "markup": _(
            "%(platform)s would show signs in line %(actual)s as formatting: leave out the * or _ around words, the back ticks "
            "or the [ ]( )."
        ),
    }
    return sentences.get(code, "")


def _of_media(code: str, unit: str) -> str:
    if code == "too_many_media" and unit == "videos":
        return _("%(platform)s takes %(limit)s video in one post; there are %(actual)s.")
    sentences = {
        "too_many_media": _("%(platform)s takes %(limit)s images; there are %(actual)s."),
        "too_few_media": _("%(platform)s takes no post without an image or a video."),
        "media_type": _("%(platform)s does not take image or video %(actual)s as it is."),
        "media_mixed": _("%(platform)s takes images or a video in one post, not both."),
        "media_too_large": _("An image or video is too large for %(platform)s: %(actual)s of %(limit)s bytes."),
        "media_shape": _(
            "An image is too long and thin for %(platform)s: %(actual)s to 1, where %(limit)s to 1 may be."
        ),
        "video_too_long": _("The video is too long for %(platform)s: %(actual)s seconds, where %(limit)s may be."),
        "video_too_short": _(
            "The video is too short for %(platform)s: %(actual)s seconds, where %(limit)s are needed."
        ),
    }
    return sentences.get(code, "")
