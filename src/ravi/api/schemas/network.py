"""Campaigns, messages of the network with their versions and facts, offers, and what units answer."""

from datetime import date, datetime
from typing import Annotated

from ninja import Field, Schema

from ravi.accounts.rules import UnitKind
from ravi.api.schemas.parts import Day, Id, Moment, Named, Strict, Words
from ravi.api.schemas.posts import MOST_CHANNELS, MOST_VARIANTS
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.values import LONGEST_LABEL, LONGEST_NAME
from ravi.network.rules import (
    LONGEST_GOAL,
    LONGEST_REASON,
    LONGEST_WINDOW_MIN,
    MOST_FACTS,
    MOST_KEY_MESSAGES,
    MOST_SOURCES,
    AdoptionKind,
    CampaignState,
    MessageKind,
    MessageState,
    OfferState,
    OnNewVersion,
    Priority,
    TargetKind,
)
from ravi.network.rules import LONGEST_NAME as LONGEST_LINE
from ravi.network.uptake import Uptake
from ravi.publishing.rules import LONGEST_TEXT, LONGEST_TITLE, Topic

MOST_AIMS = 1_000
LANGUAGE = r"^[a-z]{2,3}$"
Line = Annotated[Words, Field(max_length=LONGEST_LINE)]


class CampaignIn(Strict):
    """What is said of a campaign; it describes, nothing of it is sent."""

    name: Words = Field(min_length=1, max_length=LONGEST_LINE)
    goal: Words = Field("", max_length=LONGEST_GOAL)
    age_groups: Line = ""
    dose: Line = ""
    area: Line = ""
    languages: list[Annotated[str, Field(pattern=LANGUAGE)]] = Field(default_factory=list, max_length=20)
    starts_on: Day | None = None
    ends_on: Day | None = None


class CampaignOut(Schema):
    """A goal with its audience; messages belong to it."""

    id: int
    unit_id: int
    owner: Named
    state: CampaignState
    name: str
    goal: str
    age_groups: str
    dose: str
    area: str
    languages: list[str]
    starts_on: date | None
    ends_on: date | None
    created_at: datetime


class FactIn(Strict):
    """A typed value that texts name in braces.

    `value` by kind: dose {number}; age {low, high, unit: year or month}; date {first, last}; time {first, last};
    place {text}; phone {digits}; link {url}; count {number, unit}. Days and times are ISO 8601, times Tehran's.
    """

    name: Words = Field(min_length=1, max_length=LONGEST_NAME)
    kind: FactKind
    value: dict[str, Words | int | None] = Field(max_length=4)
    label: Words = Field("", max_length=LONGEST_LABEL)
    is_required: bool = Field(True, description="whether a unit's own words have to keep it")


class FactOut(FactIn):
    """A fact with its words, as people read them in the version's language."""

    written: str


class SourceIn(Strict):
    """On what the words rest: who looked at it, and when."""

    title: Line = ""
    link: Words = Field("", max_length=2_000)
    dated: Day | None = None
    reviewer: Line = ""


class WordsIn(Strict):
    """The words of a version with their facts: send the whole. Texts name facts in braces."""

    title: Words = Field("", max_length=LONGEST_TITLE)
    text: Words = Field("", max_length=LONGEST_TEXT)
    lang: str = Field("fa", pattern=LANGUAGE)
    variants: dict[str, Words] = Field(default_factory=dict, max_length=MOST_VARIANTS)
    facts: list[FactIn] = Field(default_factory=list, max_length=MOST_FACTS)
    key_messages: list[Line] = Field(default_factory=list, max_length=MOST_KEY_MESSAGES)
    sources: list[SourceIn] = Field(default_factory=list, max_length=MOST_SOURCES)
    what_changed: Words = Field("", max_length=LONGEST_TEXT, description="needed from version 2 on")
    valid_until: Moment | None = None


class AimIn(Strict):
    """For whom: a unit and all under it (tree), all of a kind (kind), or one alone (unit)."""

    kind: TargetKind
    unit_id: Id | None = None
    unit_kind: UnitKind | None = None


class SettingsIn(Strict):
    """How a message goes through the network: send the whole. `window_min` null: the default of its kind."""

    topic: Topic = Topic.HEALTH
    kind: MessageKind = MessageKind.MESSAGE
    priority: Priority = Priority.NORMAL
    on_new_version: OnNewVersion = OnNewVersion.PAUSE
    window_min: int | None = Field(None, ge=0, le=LONGEST_WINDOW_MIN)
    with_link: bool = Field(True, description="whether posts carry its short address, unless a unit says otherwise")
    deadline: Moment | None = None
    campaign_id: Id | None = None
    aims: list[AimIn] = Field(default_factory=list, max_length=MOST_AIMS)


class NewMessageIn(Strict):
    """A new message of headquarters, with the draft of its first version."""

    settings: SettingsIn
    words: WordsIn


class VersionOut(Schema):
    """Words with their facts; once issued nothing of it changes.

    `parts` are the texts as they are written, with facts in braces; `shown` the same as people read them.
    """

    id: int
    number: int
    revision: int
    lang: str
    parts: dict[str, str]
    shown: dict[str, str]
    facts: list[FactOut]
    key_messages: list[str]
    sources: list[SourceIn]
    what_changed: str
    valid_until: datetime | None
    content_hash: str
    issued_at: datetime | None
    is_endorsed: bool = Field(description="a health expert said yes to exactly these words")


class MessageBrief(Schema):
    """One line of a list; `title` and `valid_until` are the current version's, before the first offer the draft's."""

    id: int
    unit_id: int
    campaign_id: int | None
    title: str
    topic: Topic
    kind: MessageKind
    priority: Priority
    state: MessageState
    version: int | None = Field(description="the number of the version that is with the units")
    deadline: datetime | None
    valid_until: datetime | None
    created_at: datetime
    offered_at: datetime | None
    page: str = Field(description="where people read it")


class MessageOut(MessageBrief):
    """A message with what is offered and what is being written; its ETag goes back as If-Match."""

    author: Named
    on_new_version: OnNewVersion
    window_min: int
    with_link: bool
    aims: list[AimIn]
    current: VersionOut | None
    draft: VersionOut | None


class IssueOut(Schema):
    """The version that went out, and the offers that are new with it."""

    version: int
    offers: list[int]
    etag: str = Field(description="the message's ETag now")


class EndorsementIn(Strict):
    """A health expert's yes to exactly the words of this `content_hash`."""

    content_hash: str = Field(pattern=r"^[0-9a-f]{64}$")


class OfferBrief(Schema):
    """A message before one unit. Seen or not, and late or not, are times of it, not states."""

    id: int
    unit_id: int
    message_id: int
    title: str
    topic: Topic
    kind: MessageKind
    priority: Priority
    state: OfferState
    message_state: MessageState
    version: int
    offered_at: datetime
    deadline: datetime | None
    valid_until: datetime | None
    seen_at: datetime | None
    answered_at: datetime | None
    page: str = Field(description="where people read it")


class AnswerOut(Schema):
    """What the unit answered. `parts` are its own words; the post carries them to its channels, in `lang`, with `link`."""

    id: int
    kind: AdoptionKind
    lang: str = Field(description='the language of its post; "" for a refusal')
    link: str = Field(description='the short address under its words; "" for none')
    version: int = Field(description="the number of the version that it answers")
    reason: str
    parts: dict[str, str]
    post_id: int | None
    at: datetime


class OfferOut(OfferBrief):
    """What is offered now, and the answer that stands; its ETag goes back as If-Match with an answer."""

    offer: VersionOut
    languages: list[str] = Field(description="in which the unit may take it, the message's own first")
    with_link: bool = Field(description="whether an answer that says nothing of it carries the short address")
    answer: AnswerOut | None
    may_answer: bool


class OfferedWordsOut(Schema):
    """The offer's words in one of its languages; facts are written as that language writes them."""

    lang: str
    version: int
    parts: dict[str, str]
    shown: dict[str, str]
    facts: list[FactOut]


class ChannelUptakeOut(Schema):
    """One channel of a unit; `link` is where people see the copy."""

    channel_id: int
    platform: str
    state: Uptake
    link: str
    due_at: datetime | None


class UptakeOut(Schema):
    """One unit: where it stands, its answer, and its channels."""

    offer_id: int
    unit_id: int
    state: Uptake
    answer: AdoptionKind | None
    based_on: int | None = Field(description="the number of the version on which the answer rests")
    is_outdated: bool
    answered_at: datetime | None
    reason: str
    channels: list[ChannelUptakeOut]


class AdoptionIn(Strict):
    """On which channels of the unit, and in which own words; parts that are left out stay headquarters'.

    `lang` is one of the offer's languages; `parts` are then in place of that translation's.
    """

    channel_ids: list[Id] = Field(min_length=1, max_length=MOST_CHANNELS)
    parts: dict[str, Words] = Field(default_factory=dict, max_length=MOST_VARIANTS + 2)
    lang: str = Field("", pattern=r"^([a-z]{2,3})?$", description='"" for the message\'s own')
    with_link: bool | None = Field(None, description="its short address under the words; null: as the message says")


class AdoptionOut(Schema):
    """The answer. Its copies wait for the yes that everything of the unit waits for."""

    answer: AnswerOut
    ready: int
    blocked: int
    etag: str = Field(description="the offer's ETag now")


class DeclineIn(Strict):
    """Why not. It lowers nothing, and nobody has to allow it."""

    reason: Words = Field(min_length=1, max_length=LONGEST_REASON)


class DeclineOut(Schema):
    """The answer."""

    answer: AnswerOut
    etag: str = Field(description="the offer's ETag now")
