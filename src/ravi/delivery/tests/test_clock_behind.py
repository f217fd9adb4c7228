"""An engine whose clock is behind that of another one that lives claims nothing."""

import random
from typing import Any

import pytest

from ravi.delivery.engine.program import Engine
from ravi.delivery.engine.values import Policy


class Clock:
    """A moment that the test sets."""

    at = 1_000.0

    def now(self) -> float:
        return self.at


@pytest.fixture
def engine() -> Engine:
    nothing: Any = None
    return Engine("here", Clock(), random.Random(1), nothing, nothing, lambda _event, **_facts: None, Policy())  # type: ignore[arg-type]


def heard(engine: Engine, ahead: dict[str, float]) -> bool:
    engine._compare(ahead)
    return engine._is_behind


def test_it_claims_nothing_until_it_has_heard_of_the_others_once(engine):
    assert engine._is_behind
    assert not heard(engine, {})


def test_a_clock_ahead_of_ours_counts_while_it_is_said_anew(engine):
    assert heard(engine, {"there": 1_030.0})
    engine.clock.at += 5
    assert heard(engine, {"there": 1_035.0})


def test_a_dead_engines_last_word_counts_for_three_beats_only(engine):
    assert heard(engine, {"dead": 1_060.0})
    engine.clock.at += 14
    assert heard(engine, {"dead": 1_060.0})
    engine.clock.at += 2
    assert not heard(engine, {"dead": 1_060.0})


def test_a_dead_one_that_was_further_ahead_hides_no_living_one(engine):
    assert heard(engine, {"dead": 1_060.0, "there": 1_030.0})
    engine.clock.at += 16
    assert heard(engine, {"dead": 1_060.0, "there": 1_046.0})


def test_a_blink_is_not_behind(engine):
    assert not heard(engine, {"there": 1_000.5})
