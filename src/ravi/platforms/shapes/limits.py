"""Measures a copy against a platform's limits, each in the platform's own unit, all at once; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ravi.platforms.contract import Content, Limit, MediaItem, Problem, Profile, Unit
from ravi.text import lengths

COUNTERS: Mapping[Unit, Callable[[str], int]] = {
    "telegram_utf16": lengths.telegram_utf16,
    "x_weighted": lengths.x_weighted,
    "bluesky_graphemes": lengths.bluesky_graphemes,
    "mastodon_chars": lengths.mastodon_chars,
    "utf8_bytes": lengths.utf8_bytes,
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
    if not content.text.strip() and not content.media:
        problems.append(Problem("empty", "field", 0, 1))
    if profile.title_field and not content.title.strip():
        problems.append(Problem("title_missing", "field", 0, 1))
    return problems


def _media_problems(media: tuple[MediaItem, ...], profile: Profile) -> list[Problem]:
    problems = []
    if len(media) > profile.max_media:
        problems.append(Problem("too_many_media", "images", len(media), profile.max_media))
    for position, item in enumerate(media, start=1):
        if item.media_type not in profile.media_types:
            problems.append(Problem("media_type", "media_type", position, len(profile.media_types)))
        size_bytes = len(item.content) if item.content is not None else item.size_bytes
        if size_bytes > profile.max_media_bytes:
            problems.append(Problem("media_too_large", "bytes", size_bytes, profile.max_media_bytes))
        short, long = sorted((item.width, item.height))
        if profile.max_ratio and long > profile.max_ratio * short:
            problems.append(Problem("media_shape", "ratio", -(-long // max(short, 1)), profile.max_ratio))
    return problems
