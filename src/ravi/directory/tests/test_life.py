"""Looks are spread over the hours, and renewals over their share of a life, by the channel's number alone."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.directory import life
from ravi.directory.life import End

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
CHANNELS = st.integers(1, 10**9)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@given(CHANNELS, MOMENTS)
def test_a_channels_next_look_is_at_its_own_place_between_one_hour_and_seven(channel: int, now: datetime) -> None:
    at = life.next_probe(channel, now)
    assert timedelta(hours=1) <= at - now <= timedelta(hours=7, seconds=1)
    assert life.next_probe(channel, at) - at == pytest.approx(life.PROBE_EVERY, abs=timedelta(seconds=1))


def test_five_hundred_channels_that_were_looked_at_in_one_minute_are_spread_over_the_day() -> None:
    """83 an hour, and never three in one minute: a platform's pace is a matter of seconds."""
    hours: Counter[int] = Counter()
    minutes: Counter[int] = Counter()
    for channel in range(1000, 1500):
        at = NOW
        while (at := life.next_probe(channel, at)) < NOW + timedelta(hours=25):
            if at >= NOW + timedelta(hours=1):
                hours[int((at - NOW).total_seconds() // 3600)] += 1
                minutes[int((at - NOW).total_seconds() // 60)] += 1
    assert set(hours) == set(range(1, 25))
    assert (min(hours.values()), max(hours.values())) == (83, 84)
    assert max(minutes.values()) <= 2


@given(CHANNELS, st.integers(1, 1000))
def test_after_failures_a_look_comes_later_each_time_and_not_after_its_place(channel: int, failures: int) -> None:
    at = life.probe_again(channel, failures, NOW)
    assert timedelta(minutes=10) <= at - NOW
    assert life.probe_again(channel, 1, NOW) - NOW <= timedelta(minutes=15)


@given(CHANNELS, st.timedeltas(timedelta(minutes=5), timedelta(days=400)))
def test_a_credential_is_renewed_between_eighty_and_eighty_five_of_a_hundred(channel: int, span: timedelta) -> None:
    share = (life.renew_at(channel, NOW, NOW + span) - NOW) / span
    assert 0.7999 <= share <= 0.8501


def test_five_hundred_tokens_of_one_day_are_not_renewed_in_one_hour() -> None:
    until = NOW + timedelta(days=60)
    hours = Counter(int((life.renew_at(one, NOW, until) - NOW).total_seconds() // 3600) for one in range(500))
    assert max(hours.values()) <= 8


@given(CHANNELS, st.integers(1, 1000), st.floats(0, 10**6))
def test_a_renewal_never_comes_sooner_than_the_platform_asked_for(channel: int, failures: int, wait_s: float) -> None:
    again = life.renew_again(channel, failures, NOW, wait_s=wait_s)
    assert again - NOW >= max(timedelta(minutes=5), timedelta(seconds=wait_s))
    assert again - NOW <= max(timedelta(hours=9), timedelta(seconds=wait_s))


@pytest.mark.parametrize(
    ("days", "renews_itself", "end"),
    [
        (None, False, End.NOTHING),
        (15, False, End.NOTHING),
        (14, False, End.SOON),
        (3.01, False, End.SOON),
        (3, False, End.VERY_SOON),
        (3, True, End.NOTHING),
        (0.001, True, End.NOTHING),
        (0, True, End.ENDED),
        (-1, False, End.ENDED),
    ],
)
def test_people_hear_of_an_end_that_nothing_keeps_away(days: float | None, renews_itself: bool, end: End) -> None:
    until = None if days is None else NOW + timedelta(days=days)
    assert life.end_of(until, NOW, renews_itself=renews_itself) is end
