"""The real engine through thousands of copies in simulated time: crashes, lost acknowledgements, limits, stops."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from ravi.delivery.engine import fence as fences
from ravi.delivery.engine import outcome, reconcile
from ravi.delivery.engine import values as v
from ravi.delivery.engine.ports import StoreDown
from ravi.delivery.rules import State
from ravi.delivery.tests.simulated import START, Faults, World, moment, orders

HARD = Faults(
    refused=0.03,
    lost_before=0.01,
    lost_after=0.02,
    server_error_before=0.01,
    server_error_after=0.02,
    limited=0.02,
    rejected=0.01,
    crash=0.003,
    store_down=0.01,
    store_lost_ack=0.01,
)
NONE = Faults(*[0.0] * 10)


def play(seed: int, faults: Faults, count: int = 2_000, **wanted: object) -> World:
    world = World(seed, faults)

    async def story(world: World) -> None:
        world.store.web_enqueue(orders(count, 150, seed=seed, **wanted), START)

    world.run(story)
    return world


def test_without_faults_every_copy_goes_once():
    world = play(1, NONE)
    assert (world.states(), world.problems(), world.platform.calls) == ({State.SENT: 2_000}, {}, 2_000)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_every_fault_nothing_is_doubled_lost_or_out_of_order(seed):
    world = play(seed, HARD)
    assert world.problems() == {}
    assert world.crashes > 5
    assert sum(world.states().values()) == 2_000
    assert set(world.states()) <= {State.SENT, State.FAILED}


def test_blind_platforms_leave_their_unclear_copies_to_people():
    world = play(4, HARD, 800, kinds=("none",))
    assert world.problems() == {}
    assert world.states()[State.UNKNOWN] > 10
    assert set(world.states()) <= {State.SENT, State.FAILED, State.UNKNOWN}


def test_the_same_seed_gives_the_same_run():
    first, second = play(5, HARD, 600), play(5, HARD, 600)
    assert first.store.ledger == second.store.ledger
    assert first.platform.calls == second.platform.calls


def test_no_call_begins_after_a_stop_and_the_backlog_waits_for_a_person():
    world = World(6, replace(HARD, crash=0.0))
    stopped: list[float] = []
    world.platform.forbidden = lambda head, now: "called under a stop" if stopped and now > stopped[-1] + 5 else ""

    async def story(world: World) -> None:
        world.store.web_enqueue(orders(1_500, 150, spread_s=30.0), START)
        await asyncio.sleep(20)
        numbers = [world.store.web_stop("institution", "", number) for number in (1, 2, 3)]
        stopped.append(moment())
        await asyncio.sleep(120)
        calls = world.platform.calls
        for number in numbers:
            world.store.web_lift(number, moment())
        stopped.clear()
        await asyncio.sleep(60)
        # Only repetitions of unclear copies are in nobody's way; what fell due meanwhile has not moved.
        held = [row.id for row in world.store.rows.values() if row.state is State.HELD]
        assert world.platform.calls == calls
        assert len(held) > 100
        world.store.web_release(held, moment(), moment())

    world.run(story)
    assert world.problems() == {}
    assert State.HELD not in world.states()


def test_what_an_outage_made_late_is_missed_at_its_limit_and_never_sent():
    world = World(7, NONE)
    world.platform.faults = replace(NONE, refused=1.0)

    async def story(world: World) -> None:
        world.store.web_enqueue(orders(40, 20, lateness_limit_s=3_600), START)
        await asyncio.sleep(4_000)
        world.platform.faults = NONE

    world.run(story)
    assert world.states() == {State.MISSED: 40}
    assert not world.platform.effects


def test_a_short_outage_only_delays():
    world = World(8, NONE)
    world.platform.faults = replace(NONE, refused=1.0)

    async def story(world: World) -> None:
        world.store.web_enqueue(orders(300, 150), START)
        await asyncio.sleep(1_200)
        world.platform.faults = NONE

    world.run(story)
    assert (world.states(), world.problems()) == ({State.SENT: 300}, {})


# What the run is worth: each of these one-line breaks of the real modules must be seen.


def broken(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    if name == "blind retry":
        monkeypatch.setattr(outcome, "unclear", lambda blank, *rest: replace(blank, after=State.PENDING))
    elif name == "no fence":

        async def open_to_all(self: fences.Fence, group: list) -> None:  # type: ignore[type-arg]
            now = self.clock.now()
            with suppress(StoreDown):
                await self.store.begin(
                    now, now + self.policy.lease_s, self.owner, [(t.head.id, t.attempt, scope) for t, scope, _ in group]
                )
            fences._answer(group, {t.head.id: fences.Passage.PASSED for t, _, _ in group}, now)

        monkeypatch.setattr(fences.Fence, "_open", open_to_all)
    elif name == "forgotten reconcile":
        monkeypatch.setattr(reconcile, "first_look", lambda *arguments: None)
    elif name == "spacing from start":
        judge = outcome.judge
        monkeypatch.setattr(
            outcome,
            "judge",
            lambda ticket, said, means, **rest: replace(
                judge(ticket, said, means, **rest), next_at=rest["called_at"] + ticket.gap_s
            ),
        )
    elif name == "deaf to limits":
        refused = outcome._refused
        monkeypatch.setattr(
            outcome,
            "_refused",
            lambda blank, *rest: (
                replace(refused(blank, *rest), next_at=0.0) if isinstance(rest[1], v.Limited) else refused(blank, *rest)
            ),
        )
    elif name == "no after unknown":
        monkeypatch.setattr(
            outcome, "_after_unclear", lambda blank, *rest: replace(blank, after=State.FAILED, sent_maybe=False)
        )


@pytest.mark.parametrize(
    "name",
    ["blind retry", "no fence", "forgotten reconcile", "spacing from start", "deaf to limits", "no after unknown"],
)
def test_a_broken_engine_is_caught(monkeypatch, name):
    broken(monkeypatch, name)
    world = play(9, replace(HARD, rejected=0.04, limited=0.04, store_lost_ack=0.04), 1_500)
    if name == "forgotten reconcile":
        assert State.UNKNOWN in world.states()
    else:
        assert world.problems() != {}
