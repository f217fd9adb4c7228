"""Measures a copy against a platform's limits, each in the platform's own unit, all at once; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil

from ravi.platforms.contract import Content, Limit, MediaItem, Problem, Profile, Unit, VideoLimits
from ravi.text import lengths
from ravi.text.hashtags import hashtags
from ravi.text.misread import line_of_misreading

COUNTERS: Mapping[Unit, Callable[[str], int]] = {
    "telegram_utf16": lengths.telegram_utf16,
    "x_weighted": lengths.x_weighted,
    "bluesky_graphemes": lengths.bluesky_graphemes,
    "mastodon_chars": lengths.mastodon_chars,
    "utf8_bytes": lengths.utf8_bytes,
    "threads_chars": lengths.threads_chars,
}


@dataclass(frozen=True, slots=True)
class Measure:
    """How long a text is in `unit`, and how long it may be."""

    unit: Unit
    actual: int
    limit: int

    @property
    def fits(self) -> bool:
        return self.actual <= self.limit


def measures_of(text: str, limits: tuple[Limit, ...]) -> tuple[Measure, ...]:
    return tuple(Measure(limit.unit, COUNTERS[limit.unit](text), limit.maximum) for limit in limits)


def problems_of(content: Content, profile: Profile) -> list[Problem]:
    """Everything that would make the platform refuse this copy; empty when it can go."""
    return [
        *_text_problems(content, profile),
        *_media_problems(content.media, profile),
    ]


def _text_problems(content: Content, profile: Profile) -> list[Problem]:
    problems = [
        Problem("too_long", measure.unit, measure.actual, measure.limit)
        for measure in measures_of(content.text, profile.limits(with_media=bool(content.media)))
        if not measure.fits
    ]
    tags = len(hashtags(content.text))
    if profile.max_hashtags is not None and tags > profile.max_hashtags:
        problems.append(Problem("too_many_hashtags", "hashtags", tags, profile.max_hashtags))
    if profile.reads_markup and (line := line_of_misreading(content.text)):
        problems.append(Problem("markup", "field", line, 0))
    if not content.text.strip() and not content.media:
        problems.append(Problem("empty", "field", 0, 1))
    if profile.title_field and not content.title.strip():
        problems.append(Problem("title_missing", "field", 0, 1))
    problems += [
        Problem("title_too_long", measure.unit, measure.actual, measure.limit)
        for measure in measures_of(content.title, profile.title_limits())
        if not measure.fits
    ]
    signs = sum(sign in profile.forbidden_signs for sign in content.title + content.text)
    if signs:
        problems.append(Problem("forbidden_sign", "field", signs, 0))
    return problems


def _media_problems(media: tuple[MediaItem, ...], profile: Profile) -> list[Problem]:
    videos = tuple(item for item in media if item.is_video)
    problems = []
    if len(media) > profile.max_media:
        problems.append(Problem("too_many_media", "images", len(media), profile.max_media))
    if len(media) < profile.min_media:
        problems.append(Problem("too_few_media", "images", len(media), profile.min_media))
    if profile.video and len(videos) > profile.video.maximum:
        problems.append(Problem("too_many_media", "videos", len(videos), profile.video.maximum))
    if profile.video and not profile.video.with_images and 0 < len(videos) < len(media):
        problems.append(Problem("media_mixed", "images", len(media) - len(videos), 0))
    for position, item in enumerate(media, start=1):
        if item.is_video:
            problems += _video_problems(position, item, profile.video)
        else:
            problems += _image_problems(position, item, profile)
    return problems


def _image_problems(position: int, item: MediaItem, profile: Profile) -> list[Problem]:
    problems = []
    if item.media_type not in profile.media_types:
        problems.append(Problem("media_type", "media_type", position, len(profile.media_types)))
    if size_of(item) > profile.max_media_bytes:
        problems.append(Problem("media_too_large", "bytes", size_of(item), profile.max_media_bytes))
    short, long = sorted((item.width, item.height))
    if profile.max_ratio and long > profile.max_ratio * short:
        problems.append(Problem("media_shape", "ratio", -(-long // max(short, 1)), profile.max_ratio))
    shape = item.width / item.height if item.width and item.height else None
    low, high = profile.min_width_to_height, profile.max_width_to_height
    if shape is not None and ((low is not None and shape < low) or (high is not None and shape > high)):
        problems.append(Problem("media_shape", "ratio", position, 0))
    return problems


def _video_problems(position: int, item: MediaItem, limits: VideoLimits | None) -> list[Problem]:
    if limits is None or item.media_type not in limits.media_types:
        return [Problem("media_type", "media_type", position, len(limits.media_types) if limits else 0)]
    problems = []
    if size_of(item) > limits.max_bytes:
        problems.append(Problem("media_too_large", "bytes", size_of(item), limits.max_bytes))
    if limits.max_s is not None and item.duration_s > limits.max_s:
        problems.append(Problem("video_too_long", "seconds", ceil(item.duration_s), int(limits.max_s)))
    if 0 < item.duration_s < limits.min_s:
        problems.append(Problem("video_too_short", "seconds", int(item.duration_s), ceil(limits.min_s)))
    return problems


def size_of(item: MediaItem) -> int:
    """Bytes of one image or video, whether they are at hand or only known."""
    return len(item.content) if item.content is not None else item.size_bytes
