"""What an account itself told of its limits, beside what its platform documents: the lower one holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ravi.platforms.contract import Limit, Profile

# The names of `contract.LIMIT_NAMES` that are about words, and where in a profile each stands.
_WORDS = {"text": "text", "caption": "caption", "title": "title"}


def documented(profile: Profile) -> dict[str, float]:
    """The profile's own figures under the names that an account tells its own by; what it does not name is left out."""
    found: dict[str, float] = {"media": profile.max_media, "image_bytes": profile.max_media_bytes}
    for name in _WORDS:
        if first := _first(profile, name):
            found[name] = first.maximum
    if profile.video is not None:
        found["video_bytes"] = profile.video.max_bytes
        if profile.video.max_s is not None:
            found["video_s"] = profile.video.max_s
    return found


def narrowed(profile: Profile, found: Mapping[str, float]) -> Profile:
    """The profile with every limit that the account tells lower. What it tells higher is left as documented: other rules
    of the platform may stand behind that figure."""
    if not found:
        return profile
    limits = tuple(_lower(profile, limit, found) for limit in profile.text_limits)
    video = profile.video
    if video is not None:
        longest = _least(video.max_s, found.get("video_s"))
        video = replace(
            video, max_bytes=int(min(video.max_bytes, found.get("video_bytes", video.max_bytes))), max_s=longest
        )
    return replace(
        profile,
        text_limits=limits,
        max_media=int(min(profile.max_media, found.get("media", profile.max_media))),
        max_media_bytes=int(min(profile.max_media_bytes, found.get("image_bytes", profile.max_media_bytes))),
        video=video,
    )


def _first(profile: Profile, applies: str) -> Limit | None:
    """Where several hold at once an account tells the first one's, in its unit."""
    return next((limit for limit in profile.text_limits if limit.applies == applies), None)


def _lower(profile: Profile, limit: Limit, found: Mapping[str, float]) -> Limit:
    told = found.get(limit.applies)
    if told is None or limit is not _first(profile, limit.applies) or told >= limit.maximum or told < 1:
        return limit
    return replace(limit, maximum=int(told), source="the account's own server told Ravi")


def _least(documented: float | None, told: float | None) -> float | None:
    known = [value for value in (documented, told) if value is not None]
    return min(known) if known else None
