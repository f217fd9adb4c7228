"""Every form in which platforms say "not now"."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ravi.platforms.contract import LONGEST_WAIT_S, HttpAnswer, RateLimited
from ravi.platforms.shapes.retry_after import UNKNOWN_S, retry_after_s

NOW = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)
DATE = "Sun, 22 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({}, {"ok": False, "parameters": {"retry_after": 17}}, 17),
        ({}, {"retry_after_ms": 2500}, 2.5),
        ({}, {"error": {"retry_after": "3"}}, 3),
        ({"retry-after": "120"}, {}, 120),
        ({"retry-after": "Sun, 22 Nov 2026 10:00:30 GMT"}, {}, 30),
        ({"x-ratelimit-reset": "2026-11-22T10:05:00.000Z"}, {}, 300),
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 45)}, {}, 45),
        ({"x-rate-limit-reset": "9"}, {}, 9),
        ({"retry-after": "-5"}, {}, 0),
        ({"retry-after": "1e9"}, {}, LONGEST_WAIT_S),
        ({"retry-after": "soon"}, {}, UNKNOWN_S),
        ({"retry-after": "nan"}, {}, UNKNOWN_S),
        ({"retry-after": "Sun, 22 Nov 2026 10:00:30 +9999999999999999"}, {}, UNKNOWN_S),
        ({"date": "Sun, 22 Nov 2026 10:00:30 +9999999999999999", "ratelimit-reset": "9"}, {}, 9),
        ({}, {"parameters": {"retry_after": True}}, UNKNOWN_S),
        ({}, [1, 2], UNKNOWN_S),
        ({}, None, UNKNOWN_S),
        ({}, {"retry_after": 10**400}, UNKNOWN_S),
    ],
)
def test_the_platforms_own_delay_is_read(headers: dict[str, str], body: object, expected: float) -> None:
    assert retry_after_s(HttpAnswer(429, {"date": DATE, **headers}, b"", NOW), body) == expected


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (17, 17), (-5, 0), (float("-inf"), 0), (6e14, LONGEST_WAIT_S), (10**400, LONGEST_WAIT_S),
        (float("inf"), LONGEST_WAIT_S), (float("nan"), LONGEST_WAIT_S),
    ],
)  # fmt: skip
def test_no_platform_makes_ravi_wait_longer_than_a_day(told: float, kept: float) -> None:
    assert RateLimited(told).retry_after_s == kept


def test_the_servers_own_clock_counts_where_it_gives_one() -> None:
    late = datetime(2026, 11, 22, 11, 0, 0, tzinfo=UTC)
    headers = {"date": DATE, "x-ratelimit-reset": "2026-11-22T10:05:00Z"}
    assert retry_after_s(HttpAnswer(429, headers, b"", late)) == 300
    assert retry_after_s(HttpAnswer(429, {"x-ratelimit-reset": "2026-11-22T11:05:00Z"}, b"", late)) == 300
