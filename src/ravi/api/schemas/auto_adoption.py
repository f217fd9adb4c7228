"""What a unit takes by itself, and taking such an answer back."""

from datetime import datetime
from typing import Literal

from ninja import Field, Schema

from ravi.api.schemas.parts import Id, Named, Strict

Kind = Literal["notice", "alert"]


class AutoAdoptionIn(Strict):
    """What is taken from now on, in the place of what was taken before. Other messages are always answered by a person."""

    kinds: list[Kind] = Field(min_length=1, max_length=2)


class AutoAdoptionOut(Schema):
    """`kinds` is empty where the unit takes nothing by itself; `may_change`: this key's person is the unit's head."""

    unit_id: int
    kinds: list[Kind]
    by: Named | None
    at: datetime | None
    may_change: bool


class TakingBackIn(Strict):
    """`answer_id` is the answer's that was read: another one in its place is not taken back."""

    answer_id: Id
