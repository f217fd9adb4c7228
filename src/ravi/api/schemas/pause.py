"""Pausing light content: what may pause, what is paused, and what that holds back."""

from datetime import datetime
from typing import Literal

from ninja import Field, Schema

from ravi.api.schemas.copies import StopOut
from ravi.api.schemas.parts import Strict
from ravi.publishing.rules import PAUSABLE, Topic

Why = Literal["mourning", "holiday", "crisis"]


class PauseIn(Strict):
    """Which topics, and why; health advice does not pause."""

    topics: list[Topic] = Field(min_length=1, max_length=len(PAUSABLE))
    why: Why


class PausableOut(Schema):
    """A topic that may pause, and how many copies in line that would hold now."""

    topic: Topic
    copies: int


class HeldPostOut(Schema):
    """A message of which copies have not left."""

    post_id: int
    title: str
    unit_id: int
    copies: int
    first_at: datetime


class PauseOut(Schema):
    """`stops` are the pauses in force: each ends by its lifting, as every stop does. `more` messages are held beside these."""

    may_pause: bool
    pausable: list[PausableOut]
    stops: list[StopOut]
    held: list[HeldPostOut]
    more: int
