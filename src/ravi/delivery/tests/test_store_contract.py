"""One contract, two stores: whatever the memory store does, PostgreSQL does, and the other way round."""

import asyncio
import os
from collections.abc import Iterator

import psycopg
import pytest

from conftest import Urls, copy_of_template
from ravi.delivery.engine import values as v
from ravi.delivery.engine.ports import StoreRefused
from ravi.delivery.rules import State, Verdict
from ravi.delivery.store.memory import MemoryStore
from ravi.delivery.store.postgres import PostgresStore
from ravi.delivery.tests.ledgers import POLICY, Ledger, MemoryLedger, PostgresLedger, order

pytestmark = pytest.mark.database

NOW = 1_790_000_000.0
LEASE = POLICY.lease_s


@pytest.fixture(scope="module")
def postgres(database_server: Urls, database_template: Urls) -> Iterator[PostgresLedger]:
    name = f"ledger_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with (
        copy_of_template(database_server, name) as urls,
        asyncio.Runner() as runner,
        psycopg.connect(urls.admin, autocommit=True) as admin,
    ):
        ledger = PostgresLedger(PostgresStore(urls.engine), admin, runner)
        ledger.prepare()
        yield ledger
        runner.run(ledger.store.close())


@pytest.fixture(params=["memory", "postgres"])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    """An empty ledger with two institutions and ten active, listed channels."""
    if request.param == "memory":
        return MemoryLedger(MemoryStore())
    found: PostgresLedger = request.getfixturevalue("postgres")
    found.forget()
    return found


def test_what_can_never_be_kept_is_refused_and_not_called_away(postgres: PostgresLedger) -> None:
    postgres.forget()
    [number] = postgres.enqueue([order(1)], NOW)
    assert postgres.claim(NOW) and postgres.begin(NOW, number, 1)
    with pytest.raises(StoreRefused):
        postgres.settle(NOW, postgres.answer(number, 1)._replace(next_at=6e14))
    assert postgres.states() == {number: State.SENDING}
    assert postgres.settle(NOW, postgres.answer(number, 1))


def test_a_due_copy_is_claimed_once(ledger: Ledger) -> None:
    [number] = ledger.enqueue([order(1)], NOW)
    [ticket] = ledger.claim(NOW)
    assert (ticket.head.id, ticket.attempt, ticket.owner) == (number, 1, "one")
    assert ledger.claim(NOW, owner="two") == []
    assert ledger.states() == {number: State.CLAIMED}


def test_a_copy_is_not_claimed_before_its_time(ledger: Ledger) -> None:
    ledger.enqueue([order(1, due_at=NOW + 60)], NOW)
    assert ledger.claim(NOW) == []
    assert ledger.claim(NOW + 59.9) == []
    assert len(ledger.claim(NOW + 60)) == 1


def test_one_copy_per_channel_is_in_hand(ledger: Ledger) -> None:
    first, second = ledger.enqueue([order(1), order(1)], NOW)
    assert [t.head.id for t in ledger.claim(NOW)] == [first]
    assert ledger.claim(NOW) == []
    ledger.finish(NOW + 1, first, 1)
    assert ledger.claim(NOW + 1) == []
    assert [t.head.id for t in ledger.claim(NOW + 2)] == [second]


def test_order_is_by_due_time_and_then_by_place(ledger: Ledger) -> None:
    late, early = ledger.enqueue([order(1, due_at=NOW - 1), order(1, due_at=NOW - 2)], NOW)
    assert [t.head.id for t in ledger.claim(NOW)] == [early]
    ledger.finish(NOW, early, 1)
    assert [t.head.id for t in ledger.claim(NOW + 5)] == [late]


def test_a_correction_overtakes_what_waits(ledger: Ledger) -> None:
    [copy] = ledger.enqueue([order(1)], NOW)
    ledger.claim(NOW)
    ledger.finish(NOW, copy, 1)
    normal, correction = ledger.enqueue([order(1), order(1, action="edit", about_id=copy, lane=0)], NOW)
    assert [(t.head.id, t.head.about_remote_id) for t in ledger.claim(NOW + 5)] == [(correction, "r")]
    ledger.finish(NOW + 5, correction, 1)
    assert [t.head.id for t in ledger.claim(NOW + 9)] == [normal]


def test_a_correction_waits_for_its_copy_and_lets_others_go(ledger: Ledger) -> None:
    [copy] = ledger.enqueue([order(1)], NOW)
    ledger.claim(NOW)
    ledger.begin(NOW, copy, 1)
    ledger.settle(NOW, ledger.unclear(copy, 1))
    correction, normal = ledger.enqueue([order(1, action="edit", about_id=copy, lane=0), order(1, lane=1)], NOW)
    assert [t.head.id for t in ledger.claim(NOW + 5)] == [normal]
    ledger.finish(NOW + 5, normal, 1)
    ledger.resolve(copy, Verdict.THERE, NOW + 8)
    assert [t.head.id for t in ledger.claim(NOW + 8)] == [correction]


def test_the_fence_refuses_a_stranger_an_old_attempt_and_an_ended_lease(ledger: Ledger) -> None:
    [number] = ledger.enqueue([order(1)], NOW)
    ledger.claim(NOW)
    assert not ledger.begin(NOW, number, 1, owner="two")
    assert not ledger.begin(NOW, number, 2)
    assert not ledger.begin(NOW + LEASE, number, 1)
    assert ledger.begin(NOW, number, 1)
    assert not ledger.begin(NOW, number, 1)


@pytest.mark.parametrize(
    ("scope", "key"),
    [
        ("all", ""),
        ("institution", ""),
        ("unit", "7"),
        ("campaign", "3"),
        ("platform", "telegram"),
        ("channel", "1"),
        ("topic", "light"),
    ],
)
def test_the_fence_sees_a_stop_of_every_scope(ledger: Ledger, scope: str, key: str) -> None:
    covered, other = ledger.enqueue([order(1, campaign_id=3, topic="light"), order(6, unit_id=8, platform="bale")], NOW)
    ledger.claim(NOW)
    ledger.stop(scope, key, NOW)
    assert not ledger.begin(NOW, covered, 1)
    assert ledger.begin(NOW, other, 1) is (scope != "all")


def test_a_removal_goes_through_a_stop_unless_it_says_otherwise(ledger: Ledger) -> None:
    [copy] = ledger.enqueue([order(1)], NOW)
    ledger.claim(NOW)
    ledger.finish(NOW, copy, 1)
    [removal] = ledger.enqueue([order(1, action="delete", about_id=copy, lane=0)], NOW)
    gentle = ledger.stop("institution", "", NOW)
    assert [t.head.id for t in ledger.claim(NOW + 5)] == [removal]
    assert ledger.begin(NOW + 5, removal, 1)
    ledger.lift(gentle, NOW + 5)
    [other] = ledger.enqueue([order(2)], NOW)
    ledger.claim(NOW + 5)
    ledger.finish(NOW + 5, other, 1)
    [hard] = ledger.enqueue([order(2, action="delete", about_id=other, lane=0)], NOW)
    ledger.stop("institution", "", NOW, removals_too=True)
    assert ledger.claim(NOW + 9) == []
    assert ledger.states()[hard] is State.HELD


def test_what_fell_due_during_a_stop_waits_for_a_person(ledger: Ledger) -> None:
    due, in_hand, later = ledger.enqueue([order(1, due_at=NOW + 10), order(2), order(3, due_at=NOW + 90)], NOW)
    ledger.claim(NOW)
    stop = ledger.stop("institution", "", NOW)
    assert ledger.lift(stop, NOW + 60) == 2
    assert ledger.claim(NOW + 60) == []
    assert not ledger.begin(NOW + 60, in_hand, 1)
    assert [t.head.id for t in ledger.claim(NOW + 90)] == [later]
    assert ledger.states() == {due: State.HELD, in_hand: State.HELD, later: State.CLAIMED}
    assert ledger.release([due], NOW + 100, NOW + 100) == 1
    assert [t.head.id for t in ledger.claim(NOW + 100)] == [due]


def test_a_held_copy_is_not_released_under_a_stop(ledger: Ledger) -> None:
    [number] = ledger.enqueue([order(1)], NOW)
    ledger.stop("channel", "1", NOW)
    ledger.claim(NOW)
    assert ledger.states() == {number: State.HELD}
    assert ledger.release([number], NOW, NOW) == 0


def test_a_copy_is_missed_at_its_expiry_and_at_its_lateness_limit(ledger: Ledger) -> None:
    expired, late = ledger.enqueue(
        [order(1, due_at=NOW - 5, valid_until=NOW), order(2, due_at=NOW - 7201, lateness_limit_s=7200)], NOW
    )
    assert ledger.claim(NOW) == []
    assert ledger.states() == {expired: State.MISSED, late: State.MISSED}
    assert {ledger.code(expired), ledger.code(late)} == {"expired", "late"}


def test_the_fence_refuses_what_expired_after_its_claim(ledger: Ledger) -> None:
    [number] = ledger.enqueue([order(1, valid_until=NOW + 5)], NOW)
    ledger.claim(NOW)
    assert not ledger.begin(NOW + 5, number, 1)


def test_the_sweep_finds_what_nobody_claims(ledger: Ledger) -> None:
    waiting, held = ledger.enqueue([order(1, valid_until=NOW + 9), order(2, valid_until=NOW + 9)], NOW)
    ledger.stop("channel", "2", NOW)
    ledger.stop("channel", "1", NOW)
    assert sorted(ledger.sweep(NOW + 8)) == []
    assert sorted(ledger.sweep(NOW + 9)) == [waiting, held]
    assert set(ledger.states().values()) == {State.MISSED}


def test_a_lost_claim_is_undone_and_a_lost_call_is_unknown(ledger: Ledger) -> None:
    claimed, sending = ledger.enqueue([order(1), order(2)], NOW)
    ledger.claim(NOW)
    ledger.begin(NOW, sending, 1)
    assert ledger.reap(NOW + LEASE) == []
    assert sorted(ledger.reap(NOW + LEASE + 1)) == [claimed, sending]
    assert ledger.states() == {claimed: State.PENDING, sending: State.UNKNOWN}
    assert [t.attempt for t in ledger.claim(NOW + LEASE + 2)] == [2]


def test_an_unknown_head_blocks_its_lane_for_a_while_and_no_other(ledger: Ledger) -> None:
    [first] = ledger.enqueue([order(1)], NOW)
    ledger.claim(NOW)
    ledger.begin(NOW, first, 1)
    ledger.settle(NOW, ledger.unclear(first, 1))
    normal, urgent = ledger.enqueue([order(1), order(1, lane=1)], NOW)
    assert [t.head.id for t in ledger.claim(NOW + 5)] == [urgent]
    ledger.finish(NOW + 5, urgent, 1)
    assert ledger.claim(NOW + 599) == []
    assert [t.head.id for t in ledger.claim(NOW + 601)] == [normal]


def test_a_late_answer_counts_while_nobody_claimed_again(ledger: Ledger) -> None:
    [number] = ledger.enqueue([order(1)], NOW)
    ledger.claim(NOW)
    ledger.begin(NOW, number, 1)
    ledger.reap(NOW + LEASE + 1)
    assert ledger.finish(NOW + LEASE + 2, number, 1, begin=False)
    assert ledger.states() == {number: State.SENT}
    assert not ledger.finish(NOW + LEASE + 3, number, 1, begin=False)


def test_an_answer_to_an_old_attempt_changes_nothing(ledger: Ledger) -> None:
    [number] = ledger.enqueue([order(1)], NOW)
    ledger.claim(NOW)
    ledger.reap(NOW + LEASE + 1)
    ledger.claim(NOW + LEASE + 1)
    assert not ledger.finish(NOW + LEASE + 2, number, 1, begin=False)
    assert ledger.states() == {number: State.CLAIMED}


def test_an_answer_that_no_text_can_hold_is_settled_all_the_same(ledger: Ledger) -> None:
    """Refused by the database again and again, it would keep back the outcomes of all others."""
    [number] = ledger.enqueue([order(1)], NOW)
    ledger.claim(NOW)
    ledger.begin(NOW, number, 1)
    odd = "a\x00b\ud800"
    change = ledger.answer(number, 1)._replace(code=odd, detail=odd, evidence=odd, remote_id=odd, link=odd)
    assert ledger.settle(NOW, change)
    assert ledger.states() == {number: State.SENT}


def test_a_person_resolves_an_unknown_copy(ledger: Ledger) -> None:
    numbers = ledger.enqueue([order(1), order(2), order(3)], NOW)
    ledger.claim(NOW)
    for number in numbers:
        ledger.begin(NOW, number, 1)
        ledger.settle(NOW, ledger.unclear(number, 1))
    there, absent, left = numbers
    ledger.resolve(there, Verdict.THERE, NOW + 9)
    ledger.resolve(absent, Verdict.NOT_THERE, NOW + 9)
    ledger.resolve(left, Verdict.LEAVE, NOW + 9)
    assert ledger.states() == {there: State.SENT, absent: State.PENDING, left: State.UNKNOWN}
    [again] = ledger.claim(NOW + 9)
    assert (again.head.id, again.attempt, again.head.sent_maybe) == (absent, 2, False)
    assert ledger.look(NOW + 10_000) == []


def test_an_unknown_copy_is_looked_at_by_one_engine(ledger: Ledger) -> None:
    [number] = ledger.enqueue([order(1)], NOW)
    ledger.claim(NOW)
    ledger.begin(NOW, number, 1)
    ledger.settle(NOW, ledger.unclear(number, 1)._replace(look_at=NOW + 15))
    assert ledger.look(NOW + 14) == []
    [case] = ledger.look(NOW + 15)
    assert (case.head.id, case.head.sent_maybe, case.looks) == (number, True, 0)
    assert ledger.look(NOW + 15) == []
    assert [case.head.id for case in ledger.look(NOW + 15 + LEASE)] == [number]


def test_a_waiting_copy_is_cancelled_and_one_in_hand_is_not(ledger: Ledger) -> None:
    waiting, claimed = ledger.enqueue([order(1, due_at=NOW + 60), order(2)], NOW)
    ledger.claim(NOW)
    assert ledger.cancel([waiting, claimed], NOW) == 1
    assert ledger.states() == {waiting: State.CANCELLED, claimed: State.CLAIMED}
    assert ledger.claim(NOW + 61) == []


def test_refused_credentials_hold_that_channel_only(ledger: Ledger) -> None:
    refused, same, other = ledger.enqueue([order(1), order(1), order(2)], NOW)
    ledger.claim(NOW)
    ledger.begin(NOW, refused, 1)
    change = ledger.unclear(refused, 1)._replace(after=State.HELD, sent_maybe=False, hold_channel=True)
    ledger.settle(NOW, change)
    assert ledger.claim(NOW + 5) == []
    assert ledger.states() == {refused: State.HELD, same: State.HELD, other: State.CLAIMED}
    ledger.resume_channel(1, NOW + 6)
    ledger.release([refused, same], NOW + 6, NOW + 6)
    assert [t.head.id for t in ledger.claim(NOW + 6)] == [refused]


def test_a_bucket_spaces_the_starts_of_one_credential(ledger: Ledger) -> None:
    ledger.enqueue([order(n, bucket_key="b", rate_per_s=2.0, burst=2) for n in range(1, 9)], NOW)
    starts = [round(ticket.start_at - NOW, 3) for ticket in ledger.claim(NOW)]
    assert sorted(starts) == [0.0, 0.0, 0.5, 1.0, 1.5, 2.0]
    assert ledger.claim(NOW) == []
    assert ledger.claim(NOW + 1.4) == []
    assert len(ledger.claim(NOW + 1.5)) == 2


def test_a_pause_of_one_credential_holds_its_other_channels(ledger: Ledger) -> None:
    first, second = ledger.enqueue([order(1, bucket_key="b"), order(2, bucket_key="b")], NOW - 1)
    ledger.claim(NOW, limit=1)
    mine = first if ledger.states()[first] is State.CLAIMED else second
    ledger.begin(NOW, mine, 1)
    limited = ledger.unclear(mine, 1)._replace(after=State.PENDING, sent_maybe=False, next_at=NOW + 30)
    ledger.settle(NOW, limited, v.Signals({"b": NOW + 30}, {}))
    assert ledger.claim(NOW + 20) == []
    assert len(ledger.claim(NOW + 30)) == 2


def test_a_breaker_opens_and_lets_one_copy_try(ledger: Ledger) -> None:
    numbers = ledger.enqueue([order(n) for n in range(1, 6)], NOW)
    [ticket, *_] = ledger.claim(NOW, limit=1)
    ledger.begin(NOW, ticket.head.id, 1)
    failing = ledger.unclear(ticket.head.id, 1)._replace(after=State.PENDING, sent_maybe=False)
    ledger.settle(NOW, failing, v.Signals({}, {("telegram", "direct"): (0, POLICY.breaker_failures)}))
    assert ledger.claim(NOW + 14) == []
    [probe] = ledger.claim(NOW + 15.5)
    assert ledger.claim(NOW + 16) == []
    ledger.begin(NOW + 16, probe.head.id, probe.attempt)
    done = ledger.answer(probe.head.id, probe.attempt)._replace(owner="one")
    ledger.settle(NOW + 16, done, v.Signals({}, {("telegram", "direct"): (1, 0)}))
    assert len(ledger.claim(NOW + 90)) == len(numbers) - 1


def test_mending_wakes_a_channel_that_sleeps_with_work(ledger: Ledger) -> None:
    [number] = ledger.enqueue([order(1)], NOW)
    ledger.put_to_sleep(1)
    assert ledger.claim(NOW + 1) == []
    assert ledger.mend(NOW + 1) == 1
    assert [t.head.id for t in ledger.claim(NOW + 1)] == [number]


def test_every_transition_has_its_ledger_row(ledger: Ledger) -> None:
    [number] = ledger.enqueue([order(1)], NOW)
    ledger.claim(NOW)
    ledger.finish(NOW + 1, number, 1)
    assert ledger.transitions(number) == [
        ("", "pending"),
        ("pending", "claimed"),
        ("claimed", "sending"),
        ("sending", "sent"),
    ]
