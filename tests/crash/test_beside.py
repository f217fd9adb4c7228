"""A second engine on the same database, clocks that are set, and what becomes of copies when nobody sends."""

import signal
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from ravi.core import clock
from ravi.core.tenancy import tenant
from ravi.delivery import queries
from tests.crash.town import OPEN, Town, judge

pytestmark = pytest.mark.crash


def called_twice(town: Town, *posts: int) -> set[int]:
    """Copies that both engines called, each of which came back provably not sent before its second call."""
    both = """select l.delivery_id from delivery_ledger l join delivery_delivery d on d.id = l.delivery_id
        where d.post_id = any(%s) and l.after = 'sending' group by 1 having count(distinct l.owner) > 1"""
    back = """select distinct l.delivery_id from delivery_ledger l join delivery_delivery d on d.id = l.delivery_id
        where d.post_id = any(%s) and l.before = 'sending' and l.after = 'pending'"""
    found = {row[0] for row in town.rows(both, list(posts))}
    assert found <= {row[0] for row in town.rows(back, list(posts))}
    return found


def test_two_engines_share_the_work_and_double_none_of_it(town: Town, tell: Callable[..., None]) -> None:
    first, second = town.engine(), town.engine()
    first.start()
    post = town.publish()
    town.wait_until_sent(post, 60)
    second.start()
    town.wait_until_known(second)
    other = town.publish()
    town.settle(post, other)
    owners = """select l.owner, count(distinct l.delivery_id) from delivery_ledger l
        join delivery_delivery d on d.id = l.delivery_id where d.post_id = any(%s) and l.after = 'sending' group by 1"""
    shares = dict(town.rows(owners, [post, other]))
    row = town.came_of("a second engine beside it", [post, other], set())
    tell("engines beside each other", row | {"shares": " + ".join(str(count) for count in shares.values())})
    judge(row)
    assert len(shares) == 2
    assert sum(shares.values()) - len(called_twice(town, post, other)) == row["sent"] == 720
    assert (first.end(), second.end()) == (0, 0)


@pytest.mark.parametrize(
    ("step_s", "says"),
    [(-3600, "an hour back"), (5, "5 s forward"), (3600, "an hour forward"), (3 * 3600, "3 h forward")],
)
def test_the_clock_of_a_running_engine_is_set(town: Town, tell: Callable[..., None], step_s: int, says: str) -> None:
    step = town.folder / f"step{step_s}"
    step.write_text("0")
    engine = town.engine(program=("-m", "tests.crash.stepped", str(step)))
    engine.start()
    post = town.publish()
    town.wait_until_sent(post, 100)
    engine.signal(signal.SIGSTOP)
    in_flight = town.sending()
    step.write_text(str(step_s))
    engine.signal(signal.SIGCONT)
    # A fence that was under way is committed now; leases of the old time may end at once.
    give_up = time.monotonic() + 0.3
    while time.monotonic() < give_up:
        in_flight |= town.sending()
        time.sleep(0.02)
    town.settle(post)
    row = town.came_of(f"its clock is set {says}", [post], in_flight)
    tell("clocks are set", row)
    judge(row)
    assert row["missed"] == row["failed"] == 0  # the database's time counts
    town.answer_unknown(post)  # dated by that clock, they would keep their channels from what comes after them
    town.settle(post)
    judge(town.came_of("the desk has answered", [post], set()))
    assert town.states(post)["unknown"] == 0
    assert engine.end() == 0


@pytest.mark.parametrize(("step_s", "says"), [(-3600, "an hour back"), (3600, "an hour forward")])
def test_an_engine_is_started_where_the_clock_is_wrong(
    town: Town, tell: Callable[..., None], step_s: int, says: str
) -> None:
    step = town.folder / f"start{step_s}"
    step.write_text(str(step_s))
    engine = town.engine(program=("-m", "tests.crash.stepped", str(step)))
    engine.start()
    post = town.publish()
    town.settle(post)
    row = town.came_of(f"started with its clock {says}", [post], set())
    tell("clocks are set", row)
    judge(row)
    assert row["sent"] == row["copies"] == 360
    assert engine.end() == 0


def test_no_copy_is_silent_when_every_engine_is_dead(town: Town, tell: Callable[..., None]) -> None:
    engine = town.engine()
    engine.start()
    post = town.publish()
    town.wait_until_sent(post, 100)
    engine.kill()
    town.in_flight()
    later = clock.now() + timedelta(minutes=5, seconds=70)
    with tenant(town.city.institution_id):
        lines = queries.board([post], now=later)[post]
        told = {one.delivery_id for one in queries.silent_copies(later)}
        seen = queries.engine_seen(later)
    waiting = [line for line in lines if line.state in OPEN]
    silent = {line.delivery_id for line in waiting if line.is_silent}
    tell("nobody sends", {"copies": len(lines), "still due": len(waiting), "flagged after five minutes": len(silent)})
    assert len(waiting) > 100
    assert silent == told == {line.delivery_id for line in waiting}
    assert seen.last is not None and not seen.is_alive
    engine.start()
    town.settle(post)
    judge(town.came_of("nobody sent for a while", [post], town.keys([post], "unknown")))
    assert engine.end() == 0
