"""Deliveries with the names of their channels and units, for lists and for one copy's page."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from ravi.core import calendar, clock
from ravi.delivery.models import Attempt, Delivery
from ravi.delivery.pages import hands, looking, sentences
from ravi.delivery.payload import title_in
from ravi.delivery.queries import CopyLine, attempts_of
from ravi.delivery.rules import MANUAL, Action, Code, State, is_long_unknown
from ravi.directory.models import Channel
from ravi.directory.names import platform_name
from ravi.directory.queries import channels_by_id


@dataclass(frozen=True)
class Evidence:
    """What came back from one call or look, shortened by the engine; never a secret."""

    kind: str
    at: datetime
    outcome: str
    detail: str
    text: str

    @property
    def sentence(self) -> str:
        """What it came to, where it is not a platform's own code."""
        return sentences.of_outcome(self.outcome)

    @property
    def more(self) -> str:
        """The detail, unless the excerpt says it already."""
        return "" if self.detail in self.text else self.detail


@dataclass(frozen=True)
class Standing:
    """The post that a removal is about: since when it stands there, and its words."""

    at: datetime
    words: str


@dataclass(frozen=True)
class CopyOf:
    """One delivery as a page tells it."""

    pk: int
    post_id: int
    title: str
    unit: str
    unit_id: int
    channel_id: int
    platform: str
    platform_name: str
    handle: str
    channel_link: str
    link: str
    remote_id: str
    state: str
    action: str
    attempt: int
    code: str
    detail: str
    due_at: datetime
    sent_at: datetime | None
    changed_at: datetime
    automatic_look_at: datetime | None
    called_at: datetime | None
    unknown_at: datetime | None
    is_long: bool
    waiting_for: str = ""
    waits_until: datetime | None = None
    waits_since: datetime | None = None
    is_silent: bool = False
    by_hand: bool = False
    is_kept_back: bool = False
    evidence: Sequence[Evidence] = ()
    of: Standing | None = None

    @property
    def sentence(self) -> str:
        """What happened."""
        return sentences.of_line(self, self.platform_name)

    @property
    def is_removal(self) -> bool:
        """Whether it takes a copy back; its answers mean the opposite."""
        return self.action == Action.DELETE

    @property
    def shown_state(self) -> str:
        """The bead: a person's hand is seen as one."""
        if self.by_hand and self.state == State.HELD and self.code == Code.BY_HAND:
            return "by_hand"
        return "sent_by_hand" if self.by_hand and self.state == State.SENT else self.state

    @property
    def hand_word(self) -> str:
        """What a hand is asked for, in two words."""
        return hands.word(self.action)

    @property
    def state_word(self) -> str:
        """The state in other words than a publication's; "" where there is no need."""
        return sentences.removal_word(self.state) if self.is_removal else ""

    @property
    def how_to_look(self) -> str:
        """Where on the platform one sees whether it is there."""
        return looking.how(self.platform, self.platform_name)


def told(deliveries: Iterable[Delivery], *, with_evidence: bool = False, line: CopyLine | None = None) -> list[CopyOf]:
    """One query beside the deliveries' own, two with evidence. `line` of the board knows what one copy waits for."""
    listed, now = list(deliveries), clock.now()
    channels = channels_by_id({delivery.channel_id for delivery in listed})
    found: dict[int, list[Evidence]] = {}
    if with_evidence:
        for attempt in attempts_of(listed).order_by("ended_at", "pk"):
            found.setdefault(attempt.delivery_id, []).append(evidence(attempt))
    made = [_told(one, channels.get(one.channel_id), found.get(one.pk, ()), now) for one in listed]
    if line is None:
        return made
    return [
        replace(
            one,
            waiting_for=line.waiting_for,
            waits_until=line.waits_until,
            waits_since=line.waits_since,
            is_silent=line.is_silent,
        )
        for one in made
    ]


def told_with_posts(listed: Sequence[Delivery]) -> list[CopyOf]:
    """As `told`, for rows read with their `about`; of each removal, which of a channel's posts it is about: a copy, or an
    answer below it."""
    abouts = [row.about if row.action == Action.DELETE else None for row in listed]
    return [replace(one, of=_standing(about)) for one, about in zip(told(listed), abouts, strict=True)]


def _standing(about: Delivery | None) -> Standing | None:
    return Standing(about.sent_at, text_of(about)) if about and about.sent_at else None


def evidence(attempt: Attempt) -> Evidence:
    """One attempt's own words."""
    return Evidence(attempt.kind, attempt.ended_at, attempt.outcome, attempt.detail, attempt.evidence)


def _told(delivery: Delivery, channel: Channel | None, seen: Sequence[Evidence], now: datetime) -> CopyOf:
    return CopyOf(
        pk=delivery.pk,
        post_id=delivery.post_id,
        title=title_of(delivery),
        unit=channel.unit.name if channel else "",
        unit_id=delivery.unit_id,
        channel_id=delivery.channel_id,
        platform=delivery.platform,
        platform_name=platform_name(delivery.platform),
        handle=channel.shown_handle if channel else delivery.target,
        channel_link=channel.link if channel else "",
        link=delivery.link,
        remote_id=delivery.remote_id,
        state=delivery.state,
        action=delivery.action,
        attempt=delivery.attempt,
        code=delivery.error_code,
        detail=delivery.error_detail,
        due_at=delivery.due_at,
        sent_at=delivery.sent_at,
        changed_at=delivery.changed_at,
        automatic_look_at=delivery.look_at,
        called_at=delivery.first_called_at,
        unknown_at=delivery.unknown_at,
        is_long=_is_long(delivery, now),
        by_hand=delivery.adapter == MANUAL,
        is_kept_back=delivery.is_kept_back,
        evidence=seen,
    )


def _is_long(delivery: Delivery, now: datetime) -> bool:
    if delivery.state != State.UNKNOWN or delivery.unknown_at is None:
        return False
    look_in_s = None if delivery.look_at is None else (delivery.look_at - now).total_seconds()
    return is_long_unknown((now - delivery.unknown_at).total_seconds(), look_in_s)


def title_of(delivery: Delivery) -> str:
    """The message's title, or its first words."""
    return title_in(delivery.payload) or nameless(delivery.post_id)


def nameless(post_id: int) -> str:
    """What a message is called that has neither title nor words."""
    return _("message %(n)s") % {"n": calendar.digits(str(post_id))}


def text_of(delivery: Delivery) -> str:
    """The words of the frozen copy."""
    return str(json.loads(delivery.payload).get("text") or "")
