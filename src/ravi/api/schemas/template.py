"""Messages with blanks, what was signed for them beforehand, and what is made of them."""

from datetime import datetime
from typing import Annotated

from ninja import Field, Schema

from ravi.api.schemas.parts import Id, Named, Strict, Words
from ravi.api.schemas.posts import MOST_CHANNELS
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.values import LONGEST_NAME, LONGEST_UNIT
from ravi.network.services.template import LONGEST_NAME as LONGEST_TITLE_OF_TEMPLATE
from ravi.network.template import LONGEST_CHOICE, LONGEST_RULE, LONGEST_TEMPLATE, MOST_BLANKS, MOST_CHOICES, MOST_DAYS
from ravi.publishing.rules import Topic

MOST_UNITS = 1_000
HASH = r"^[0-9a-f]{64}$"


class BlankIn(Strict):
    """One blank. A link is one of `choices`; a place too, or the name of the unit that fills it in, or of one under it. `unit` is
    what a count counts."""

    name: Words = Field(min_length=1, max_length=LONGEST_NAME)
    kind: FactKind
    choices: list[Annotated[Words, Field(max_length=LONGEST_CHOICE)]] = Field(
        default_factory=list, max_length=MOST_CHOICES
    )
    unit: Words = Field("", max_length=LONGEST_UNIT)


class TemplateIn(Strict):
    """Words with blanks in braces: send the whole. `days` is how long a message of it holds."""

    name: Words = Field(min_length=1, max_length=LONGEST_TITLE_OF_TEMPLATE)
    topic: Topic = Topic.ORGANISATION
    title: Words = Field(max_length=200)
    text: Words = Field(max_length=LONGEST_TEMPLATE)
    short: Words = Field("", max_length=LONGEST_TEMPLATE, description="for platforms on which the text is too long")
    days: int = Field(7, ge=1, le=MOST_DAYS)
    emergency: bool = Field(False, description="a health expert signs it; what is made of it is looked at afterwards")
    blanks: list[BlankIn] = Field(min_length=1, max_length=MOST_BLANKS)


class NewTemplateIn(TemplateIn):
    """A new one of a unit; headquarters' are there for all."""

    unit_id: Id


class TemplateBrief(Schema):
    """One line of a list."""

    id: int
    unit_id: int
    name: str
    topic: Topic
    title: str
    number: int
    content_hash: str = Field(description="what is signed, and sent back with what is filled in")
    page: str = Field(description="where people read it")


class TemplateOut(TemplateBrief):
    """The words that hold. `fill_for` are the units in whose name this key may fill it in."""

    text: str
    short: str
    days: int
    emergency: bool
    blanks: list[BlankIn]
    fill_for: list[int]
    may_write: bool


class FillingIn(Strict):
    """A value for each blank, by its name, in the shape that facts have; nothing takes free text."""

    content_hash: str = Field(pattern=HASH)
    unit_id: Id
    values: dict[Words, dict[str, Words | int | None]] = Field(max_length=MOST_BLANKS)
    channel_ids: list[Id] = Field(min_length=1, max_length=MOST_CHANNELS)


class FilledOut(Schema):
    """The post, and whether what was signed beforehand was its yes."""

    post_id: int
    ready: int
    blocked: int
    is_approved: bool


class SigningIn(Strict):
    """A yes beforehand to what people of these units fill into exactly these words."""

    content_hash: str = Field(pattern=HASH)
    unit_ids: list[Id] = Field(min_length=1, max_length=MOST_UNITS)
    days: int = Field(30, ge=1, le=LONGEST_RULE.days)


class StandingOut(Schema):
    """One standing approval. `holds` says whether a yes may be written by it now."""

    id: int
    template_id: int
    content_hash: str
    unit_id: int
    approver: Named
    signed_at: datetime
    valid_until: datetime
    holds: bool
    is_emergency: bool
    ended_at: datetime | None
    end_reason: str
