"""Copies on their way, what became of them, stops, and numbers."""

from datetime import datetime

from ninja import Field, Schema

from ravi.api.schemas.parts import Id, Moment, Strict, Words
from ravi.delivery.read_back.rules import ReadBackOutcome
from ravi.delivery.readings.rules import Kind, Source
from ravi.delivery.rules import Action, Scope, State, Verdict

MOST_AT_ONCE = 5_000
READ_BACK = (
    "of an edit or a removal that the platform said yes to: whether it stands there, read back by Ravi. `other_words`,"
    " `still_there` and `gone` need a person; `settled`: one of these, and a person has dealt with it;"
    " `not_looked`: Ravi did not ask in time; `cannot`: no program can read there; null: it is none, or did not go out"
)


class CopyOut(Schema):
    """One message on one channel. `ask` names what the state asks of a person, "" when nothing."""

    id: int
    post_id: int
    unit_id: int
    channel_id: int
    platform: str
    action: Action
    state: State
    code: str = Field(description="why it is where it is, beyond the state; a platform's own code may stand here")
    ask: str
    is_by_hand: bool
    attempt: int
    link: str
    due_at: datetime
    valid_until: datetime | None
    changed_at: datetime
    sent_at: datetime | None
    about_id: int | None = Field(description="the copy that a correction or a removal is about")
    read_back: ReadBackOutcome | None = Field(description=READ_BACK)
    read_back_at: datetime | None = Field(description="when Ravi last looked there")
    read_back_settled_at: datetime | None = Field(description="when a person said that it is dealt with")


class EventOut(Schema):
    """One moment in a copy's life: a transition, a call or a look."""

    at: datetime
    kind: str
    before: str
    after: str
    cause: str
    code: str
    attempt: int


class VerdictIn(Strict):
    """What a person found on the channel, after the attempt that they looked at."""

    verdict: Verdict
    attempt: int = Field(ge=0, le=1_000_000)
    link: Words = Field("", max_length=2_000, description="where it stands, if it is there")


class VerdictOut(Schema):
    """The state that the copy has now."""

    state: State


class ReadingOut(Schema):
    """One number at one moment; a kind that is missing was told by nobody."""

    kind: Kind
    value: int
    source: Source
    taken_at: datetime


class StopIn(Strict):
    """What should stop. `key` is the unit's, campaign's or channel's id, the platform or the topic; "" for the institution."""

    scope: Scope
    key: str = Field("", max_length=60, pattern=r"^[a-z0-9_]*$")
    reason: Words = Field("", max_length=300)
    removals_too: bool = False


class StopOut(Schema):
    """A scope in which nothing is sent until another person than the stopper lifts it."""

    id: int
    scope: Scope
    key: str
    reason: str
    removals_too: bool
    stopped_by_id: int | None
    stopped_at: datetime
    lifted_at: datetime | None


class LiftingOut(Schema):
    """How many copies fell due meanwhile and wait for a person."""

    waiting: int


class ReleaseIn(Strict):
    """Held copies that go now, or at `due_at`."""

    copy_ids: list[Id] = Field(min_length=1, max_length=MOST_AT_ONCE)
    due_at: Moment | None = None


class ReleaseOut(Schema):
    """How many went back into the line; what was not held, or is not this person's to let go, stays as it is."""

    released: int
