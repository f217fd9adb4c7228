"""Correcting a message of the network everywhere: what it would do, how every copy stands, and one yes to what it wrote."""

from datetime import datetime

from ninja import Field, Schema

from ravi.api.schemas.copies import READ_BACK
from ravi.api.schemas.parts import Id, Strict
from ravi.api.schemas.posts import GroupOut
from ravi.api.schemas.shared_yes import CarriedOut
from ravi.delivery.read_back.rules import ReadBackOutcome
from ravi.network.corrected import Outcome
from ravi.network.rules import MessageState
from ravi.publishing.changed import Fate
from ravi.publishing.correction import Way


class MessageCorrectionsIn(Strict):
    """The number of the version that is carried to every copy, as it was shown."""

    version: Id
    pins: bool = Field(False, description="pin what answers a copy to the top of its channel, where a program can")


class WayOut(Schema):
    """How many copies on a platform are changed in that way."""

    platform: str
    way: Way | None = Field(description="null: the new words have no room there")
    copies: int


class WaitingOut(Schema):
    """A unit where somebody has to act first."""

    unit_id: int
    offer_id: int
    outcome: Outcome


class CorrectionsWouldOut(Schema):
    """What it would do now, if the yes came at once."""

    units: int
    own_words: int = Field(description="units that keep words of their own around the newer facts")
    copies: int
    ways: list[WayOut]
    unknown: int = Field(description="copies of which nobody knows yet whether they are out")
    not_out: int = Field(description="units of whose answer nothing stands")
    waiting: list[WaitingOut]


class ChangedOut(Schema):
    """One copy; `ends_at` is there while it is in the line."""

    channel_id: int
    platform: str
    fate: Fate
    link: str
    ends_at: datetime | None
    read_back: ReadBackOutcome | None = Field(description=READ_BACK)


class CorrectedUnitOut(Schema):
    """What was made of one unit's answer; `post_id` is its correction, a post like every other."""

    unit_id: int
    offer_id: int
    outcome: Outcome
    why: str = Field(description="a sentence, where something was refused")
    post_id: int | None
    copies: list[ChangedOut]


class CorrectionsProgressOut(Schema):
    """How far it has come; `done` of `total` copies have the new words, as far as was read back."""

    begun_at: datetime
    asked_at: datetime = Field(description="when it was last asked for")
    units_left: int = Field(description="units' answers that the side jobs have not come to yet")
    done: int
    total: int
    ends_at: datetime | None = Field(description="when the last in the line can be done at the platforms' own pace")
    units: list[CorrectedUnitOut]


class MessageCorrectionsOut(Schema):
    """Before it is done `would` says what it would do; afterwards `progress` says how every copy stands."""

    state: MessageState
    version: int | None = Field(description="the number of the version that holds: send it back with the act")
    version_id: int | None = Field(description="it names the yes to its corrections")
    may_correct: bool
    would: CorrectionsWouldOut | None
    progress: CorrectionsProgressOut | None


class CorrectionBrief(Schema):
    """A version whose corrections wait in several units for this person's yes."""

    version_id: int
    title: str
    units: int


class CorrectionCopyOut(Schema):
    """One copy that a yes would send, and how it changes what is out."""

    channel_id: int
    platform: str
    way: Way
    hash: str = Field(description="it gets a yes of its own")


class CorrectionPostOut(Schema):
    """One unit's correction; `digest` names exactly its copies, `corrects_id` the message that is out."""

    post_id: int
    corrects_id: int
    unit_id: int
    own_words: bool
    digest: str
    copies: list[CorrectionCopyOut]


class CorrectionYesOut(Schema):
    """What one yes would cover: the texts once, the units beneath. `digest` names exactly this: send it back with the yes."""

    version_id: int
    digest: str
    groups: list[GroupOut]
    posts: list[CorrectionPostOut]
    carried: CarriedOut | None
