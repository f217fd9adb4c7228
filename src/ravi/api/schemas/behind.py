"""What a newer version did to answers: which are older, what differs, and how the unit's words go with the newer facts."""

from ninja import Field, Schema

from ravi.api.schemas.network import AnswerOut
from ravi.api.schemas.parts import Id, Strict
from ravi.network.uptake import Uptake


class BehindUnitOut(Schema):
    """A unit whose words are not the newest version's; `waits`: nothing more of them leaves before the unit has decided."""

    offer_id: int
    unit_id: int
    post_id: int
    based_on: int
    waits: bool


class BoardOut(Schema):
    """The uptake board in numbers: units and copies by state, what is unchanged, and who answers from an older version."""

    version: int | None
    units: int
    out: int = Field(description="units whose copies all stand there")
    copies: int
    unchanged: int = Field(description="copies that say headquarters' words")
    by_unit: dict[Uptake, int]
    by_copy: dict[Uptake, int]
    behind: list[BehindUnitOut]


class FactChangeOut(Schema):
    """A fact that is another by now, in words; "" where it was not there, or is there no more."""

    name: str
    label: str
    before: str
    after: str
    is_required: bool


class ConflictOut(Schema):
    """A part that both have changed: the unit's words, and headquarters' before and now."""

    part: str
    own: str
    before: str
    after: str


class BehindOut(Schema):
    """An older answer beside the newer version. `parts` are the unit's words around the newer facts: what to send back with an
    adoption, once the conflicts are decided."""

    answer: AnswerOut
    version: int
    what_changed: str
    facts: list[FactChangeOut]
    waits: bool
    may_go_on: bool
    has_left: bool
    parts: dict[str, str]
    conflicts: list[ConflictOut]


class GoOnIn(Strict):
    """The answer that was looked at."""

    answer_id: Id
