"""Taking a message of the network back everywhere: why, what it would do, and how far it has come."""

from datetime import datetime

from ninja import Field, Schema

from ravi.api.schemas.parts import Strict, Words
from ravi.delivery.read_back.rules import ReadBackOutcome
from ravi.network.rules import LONGEST_REASON, MessageState


class MessageWithdrawalIn(Strict):
    """Why; every unit reads it."""

    reason: Words = Field(min_length=1, max_length=LONGEST_REASON)


class WeighedOut(Schema):
    """What a withdrawal would do now: copies that Ravi removes, that people are asked to remove, that never go, and of which
    nobody knows yet whether they are out."""

    posts: int
    open_offers: int = Field(description="offers that nobody could answer any more")
    removed: int
    by_hand: int
    cancelled: int
    unknown: int


class RemovalsOut(Schema):
    """How many copies are gone, are on their way, wait for a hand or for their outcome, could not be removed, never went."""

    posts_left: int = Field(description="units' answers that the side jobs have not come to yet")
    removed: int
    going: int
    by_hand: int
    unknown: int
    failed: int
    never_went: int
    read_back: list[ReadBackOutcome] = Field(description="of each removal that went out, whether it is gone there")
    ends_at: datetime | None = Field(description="when the last can be done at the platforms' own pace")


class MessageWithdrawalOut(Schema):
    """Before it is done `would` says what it would do; afterwards `progress` says what has become of every copy."""

    state: MessageState
    may_withdraw: bool
    reason: str
    withdrawn_at: datetime | None
    would: WeighedOut | None
    progress: RemovalsOut | None
