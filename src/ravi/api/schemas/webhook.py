"""What programs are told by themselves, type by type; the description lists them under `webhooks`."""

from collections.abc import Mapping
from datetime import datetime

from ninja import Field, Schema

from ravi.api.webhook.rules import EventType
from ravi.delivery.rules import Action, Scope, State
from ravi.network.rules import AdoptionKind, MessageState, OfferState
from ravi.publishing.rules import PostState


class _Told(Schema):
    institution_id: int


class PostTold(_Told):
    """A message of a unit. `state` is the one that it had when this was written down, some seconds after the event."""

    post_id: int
    unit_id: int
    state: PostState
    page: str
    ready: int | None = Field(None, description="copies that wait for a yes")
    blocked: int | None = Field(None, description="copies that cannot go")
    copies: int | None = Field(None, description="copies that the yes covers")
    step: int | None = Field(None, description="which yes it was")
    cancelled: int | None = Field(None, description="copies that were taken out of the line")


class CopyTold(_Told):
    """A copy, or a change of one, that came into a state. `link` is where it stands, as the ledger knows it."""

    copy_id: int
    post_id: int
    unit_id: int
    channel_id: int
    platform: str
    action: Action = Field(description="what was done: only `publish` is a copy of its own, the others change one")
    state: State
    before: str
    code: str
    attempt: int
    link: str
    page: str


class OfferTold(_Told):
    """A message before a unit. `answer` null after an answer: what was taken by itself was
    taken back, and the offer is open again."""

    offer_id: int
    message_id: int
    unit_id: int
    state: OfferState
    deadline: datetime | None
    page: str
    answer: AdoptionKind | None = None


class MessageTold(_Told):
    """A message of the network; `content_hash` names the version's words and facts."""

    message_id: int
    unit_id: int
    state: MessageState
    version: int | None
    content_hash: str | None
    page: str


class StopTold(_Told):
    """A stop; `key` is the unit, campaign, channel, platform or topic, "" for the institution."""

    stop_id: int
    scope: Scope
    key: str
    removals_too: bool


class TestTold(_Told):
    """Nothing happened: a person tries the address."""

    unit_id: int


OF: Mapping[str, type[_Told]] = {
    "post": PostTold,
    "copy": CopyTold,
    "offer": OfferTold,
    "endorsement": MessageTold,
    "version": MessageTold,
    "message": MessageTold,
    "stop": StopTold,
    "webhook": TestTold,
}


def data_of(event: EventType) -> type[_Told]:
    """The type of what is told of such an event."""
    return OF[event.partition(".")[0]]
