"""Copies of older words that were in flight or unknown when newer ones came: whatever comes of them, none is sent again."""

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.delivery import rules
from ravi.delivery.engine import values as v
from ravi.delivery.rules import State, Verdict
from ravi.delivery.tests.ledgers import POLICY, Ledger, PostgresLedger, order
from ravi.delivery.tests.test_store_contract import NOW, ledger, postgres  # noqa: F401 -- fixtures

pytestmark = pytest.mark.database


def sending(ledger: Ledger, **wanted: object) -> int:  # noqa: F811
    [number] = ledger.enqueue([order(1, **wanted)], NOW)
    ledger.claim(NOW)
    assert ledger.begin(NOW, number, 1)
    return number


def unknown(ledger: Ledger, **wanted: object) -> int:  # noqa: F811
    number = sending(ledger, **wanted)
    ledger.settle(NOW, ledger.unclear(number, 1)._replace(look_at=NOW + 15))
    return number


def back(ledger: Ledger, number: int, **wanted: object) -> v.Change:  # noqa: F811
    """The engine's own word that it goes back into the line."""
    return ledger.unclear(number, 1)._replace(after=State.PENDING, sent_maybe=False, **wanted)


@given(after=st.sampled_from(State), sent_maybe=st.booleans())
def test_nothing_kept_back_is_ever_in_the_line(after: State, sent_maybe: bool) -> None:
    assert rules.kept_back(after, sent_maybe) not in (State.PENDING, State.HELD)
    if after not in (State.PENDING, State.HELD):
        assert rules.kept_back(after, sent_maybe) is after


def test_the_fence_does_not_let_it_pass(ledger: Ledger) -> None:  # noqa: F811
    [number] = ledger.enqueue([order(1)], NOW)
    ledger.claim(NOW)
    assert ledger.keep_back([number], NOW) == 1
    assert not ledger.begin(NOW, number, 1)
    given_back = back(ledger, number, before=(State.CLAIMED,), is_call=False, code="")
    assert ledger.settle(NOW, given_back)
    assert ledger.states() == {number: State.CANCELLED}
    assert ledger.claim(NOW + 9_000) == []


@pytest.mark.parametrize("after", [State.PENDING, State.HELD])
def test_a_call_that_came_to_nothing_is_not_made_again(ledger: Ledger, after: State) -> None:  # noqa: F811
    """Told to wait, not reached, refused for its credential: the platform has nothing, and gets nothing."""
    number = sending(ledger)
    ledger.keep_back([number], NOW)
    ledger.settle(NOW, back(ledger, number)._replace(after=after, hold_channel=after is State.HELD))
    assert ledger.transitions(number)[-1] == ("sending", "cancelled")
    ledger.resume_channel(1, NOW + 1)
    assert ledger.release([number], NOW + 1, NOW + 1) == 0 and ledger.claim(NOW + 9_000) == []


def test_a_call_that_arrived_counts(ledger: Ledger) -> None:  # noqa: F811
    number = sending(ledger)
    ledger.keep_back([number], NOW)
    assert ledger.finish(NOW + 1, number, 1, begin=False)
    assert ledger.states() == {number: State.SENT}


def test_what_a_person_did_not_find_is_not_sent(ledger: Ledger) -> None:  # noqa: F811
    number = unknown(ledger)
    ledger.keep_back([number], NOW)
    ledger.resolve(number, Verdict.NOT_THERE, NOW + 9)
    assert ledger.transitions(number)[-1] == ("unknown", "cancelled")
    assert ledger.claim(NOW + 9_000) == []


def test_what_reading_back_did_not_find_is_not_sent(ledger: Ledger) -> None:  # noqa: F811
    number = unknown(ledger)
    ledger.keep_back([number], NOW)
    assert [case.head.id for case in ledger.look(NOW + 15)] == [number]
    ledger.settle(NOW + 15, back(ledger, number, before=(State.UNKNOWN,), cause="read_back", is_call=False, owner=""))
    assert ledger.states() == {number: State.CANCELLED}


def test_nothing_is_repeated_under_its_key(ledger: Ledger) -> None:  # noqa: F811
    """A platform that knows the key makes no second post; but where the first never came, it would make this one."""
    number = unknown(ledger)
    ledger.keep_back([number], NOW)
    again = back(ledger, number, before=(State.UNKNOWN,), cause="same_key", is_call=False, owner="")
    ledger.settle(NOW + 15, again._replace(sent_maybe=True))
    assert ledger.states() == {number: State.UNKNOWN}
    assert ledger.look(NOW + 9_000) == [] and ledger.claim(NOW + 9_000) == []


def test_what_is_removed_next_is_repeated_for_its_address(ledger: Ledger) -> None:  # noqa: F811
    """It was withdrawn: what may be out is found by its key, and the removal follows at once."""
    number = unknown(ledger)
    [removal] = ledger.enqueue([order(1, lane=0, action="delete", about_id=number)], NOW)
    ledger.keep_back([number], NOW)
    again = back(ledger, number, before=(State.UNKNOWN,), cause="same_key", is_call=False, owner="")
    ledger.settle(NOW + 15, again._replace(sent_maybe=True))
    assert ledger.keep_back([number], NOW + 15) in (0, 1)
    [ticket] = ledger.claim(NOW + 700)
    assert (ticket.head.id, ticket.head.sent_maybe) == (number, True)
    assert ledger.finish(NOW + 700, number, 2)
    assert [one.head.id for one in ledger.claim(NOW + 705)] == [removal]


def test_what_is_removed_next_and_was_not_found_is_not_sent(ledger: Ledger) -> None:  # noqa: F811
    number = unknown(ledger)
    ledger.enqueue([order(1, lane=0, action="delete", about_id=number)], NOW)
    ledger.keep_back([number], NOW)
    ledger.settle(NOW + 15, back(ledger, number, before=(State.UNKNOWN,), cause="read_back", is_call=False, owner=""))
    assert ledger.states()[number] is State.CANCELLED


def test_what_waits_to_be_repeated_waits_for_a_person(ledger: Ledger) -> None:  # noqa: F811
    number = unknown(ledger)
    ledger.settle(
        NOW + 15, back(ledger, number, before=(State.UNKNOWN,), is_call=False, owner="")._replace(sent_maybe=True)
    )
    assert ledger.states() == {number: State.PENDING}
    assert ledger.keep_back([number], NOW + 16) == 1
    assert ledger.transitions(number)[-1] == ("pending", "unknown")
    assert ledger.look(NOW + 9_000) == [] and ledger.claim(NOW + 9_000) == []


def test_an_engine_that_dies_with_it_leaves_it_to_a_person(ledger: Ledger) -> None:  # noqa: F811
    number = sending(ledger)
    ledger.keep_back([number], NOW)
    ledger.reap(NOW + POLICY.lease_s + 1)
    assert ledger.states() == {number: State.UNKNOWN}
    ledger.resolve(number, Verdict.NOT_THERE, NOW + POLICY.lease_s + 9)
    assert ledger.states() == {number: State.CANCELLED}


def test_a_confirmation_by_hand_is_not_taken_back_into_the_line(ledger: Ledger) -> None:  # noqa: F811
    [number] = ledger.enqueue([order(1, adapter="manual")], NOW)
    ledger.claim(NOW)
    assert ledger.by_hand("done", number, NOW + 1)
    ledger.keep_back([number], NOW + 2)
    assert not ledger.by_hand("taken_back", number, NOW + 3)
    assert ledger.states() == {number: State.SENT}


@pytest.fixture
def kept(postgres: PostgresLedger) -> Iterator[tuple[PostgresLedger, int]]:  # noqa: F811
    postgres.forget()
    number = unknown(postgres)
    postgres.keep_back([number], NOW)
    postgres.admin.execute("set session_replication_role = origin")  # as every role but this test's has it
    yield postgres, number
    postgres.admin.execute("set session_replication_role = replica")


@pytest.mark.parametrize("state", ["pending", "held", "claimed", "sending"])
def test_the_database_itself_lets_nothing_kept_back_into_the_line(kept: tuple[PostgresLedger, int], state: str) -> None:
    postgres, number = kept  # noqa: F811
    statement = "update delivery_delivery set state = %s, owner = 'x', lease_until = now() where id = %s"
    with pytest.raises(psycopg.errors.CheckViolation, match="do not come back"):
        postgres.admin.execute(statement, [state, number])
