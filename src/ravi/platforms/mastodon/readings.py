"""Numbers out of the server's answers and nothing else of them: whose they are is not read; pure."""

from __future__ import annotations

from collections.abc import Mapping

from ravi.platforms.contract import Counts, NotSent
from ravi.platforms.shapes.json_http import JsonAnswer

_LIMITS = (
    ("text", "statuses", "max_characters"),
    ("media", "statuses", "max_media_attachments"),
    ("image_bytes", "media_attachments", "image_size_limit"),
    ("video_bytes", "media_attachments", "video_size_limit"),
)


def followers(answer: JsonAnswer) -> int:
    """How many follow the account. Raises NotSent where the answer does not tell."""
    found = _number(answer.data, "followers_count")
    if found is None:
        raise NotSent("the answer has no number of followers")
    return found


def counts_of(told: object, remote_ids: tuple[str, ...]) -> Mapping[str, Counts]:
    """The numbers of those that were asked for and are there. Raises NotSent when the list cannot be read."""
    if not isinstance(told, list):
        raise NotSent("the list of posts cannot be read")
    there = {str(one.get("id")): one for one in told if isinstance(one, Mapping)}
    return {
        remote_id: Counts(
            reactions=_number(there[remote_id], "favourites_count"),
            shares=_number(there[remote_id], "reblogs_count"),
            replies=_number(there[remote_id], "replies_count"),
        )
        for remote_id in remote_ids
        if remote_id in there
    }


def limits_of(answer: JsonAnswer) -> Mapping[str, float]:
    """What the server has set for everybody on it. Raises NotSent when it tells none of it."""
    configuration = answer.data.get("configuration") if isinstance(answer.data, Mapping) else None
    found = {name: _number(_in(configuration, group), limit) for name, group, limit in _LIMITS}
    told = {name: float(number) for name, number in found.items() if number is not None}
    if not told:
        raise NotSent("the server tells no limits")
    return told


def _in(told: object, name: str) -> object:
    return told.get(name) if isinstance(told, Mapping) else None


def _number(told: object, name: str) -> int | None:
    value = _in(told, name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
