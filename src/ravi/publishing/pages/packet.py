"""The packet of one copy by hand: the words, the images, the way there, and what may be said about it now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.urls import reverse

from ravi.accounts.models import Person
from ravi.accounts.queries import people_by_id
from ravi.delivery.models import Delivery, HandReport
from ravi.delivery.pages import copies, hands
from ravi.delivery.payload import read_payload
from ravi.delivery.queries import asked_to_remove, board, is_stopped, last_word
from ravi.delivery.rules import TAKE_BACK_S, Action, Code, State
from ravi.directory.handles import HOSTS
from ravi.directory.models import Channel
from ravi.library.queries import erased_among
from ravi.platforms import registry
from ravi.platforms.compose import FULL, Parts, fit
from ravi.platforms.marking import shown
from ravi.platforms.shapes.limits import Measure
from ravi.publishing.pages import hand_steps, platforms
from ravi.text.markup import Marked, Span

GIVEN_UP = frozenset({State.FAILED, State.MISSED, State.CANCELLED, State.SUPERSEDED})


@dataclass(frozen=True)
class Picture:
    """One prepared image, and where its bytes are."""

    place: int
    alt: str
    url: str
    gone: str = ""  # why there is nothing to be downloaded
    is_video: bool = False
    poster: str = ""
    captions: str = ""


@dataclass(frozen=True)
class Said:
    """One report as the page tells it."""

    pk: int
    word: str
    who: str
    at: datetime
    link: str
    reason: str
    has_picture: bool


class Packet:
    """What the page shows of `delivery` to `person` at `now`."""

    def __init__(self, delivery: Delivery, channel: Channel, person: Person, *, may_do: bool, now: datetime) -> None:
        self.delivery, self.channel, self.person, self.now = delivery, channel, person, now
        self.may_do = may_do
        self.payload: Mapping[str, Any] = read_payload(delivery.payload)

    @cached_property
    def copy(self) -> copies.CopyOf:
        lines = board([self.delivery.post_id], now=self.now)[self.delivery.post_id]
        line = next(one for one in lines if one.delivery_id == self.delivery.pk)
        return copies.told([self.delivery], line=line)[0]

    @property
    def heading(self) -> str:
        return hands.asked(self.delivery.action)

    @property
    def platform(self) -> str:
        return platforms.name(self.delivery.platform)

    @property
    def has_words(self) -> bool:
        """Whether there is something to copy: a removal and a pin have none."""
        return self.delivery.action in (Action.PUBLISH, Action.EDIT)

    @cached_property
    def text(self) -> str:
        """The words as they can be pasted: where they were approved for a program that marks links, the addresses follow."""
        spans = tuple(Span(**one) for one in self.payload["entities"])
        return shown(Marked(str(self.payload["text"]), spans), frozenset(), str(self.payload["lang"])).text

    @property
    def title(self) -> str:
        return str(self.payload["title"]) if self._profile.title_field else ""

    @property
    def link(self) -> str:
        """The address that belongs into a field of its own; elsewhere it stands in the text."""
        return str(self.payload["link"])

    @cached_property
    def measures(self) -> Sequence[Measure]:
        """How long the text is, in the platform's own units."""
        parts = Parts(variants={FULL: self.text}, title=str(self.payload["title"]))
        judge = registry.judge(self.channel.adapter, self.delivery.platform)
        return fit(parts, self._profile, judge).measures

    @cached_property
    def pictures(self) -> list[Picture]:
        erased = erased_among({item["sha256"] for item in self.payload["media"]})
        return [
            self._picture(place, item, erased[item["sha256"]].gone if item["sha256"] in erased else "")
            for place, item in enumerate(self.payload["media"], 1)
        ]

    def _picture(self, place: int, item: Mapping[str, Any], gone: str) -> Picture:
        url = reverse("publishing:hand_image", args=[self.delivery.pk, place])
        poster = f"{url}?part=thumbnail" if item.get("thumbnail") else ""
        captions = f"{url}?part=captions" if item.get("captions") else ""
        return Picture(place, str(item["alt"]), url, gone, bool(poster), poster, captions)

    @property
    def steps(self) -> list[str]:
        found = self.delivery.action, self.delivery.platform, self.platform
        return hand_steps.steps(*found, has_images=bool(self.payload["media"]))

    @property
    def way(self) -> str:
        """Where it is done: the post that is meant, our channel, or the platform's front door."""
        about = self.delivery.about
        host = next((host for host, key in HOSTS.items() if key == self.delivery.platform), "")
        return (about.link if about else "") or self.channel.link or (f"https://{host}/" if host else "")

    @property
    def about(self) -> Delivery | None:
        """What is to be replaced, removed or pinned."""
        return self.delivery.about

    @property
    def waits(self) -> bool:
        return self.delivery.state == State.HELD and self.delivery.error_code == Code.BY_HAND

    @cached_property
    def is_stopped(self) -> bool:
        return is_stopped(self.delivery)

    @property
    def may_confirm(self) -> bool:
        return self.may_do and self.waits and not self.is_stopped

    @property
    def may_give_up(self) -> bool:
        return self.may_do and self.waits

    @property
    def may_say_all_the_same(self) -> bool:
        """Whether a person may say that it was done although it had been given up."""
        state = State(self.delivery.state)
        only_late = state in (State.FAILED, State.MISSED)
        return self.may_do and state in GIVEN_UP and (self.delivery.action == Action.PUBLISH or only_late)

    @property
    def may_take_back(self) -> bool:
        settled = self.delivery.settled_at
        is_young = settled is not None and self.now < settled + timedelta(seconds=TAKE_BACK_S)
        is_mine_to_undo = self.may_do and self.delivery.state == State.SENT and is_young
        is_as_it_was = is_mine_to_undo and last_word(self.delivery) == HandReport.Said.DONE
        return is_as_it_was and not asked_to_remove([self.delivery])

    @property
    def may_correct(self) -> bool:
        return self.may_do and self.delivery.state == State.SENT and self.delivery.action == Action.PUBLISH

    @cached_property
    def reports(self) -> list[Said]:
        """Everything that was said, oldest first."""
        listed: list[HandReport] = list(self.delivery.hand_reports.all())
        people = people_by_id({one.by_id for one in listed if one.by_id})
        return [_said(one, people) for one in listed]

    @cached_property
    def _profile(self) -> Any:
        return registry.profile(self.channel.adapter, self.delivery.platform)


def _said(report: HandReport, people: Mapping[int, Person]) -> Said:
    who = people[report.by_id].name if report.by_id and report.by_id in people else ""
    word = str(HandReport.Said(report.said).label)
    return Said(report.pk, word, who, report.at, report.link, report.reason, bool(report.evidence))
