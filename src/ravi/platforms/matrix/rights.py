"""Whether an account may write in a room, by the room's own state. Pure.

https://spec.matrix.org/latest/client-server-api/#mroompower_levels (read 2026-11-26); in rooms of version 12 and later whoever
made the room may do everything (https://spec.matrix.org/latest/rooms/v12/).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ravi.platforms.matrix.events import MESSAGE

_NUMBERED_BEFORE = frozenset(str(number) for number in range(1, 12))


def may_speak(me: str, created: Mapping[str, Any], levels: object) -> bool:
    """`created`: the whole creation event; `levels`: the content of the power levels, None where the room has none."""
    if me in _makers(created):
        return True
    if not isinstance(levels, Mapping):
        return True  # without the event everybody is at 0, and 0 is enough
    users, events = _part(levels, "users"), _part(levels, "events")
    needed = events.get(MESSAGE, levels.get("events_default", 0))
    return _number(users.get(me, levels.get("users_default", 0))) >= _number(needed)


def _makers(created: Mapping[str, Any]) -> list[str]:
    content = _part(created, "content")
    if str(content.get("room_version", "1")) in _NUMBERED_BEFORE:
        return []
    more = content.get("additional_creators")
    return [str(created.get("sender", "")), *(map(str, more) if isinstance(more, list) else [])]


def _part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = value.get(name)
    return found if isinstance(found, Mapping) else {}


def _number(value: object) -> int:
    """Old rooms keep some levels as text."""
    try:
        return int(value) if isinstance(value, int | str) else 0
    except ValueError:
        return 0
