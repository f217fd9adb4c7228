"""Messages: what is written, what waits for a yes, and what was answered."""

from datetime import datetime

from ninja import Field, Schema

from ravi.api.schemas.parts import Id, Moment, Named, Strict, Words
from ravi.publishing.rules import (
    LONGEST_LINK,
    LONGEST_NOTE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_IMAGES,
    PostState,
    Topic,
)

MOST_CHANNELS, MOST_VARIANTS = 5_000, 50
LONGEST_REASON = 1_000


class DraftIn(Strict):
    """All that a writer says of a message. What is left out is empty: send the whole."""

    title: Words = Field("", max_length=LONGEST_TITLE)
    text: Words = Field("", max_length=LONGEST_TEXT)
    lang: str = Field("fa", max_length=12, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    link: Words = Field("", max_length=LONGEST_LINK, description="http:// or https://")
    topic: Topic = Topic.HEALTH
    valid_until: Moment | None = None
    due_at: Moment | None = Field(None, description="null: as soon as it is approved")
    variants: dict[str, Words] = Field(default_factory=dict, max_length=MOST_VARIANTS)
    media_ids: list[Id] = Field(default_factory=list, max_length=MOST_IMAGES)
    channel_ids: list[Id] = Field(default_factory=list, max_length=MOST_CHANNELS)


class NewPostIn(DraftIn):
    """A new message of a unit."""

    unit_id: Id


class PostBrief(Schema):
    """One line of a list."""

    id: int
    unit_id: int
    author_id: int
    title: str
    topic: Topic
    state: PostState
    revision: int
    due_at: datetime | None
    valid_until: datetime | None
    edited_at: datetime
    corrects_id: int | None = Field(description="the message that it corrects, if it is a correction")
    page: str = Field(description="where people read it")


class PostOut(PostBrief):
    """A message as it would go out; its ETag names this version of it."""

    author: Named
    text: str
    lang: str
    link: str
    variants: dict[str, str]
    media_ids: list[int]
    channel_ids: list[int]
    created_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None
    withdrawn_at: datetime | None


class ProblemOfCopy(Schema):
    """Why a copy does not fit, with its count."""

    code: str
    unit: str
    actual: int
    limit: int


class PreviewOut(Schema):
    """What one channel would get now: `variant` is the text that fits it; with `problems` it gets nothing."""

    channel_id: int
    platform: str
    variant: str
    problems: list[ProblemOfCopy]
    sentences: list[str]


class GroupOut(Schema):
    """Copies that say the same."""

    title: str
    text: str
    link: str
    lang: str
    platforms: list[str]
    channel_ids: list[int]


class ShownOut(Schema):
    """What one yes would cover. `digest` names exactly these copies: send it back with the yes."""

    digest: str
    groups: list[GroupOut]
    blocked_channel_ids: list[int]
    closed_channel_ids: list[int]


class SubmissionOut(Schema):
    """What waits for a yes, and the copies that cannot go."""

    digest: str
    ready: int
    blocked: int
    etag: str = Field(description="the message's ETag now")


class ApprovalIn(Strict):
    """A yes to exactly the shown set."""

    digest: str = Field(pattern=r"^[0-9a-f]{64}$")


class ApprovalOut(Schema):
    """What the yes did: a copy in line per hash; none while another person's yes is missing."""

    copies: list[int]
    needs_another: bool


class ReturnIn(Strict):
    """A no, with what should change."""

    note: Words = Field(min_length=1, max_length=LONGEST_NOTE)


class WithdrawalIn(Strict):
    """Why it is taken back; colleagues read it, the public does not."""

    reason: Words = Field("", max_length=LONGEST_REASON)


class WithdrawalOut(Schema):
    """How many had not gone and stay, and which removals are on their way or wait for a hand."""

    cancelled: int
    removals: list[int]
    by_hand: list[int] = Field(description="copies that people are asked to remove")


class ScheduleIn(Strict):
    """When it goes out; null: as soon as it is approved."""

    due_at: Moment | None


class AgainIn(Strict):
    """Copies that failed or were missed and are to go once more."""

    copy_ids: list[Id] = Field(min_length=1, max_length=MOST_CHANNELS)


class AgainOut(Schema):
    """The new copies in line."""

    copies: list[int]
