"""How far a message has come: every way of offer, answer, post and copies leads to one state, and counts sum."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.delivery.rules import Action, State
from ravi.network.rules import AdoptionKind, MessageState, OfferState
from ravi.network.uptake import HINDMOST, OUT, Answered, Asked, Carried, Uptake, counted, of_copy, of_unit
from ravi.publishing.rules import PostState

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
BEFORE, AFTER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
OPEN = Asked(OfferState.OPEN, MessageState.OFFERED)
TAKEN = Asked(OfferState.ADOPTED, MessageState.OFFERED, is_seen=True)


def asked(**more: object) -> Asked:
    return Asked(**({"offer": OfferState.OPEN, "message": MessageState.OFFERED} | more))  # type: ignore[arg-type]


def took(post: PostState, kind: AdoptionKind = AdoptionKind.ADOPTED) -> Answered:
    return Answered(kind, post)


def halted(post: PostState, kind: AdoptionKind = AdoptionKind.ADOPTED) -> Answered:
    return Answered(kind, post, is_halted=True)


def copy(state: State, due_at: datetime = BEFORE, action: Action = Action.PUBLISH) -> Carried:
    return Carried(action, state, due_at)


REPLACED = [
    copy(State.SENT),
    copy(State.SENT, action=Action.DELETE),
    Carried(Action.PUBLISH, State.SENT, BEFORE, is_correction=True),
]
TABLE = [
    (OPEN, None, [], Uptake.NOT_SEEN),
    (asked(is_seen=True), None, [], Uptake.SEEN),
    (asked(deadline=AFTER), None, [], Uptake.NOT_SEEN),
    (asked(deadline=BEFORE), None, [], Uptake.LATE),
    (asked(is_seen=True, deadline=BEFORE), None, [], Uptake.LATE),
    (asked(deadline=BEFORE, valid_until=BEFORE), None, [], Uptake.MISSED),
    (asked(offer=OfferState.CLOSED), None, [], Uptake.CLOSED),
    (asked(message=MessageState.WITHDRAWN), None, [], Uptake.CLOSED),
    (TAKEN, Answered(AdoptionKind.DECLINED), [], Uptake.DECLINED),
    (TAKEN, took(PostState.SUBMITTED), [], Uptake.ADOPTED),
    (TAKEN, took(PostState.SUBMITTED, AdoptionKind.ADAPTED), [], Uptake.ADAPTED),
    (asked(valid_until=BEFORE), took(PostState.SUBMITTED), [], Uptake.MISSED),
    (TAKEN, took(PostState.RETURNED, AdoptionKind.ADAPTED), [], Uptake.RETURNED),
    (TAKEN, took(PostState.APPROVED), [], Uptake.APPROVED),
    (TAKEN, took(PostState.APPROVED), [copy(State.PENDING)], Uptake.APPROVED),
    (TAKEN, took(PostState.APPROVED), [copy(State.PENDING, AFTER)], Uptake.SCHEDULED),
    (TAKEN, took(PostState.APPROVED), [copy(State.HELD, AFTER)], Uptake.APPROVED),
    (TAKEN, took(PostState.APPROVED), [copy(State.SENDING)], Uptake.APPROVED),
    (TAKEN, took(PostState.APPROVED), [copy(State.SENT)], Uptake.PUBLISHED),
    (TAKEN, took(PostState.APPROVED), [copy(State.UNKNOWN)], Uptake.UNKNOWN),
    (TAKEN, took(PostState.APPROVED), [copy(State.FAILED)], Uptake.FAILED),
    (TAKEN, took(PostState.APPROVED), [copy(State.FAILED), copy(State.SENT)], Uptake.PUBLISHED),
    (TAKEN, took(PostState.APPROVED), [copy(State.MISSED)], Uptake.MISSED),
    (TAKEN, took(PostState.APPROVED), [copy(State.SENT), copy(State.SENT, action=Action.EDIT)], Uptake.CORRECTED),
    (TAKEN, took(PostState.APPROVED), [copy(State.SENT), copy(State.FAILED, action=Action.EDIT)], Uptake.PUBLISHED),
    (
        TAKEN,
        took(PostState.APPROVED),
        [copy(State.SENT), copy(State.SENT, action=Action.EDIT), copy(State.FAILED, action=Action.EDIT)],
        Uptake.PUBLISHED,
    ),
    (TAKEN, took(PostState.WITHDRAWN), [copy(State.SENT), copy(State.SENT, action=Action.DELETE)], Uptake.WITHDRAWN),
    (TAKEN, took(PostState.WITHDRAWN), [copy(State.SENT), copy(State.PENDING, action=Action.DELETE)], Uptake.PUBLISHED),
    (TAKEN, took(PostState.WITHDRAWN), [copy(State.CANCELLED)], Uptake.WITHDRAWN),
    (TAKEN, took(PostState.WITHDRAWN), [], Uptake.WITHDRAWN),
    (TAKEN, halted(PostState.SUBMITTED), [], Uptake.WAITS),
    (TAKEN, halted(PostState.SUBMITTED, AdoptionKind.ADAPTED), [], Uptake.WAITS),
    (TAKEN, halted(PostState.APPROVED), [copy(State.CANCELLED, AFTER)], Uptake.WAITS),
    (TAKEN, halted(PostState.APPROVED), [copy(State.SENT)], Uptake.PUBLISHED),
    (TAKEN, halted(PostState.APPROVED), [copy(State.UNKNOWN)], Uptake.UNKNOWN),
    (TAKEN, halted(PostState.WITHDRAWN), [copy(State.CANCELLED)], Uptake.WITHDRAWN),
    (asked(valid_until=BEFORE), halted(PostState.APPROVED), [copy(State.CANCELLED)], Uptake.MISSED),
    (asked(valid_until=BEFORE), halted(PostState.SUBMITTED), [], Uptake.MISSED),
    (TAKEN, took(PostState.APPROVED), REPLACED, Uptake.CORRECTED),
    (TAKEN, took(PostState.APPROVED), [copy(State.CANCELLED), REPLACED[-1]], Uptake.CORRECTED),
    (TAKEN, took(PostState.WITHDRAWN), [*REPLACED, copy(State.SENT, action=Action.DELETE)], Uptake.WITHDRAWN),
]


@pytest.mark.parametrize(("offer", "answer", "copies", "state"), TABLE)
def test_where_one_channel_stands(offer: Asked, answer: Answered | None, copies: list[Carried], state: Uptake) -> None:
    assert of_copy(offer, answer, copies, NOW) is state


def test_what_does_not_fit_stays_out() -> None:
    assert of_copy(TAKEN, took(PostState.SUBMITTED), [], NOW, is_blocked=True) is Uptake.BLOCKED


def test_every_state_has_its_row() -> None:
    assert {row[3] for row in TABLE} == set(Uptake) - {Uptake.BLOCKED}


moments = st.datetimes(datetime(2026, 11, 20), datetime(2026, 12, 1), timezones=st.just(UTC))
offers = st.builds(
    Asked,
    st.sampled_from(OfferState),
    st.sampled_from(MessageState),
    st.booleans(),
    st.none() | moments,
    st.none() | moments,
)
answers = st.none() | st.builds(
    Answered, st.sampled_from(AdoptionKind), st.none() | st.sampled_from(PostState), st.booleans()
)
ledgers = st.lists(
    st.builds(Carried, st.sampled_from(Action), st.sampled_from(State), moments, st.booleans()), max_size=4
)


@given(offers, answers, ledgers, moments, st.booleans())
def test_every_way_is_one_state_that_says_nothing_untrue(
    offer: Asked, answer: Answered | None, copies: list[Carried], now: datetime, is_blocked: bool
) -> None:
    state = of_copy(offer, answer, copies, now, is_blocked=is_blocked)
    sent = [one.action for one in copies if one.state is State.SENT]
    if state in OUT:
        assert answer is not None and Action.PUBLISH in sent
        assert Action.DELETE not in sent[len(sent) - sent[::-1].index(Action.PUBLISH) :]
    if state is Uptake.CORRECTED:
        assert Action.EDIT in sent or any(one.is_correction for one in copies)
    if state is Uptake.WAITS:
        assert answer is not None and answer.is_halted
    if answer is not None and answer.is_halted:
        assert state not in (Uptake.ADOPTED, Uptake.ADAPTED, Uptake.APPROVED, Uptake.SCHEDULED)
    if state is Uptake.LATE:
        assert answer is None and offer.deadline is not None and offer.deadline < now
    if state in (Uptake.NOT_SEEN, Uptake.SEEN):
        assert answer is None and offer.message is MessageState.OFFERED
        assert offer.is_seen is (state is Uptake.SEEN)
    if answer is not None and answer.kind is AdoptionKind.DECLINED:
        assert state is Uptake.DECLINED


@given(offers, moments, moments)
def test_without_an_answer_time_only_goes_on(offer: Asked, one: datetime, other: datetime) -> None:
    way = [Uptake.NOT_SEEN, Uptake.SEEN, Uptake.LATE, Uptake.MISSED, Uptake.CLOSED]
    early, late = (of_copy(offer, None, [], now) for now in sorted((one, other)))
    assert way.index(early) <= way.index(late)


@given(st.lists(st.sampled_from(Uptake)))
def test_counts_sum_and_a_unit_stands_with_its_hindmost(states: list[Uptake]) -> None:
    assert sum(counted(states).values()) == len(states)
    unit = of_unit(states, Uptake.NOT_SEEN)
    assert unit in states or not states
    if unit in OUT:
        assert not set(states) & set(HINDMOST[: HINDMOST.index(unit)])
