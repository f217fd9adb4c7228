"""Reads "how long to wait" in every form platforms use: seconds or milliseconds in the body, seconds, date, epoch or
ISO time in a header; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ravi.platforms.contract import LONGEST_WAIT_S, HttpAnswer

UNKNOWN_S = 60.0  # our own choice where a platform says 429 and no delay
_MOMENTS = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")


def retry_after_s(answer: HttpAnswer, parsed: object = None) -> float:
    """The platform's own delay in seconds, never negative, at most a day; UNKNOWN_S where it names none."""
    found = _from_body(parsed)
    if found is None:
        found = _from_headers(answer)
    return UNKNOWN_S if found is None else min(max(found, 0.0), LONGEST_WAIT_S)


def _from_body(parsed: object) -> float | None:
    if not isinstance(parsed, Mapping):
        return None
    places = [parsed, *(parsed[name] for name in ("parameters", "error") if isinstance(parsed.get(name), Mapping))]
    for place in places:
        if (seconds := _number(place.get("retry_after"))) is not None:
            return seconds
        if (milliseconds := _number(place.get("retry_after_ms"))) is not None:
            return milliseconds / 1000
    return None


def _from_headers(answer: HttpAnswer) -> float | None:
    value = answer.headers.get("retry-after", "").strip()
    if value:
        seconds = _number(value)
        return seconds if seconds is not None else _until(_http_date(value), answer)
    for name in _MOMENTS:
        value = answer.headers.get(name, "").strip()
        if not value:
            continue
        number = _number(value)
        if number is None:
            return _until(_iso(value), answer)
        # A number this large can only be an epoch; a small one is a delay (IETF draft of RateLimit fields).
        return _until(datetime.fromtimestamp(number, UTC), answer) if 1e9 < number < 1e11 else number
    return None


def _until(moment: datetime | None, answer: HttpAnswer) -> float | None:
    """Counted from the server's own clock where it gives one, so that a wrong clock here does no harm."""
    if moment is None:
        return None
    return (moment - moment_of(answer)).total_seconds()


def moment_of(answer: HttpAnswer) -> datetime:
    """When the server gave this answer, by its own clock where it says so."""
    return _http_date(answer.headers.get("date", "")) or answer.received_at


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if number == number and abs(number) != float("inf") else None


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _iso(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
