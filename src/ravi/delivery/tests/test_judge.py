"""The simulation's judge and verdict: each thing they can find is found where it is, and only there."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ravi.delivery import simulation
from ravi.delivery.engine.values import Policy, Stop
from ravi.delivery.rules import State
from ravi.delivery.simulation import judge as judges
from ravi.delivery.simulation.book import MemoryBook
from ravi.delivery.simulation.faults import CALM
from ravi.delivery.simulation.judge import ANSWER, Judge, Order
from ravi.delivery.simulation.verdict import violations
from ravi.delivery.simulation.world import World
from ravi.delivery.tests.heads import NOW, head
from ravi.delivery.tests.ledgers import order
from ravi.delivery.tests.test_simulation import FOUND_BY_MUTANTS_ONLY

FOLDER = Path(simulation.__file__).parent
ALL_STOP = Stop(1, "all", "", None)


def call(now: float = NOW, *, stops: tuple[Order, ...] = (), was_held: bool = False, **wanted: Any) -> dict[str, int]:
    judge = Judge(Policy(), stops=list(stops))
    judge.call_begins(head(**wanted), now, was_held=was_held, is_ahead=False)
    return dict(judge.violations)


CALLS = {
    "called with words that nobody approved": {"approved_hash": "b"},
    "called after its expiry": {"valid_until": NOW - 1},
    "called too late": {"miss_at": NOW - 1},
    "called before its time": {"due_at": NOW + 1},
    "an answer to nothing": {"payload": ANSWER + '"k"}'},
    "called under a stop": {"stops": (Order(ALL_STOP, NOW - 1),)},
    "what fell due during a stop went by itself": {"due_at": NOW - 5, "stops": (Order(ALL_STOP, NOW - 9, NOW - 2),)},
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_must_not_begin_is_found(name: str) -> None:
    assert call(**CALLS[name]) == {name: 1}


def test_a_call_that_may_begin_is_not_found() -> None:
    stops = (
        Order(ALL_STOP, NOW - 9, NOW - 5),
        Order(replace(ALL_STOP, scope="channel", key="9", institution_id=1), NOW - 9),
    )
    assert call(stops=stops, due_at=NOW - 1) == {}
    assert call(stops=(Order(ALL_STOP, NOW - judges.GRACE_S / 2),)) == {}
    assert call(stops=(Order(ALL_STOP, NOW - 9),), action="delete") == {}
    assert call(stops=(Order(replace(ALL_STOP, removals_too=True), NOW - 9),), action="delete") != {}
    assert call(due_at=NOW - 5, attempt=1, stops=(Order(ALL_STOP, NOW - 9, NOW - 2),)) == {}


def test_a_held_engine_has_the_window_of_its_promise_and_no_more() -> None:
    window_s = Policy().send_window_s
    assert call(was_held=True, valid_until=NOW - window_s) == {}
    assert call(was_held=True, valid_until=NOW - window_s - 1) == {"called after its expiry": 1}


def test_a_call_while_its_credential_waits_is_found() -> None:
    judge = Judge(Policy())
    judge.limit_heard(1, "channel:1", NOW - 70, NOW + 60)
    judge.call_begins(head(), NOW, was_held=False, is_ahead=False)
    assert judge.violations == {"called while its credential was paused": 1}


def test_arrivals_too_close_or_before_retry_after_are_found() -> None:
    judge = Judge(Policy())
    judge.arrives(head(), NOW, 1.0, is_ahead=False)
    judge.arrives(head(), NOW + 1, 1.0, is_ahead=False)
    assert judge.violations == {}
    judge.arrives(head(), NOW + 1.9, 1.0, is_ahead=False)
    assert judge.violations == {"closer than the platform's gap": 1}
    judge.limit_heard(1, "channel:1", NOW, NOW + 30)
    judge.arrives(head(), NOW + 29, 1.0, is_ahead=False)
    assert judge.violations["called before retry-after was over"] == 1


def test_a_pace_half_again_too_fast_is_found() -> None:
    judge = Judge(Policy())
    for number in range(60):
        judge.paces(head(), NOW + number / 60, rate_per_s=3.0, burst=10)
    assert judge.violations == {}
    judge.paces(head(), NOW + 1.0, rate_per_s=3.0, burst=10)
    assert judge.violations == {"faster than the credential's pace": 1}


def test_a_second_effect_and_a_turned_order_are_found() -> None:
    judge = Judge(Policy())
    first, second = head(1, channel_id=1, due_at=NOW - 9), head(2, channel_id=1, due_at=NOW - 5)
    judge.takes_effect(second, NOW, is_ahead=False)
    judge.takes_effect(first._replace(first_called_at=NOW - 600), NOW, is_ahead=False)
    assert judge.violations == {}  # its unclear first attempt blocked the lane for as long as it may
    judge.takes_effect(first._replace(key="another"), NOW, is_ahead=False)
    judge.takes_effect(second, NOW + 1, is_ahead=False)
    assert judge.violations == {"out of order": 1, "published twice": 1}


@pytest.fixture
def world() -> Iterator[World]:
    """One copy that was sent and is there, one that failed and is not, one removal of the first that is there."""
    world = World(1, CALM, MemoryBook())
    orders = [order(5, platform="wordpress"), order(6, platform="telegram")]
    world.order(orders, NOW)
    world.order([replace(orders[0], action="delete", about_id=1, key="removal")], NOW)
    for row, state in zip(world.book.store.rows.values(), (State.SENT, State.FAILED, State.SENT), strict=True):
        row.state = world.book.trail.states[row.id] = state
    world.judge.effects[orders[0].key] = 1
    world.platforms.changes.add(3)
    yield world
    world.loop.close()


def test_a_clean_end_has_no_violation(world: World) -> None:
    assert violations(world) == {}


def put(number: int, state: State, code: str = "") -> Any:
    def change(world: World) -> None:
        row = world.book.store.rows[number]
        row.state = world.book.trail.states[number] = state
        row.code = code

    return change


ENDS = {
    "left in line": put(2, State.PENDING),
    "left held": put(2, State.HELD),
    "sent without effect": put(2, State.SENT),
    "an effect of what is said not to have gone": put(1, State.MISSED),
    "unknown where Ravi could have looked": put(1, State.UNKNOWN),
    "copies came or went": lambda world: world.book.store.rows.pop(2),
    "a transition without its ledger row": lambda world: world.book.trail.states.update({2: State.PENDING}),
    "a change was dropped though its copy is there": put(3, State.CANCELLED, "nothing_to_change"),
}


@pytest.mark.parametrize("name", ENDS)
def test_what_must_not_stand_at_the_end_is_found(world: World, name: str) -> None:
    ENDS[name](world)
    assert name in violations(world)


def test_a_change_that_is_there_and_said_not_to_have_gone_is_found(world: World) -> None:
    put(3, State.FAILED)(world)
    assert violations(world) == {"an effect of what is said not to have gone": 1}


def test_whatever_can_be_found_is_found_by_a_test_or_a_mutant() -> None:
    names: set[str] = set()
    for path in FOLDER.glob("*.py"):
        names |= set(re.findall(r'found(?:\.append\(|\(|\[)\s*"([^"]+)"', path.read_text(encoding="utf-8")))
    tested = Path(__file__).read_text(encoding="utf-8")
    assert len(names) >= 22
    assert {name for name in names if f'"{name}"' not in tested} == FOUND_BY_MUTANTS_ONLY
