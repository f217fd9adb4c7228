"""Copies by hand over both stores: no engine takes them, the walls of a publication hold, and a person's word counts once."""

from typing import Any

import pytest

from ravi.delivery import rules
from ravi.delivery.rules import State
from ravi.delivery.tests.ledgers import Ledger, order
from ravi.delivery.tests.test_store_contract import NOW, ledger, postgres

__all__ = ["ledger", "postgres"]
pytestmark = pytest.mark.database
WEEK = rules.HAND_LATENESS_S


def waiting(ledger: Ledger, **wanted: Any) -> int:
    [number] = ledger.enqueue([order(1, adapter="manual", lateness_limit_s=WEEK, **wanted)], NOW)
    assert ledger.claim(NOW) == []
    assert (ledger.states()[number], ledger.code(number)) == (State.HELD, "by_hand")
    return number


def test_it_is_set_aside_when_due_and_not_before(ledger: Ledger) -> None:
    [number] = ledger.enqueue([order(1, adapter="manual", due_at=NOW + 60)], NOW)
    assert ledger.claim(NOW) == []
    assert ledger.states()[number] is State.PENDING
    assert ledger.claim(NOW + 60) == []
    assert ledger.transitions(number) == [("", "pending"), ("pending", "held")]


def test_one_confirmation_counts(ledger: Ledger) -> None:
    number = waiting(ledger)
    assert ledger.by_hand("done", number, NOW + 5)
    assert not ledger.by_hand("done", number, NOW + 5)
    assert not ledger.by_hand("not_done", number, NOW + 5)
    assert ledger.transitions(number)[-1] == ("held", "sent")


def test_a_channel_goes_on_beside_it(ledger: Ledger) -> None:
    waiting(ledger)
    [next_one] = ledger.enqueue([order(1)], NOW)
    assert [ticket.head.id for ticket in ledger.claim(NOW)] == [next_one]


def test_release_is_no_way_for_it(ledger: Ledger) -> None:
    number = waiting(ledger)
    assert ledger.release([number], NOW, NOW) == 0
    assert ledger.states()[number] is State.HELD


def test_a_stop_refuses_the_confirmation_and_its_end_allows_it(ledger: Ledger) -> None:
    number = waiting(ledger)
    stop = ledger.stop("channel", "1", NOW + 1)
    assert not ledger.by_hand("done", number, NOW + 2)
    ledger.lift(stop, NOW + 3)
    assert ledger.states()[number] is State.HELD
    assert ledger.by_hand("done", number, NOW + 4)


def test_it_is_not_late_after_two_hours_but_after_a_week(ledger: Ledger) -> None:
    number = waiting(ledger)
    assert ledger.sweep(NOW + 7_300) == []
    assert ledger.sweep(NOW + WEEK - 1) == []
    assert ledger.sweep(NOW + WEEK) == [number]
    assert (ledger.states()[number], ledger.code(number)) == (State.MISSED, "late")


def test_its_last_day_ends_it(ledger: Ledger) -> None:
    number = waiting(ledger, valid_until=NOW + 100)
    assert not ledger.by_hand("done", number, NOW + 100)
    assert ledger.sweep(NOW + 100) == [number]
    assert (ledger.states()[number], ledger.code(number)) == (State.MISSED, "expired")


def test_what_was_given_up_can_have_been_published_all_the_same(ledger: Ledger) -> None:
    number = waiting(ledger)
    ledger.cancel([number], NOW + 1)
    assert not ledger.by_hand("done", number, NOW + 2)
    assert ledger.by_hand("done_all_the_same", number, NOW + 2)
    assert ledger.states()[number] is State.SENT


def test_under_a_stop_nothing_given_up_is_confirmed_either(ledger: Ledger) -> None:
    number = waiting(ledger)
    assert ledger.by_hand("not_done", number, NOW + 1)
    stop = ledger.stop("channel", "1", NOW + 2)
    assert not ledger.by_hand("done_all_the_same", number, NOW + 3)
    ledger.lift(stop, NOW + 4)
    assert ledger.by_hand("done_all_the_same", number, NOW + 5)


def test_a_copy_of_a_program_is_no_copy_by_hand(ledger: Ledger) -> None:
    [number] = ledger.enqueue([order(1, due_at=NOW + 60)], NOW)
    ledger.cancel([number], NOW)
    assert not ledger.by_hand("done_all_the_same", number, NOW)
    assert ledger.states()[number] is State.CANCELLED


def test_a_confirmation_is_taken_back_for_a_quarter_of_an_hour(ledger: Ledger) -> None:
    number = waiting(ledger)
    ledger.by_hand("done", number, NOW + 5)
    assert ledger.by_hand("taken_back", number, NOW + 5 + rules.TAKE_BACK_S - 1)
    assert (ledger.states()[number], ledger.code(number)) == (State.HELD, "by_hand")
    ledger.by_hand("done", number, NOW + 2_000)
    assert not ledger.by_hand("taken_back", number, NOW + 2_000 + rules.TAKE_BACK_S)


def test_what_was_changed_since_is_not_taken_back(ledger: Ledger) -> None:
    number = waiting(ledger)
    ledger.by_hand("done", number, NOW + 5)
    ledger.enqueue([order(1, adapter="manual", action="delete", about_id=number, lane=0)], NOW + 6)
    assert not ledger.by_hand("taken_back", number, NOW + 7)


def test_a_removal_waits_for_its_copy_and_then_for_a_hand(ledger: Ledger) -> None:
    number = waiting(ledger)
    [removal] = ledger.enqueue([order(1, adapter="manual", action="delete", about_id=number, lane=0)], NOW)
    assert ledger.claim(NOW + 1) == []
    assert ledger.states()[removal] is State.PENDING
    ledger.by_hand("done", number, NOW + 2)
    assert ledger.claim(NOW + 3) == []
    assert (ledger.states()[removal], ledger.code(removal)) == (State.HELD, "by_hand")
    assert ledger.by_hand("done", removal, NOW + 4)
