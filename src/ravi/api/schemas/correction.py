"""Correcting what is out: what happens to each copy, and the words that hold from then on."""

from ninja import Field, Schema

from ravi.api.schemas.parts import Strict
from ravi.api.schemas.posts import DraftIn
from ravi.publishing.correction import Way
from ravi.publishing.rules import PostState


class CorrectionIn(Strict):
    """Without `words` it begins with those that hold now. Its channels and topic are its message's, and it has no time."""

    words: DraftIn | None = None


class ReplacingIn(Strict):
    """For copies that can be neither edited nor answered: remove them and publish anew, or leave them to a hand."""

    replaces: bool


class PinningIn(Strict):
    """What answers a copy is pinned to the top of its channel, where a program can; the old words stay there."""

    pins: bool


class CorrectedCopyOut(Schema):
    """One channel. `way` is what would happen if the yes came now; null: nothing of the message stands there."""

    channel_id: int
    platform: str
    copy_id: int | None = Field(description="the copy that stands there")
    way: Way | None
    otherwise: Way | None = Field(description="what happens instead where the copy leaves before the yes")
    waits_for_outcome: bool
    could_replace: bool
    pinned: bool = Field(description="its answer is pinned to the top of the channel")
    sentences: list[str] = Field(description="why the new words do not fit there")


class CorrectionBrief(Schema):
    """A correction is a post like any other."""

    id: int
    state: PostState


class CorrectionOut(Schema):
    """Of a message: what a correction of its words would do, and those that were written. Of a correction: what its words do."""

    post_id: int
    corrects_id: int | None
    replaces: bool
    pins: bool
    open_id: int | None = Field(description="the correction that is being written or waits for its yes; one at most")
    holds_id: int = Field(description="the post whose words hold now")
    corrections: list[CorrectionBrief]
    channels: list[CorrectedCopyOut]
