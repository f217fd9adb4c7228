"""The set that one yes covers: what waits, grouped by equal words, so that a person reads each text once."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ravi.directory.models import Channel
from ravi.directory.queries import channels_open, channels_publishable_by
from ravi.platforms.contract import Mark
from ravi.publishing.models import Approval, Copy, Post
from ravi.publishing.rules import set_digest

# What a copy says beside its words: where it goes, and by which way.
APART = ("channel", "action", "of", "reply_to")


@dataclass(frozen=True)
class Group:
    """Copies that say the same, whatever is done with the words. `media` is a list of {sha256, alt, ...} in order."""

    number: int
    title: str
    text: str
    marks: tuple[Mark, ...]
    link: str
    lang: str
    media: Sequence[Mapping[str, Any]]
    variant_name: str
    copies: tuple[Copy, ...]

    @property
    def channel_count(self) -> int:
        """How many channels get it; a correction may have two ways to one."""
        return len({copy.channel_id for copy in self.copies})

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms on which this text appears, each once."""
        return tuple(dict.fromkeys(copy.platform for copy in self.copies))


@dataclass(frozen=True)
class ShownSet:
    """What waits for a yes. `digest` names exactly these hashes; `closed` are copies whose channel closed since."""

    post: Post
    groups: tuple[Group, ...]
    blocked: tuple[Copy, ...]
    closed: tuple[Copy, ...]

    @property
    def copies(self) -> tuple[Copy, ...]:
        """Every copy that a yes would send."""
        return tuple(copy for group in self.groups for copy in group.copies)

    @property
    def channel_count(self) -> int:
        """How many channels a yes reaches."""
        return len({copy.channel_id for copy in self.copies})

    @property
    def hashes(self) -> frozenset[str]:
        """Their hashes."""
        return frozenset(copy.content_hash for copy in self.copies)

    @property
    def digest(self) -> str:
        """One field for a form."""
        return set_digest(self.hashes)


def shown_set(post: Post) -> ShownSet:
    """The frozen copies of the post's revision as a person reads them: 2 queries, whatever their number."""
    is_open = Exists(_open_channels(post).filter(pk=OuterRef("channel_id")))
    live = Approval.objects.filter(copy=OuterRef("pk"), voided_at=None).order_by().values("copy")
    yeses = Coalesce(Subquery(live.annotate(n=Count("id")).values("n")), 0)
    copies = list(frozen_copies(post).annotate(is_channel_open=is_open, yeses=yeses))
    # A channel that was closed when somebody said yes, and is open again, had no part in that yes.
    given = max((copy.yeses for copy in copies), default=0)
    for copy in copies:
        copy.is_open = copy.is_channel_open and copy.yeses == given
    ready = [copy for copy in copies if not copy.problems and copy.is_open]
    return ShownSet(
        post=post,
        groups=grouped(ready),
        blocked=tuple(copy for copy in copies if copy.problems),
        closed=tuple(copy for copy in copies if not copy.problems and not copy.is_open),
    )


def frozen_copies(post: Post) -> Any:
    """The copies frozen for the post's present revision, by unit and platform."""
    return (
        Copy.objects.filter(post=post, revision=post.revision)
        .select_related("channel", "channel__unit")
        .order_by("channel__unit__sort_key", "platform", "channel_id")
    )


def open_channel_ids(post: Post) -> set[int]:
    """The chosen channels that the author may publish on at this moment. A correction of words that a higher room keeps goes
    wherever they went: there headquarters mends what units published on channels of their own."""
    return set(_open_channels(post).values_list("pk", flat=True))


def _open_channels(post: Post) -> QuerySet[Channel]:
    goes_along = bool(post.corrects_id and post.words_at)
    channels = channels_open(post.institution_id) if goes_along else channels_publishable_by(post.author)
    return channels.filter(pk__in=post.chosen.values("channel_id"))


def grouped(copies: Sequence[Copy], *, apart: Collection[str] = APART) -> tuple[Group, ...]:
    """Copies by what their payloads say apart from these keys."""
    found: dict[str, tuple[dict[str, Any], list[Copy]]] = {}
    for copy in copies:
        payload = json.loads(copy.payload)
        key = json.dumps({name: said for name, said in payload.items() if name not in apart}, sort_keys=True)
        found.setdefault(key, (payload, []))[1].append(copy)
    # The most widely read text comes first, of equally read ones the longer; then the order is that of the list.
    ordered = sorted(
        found.values(), key=lambda pair: (-len({copy.channel_id for copy in pair[1]}), -len(pair[0]["text"]))
    )
    return tuple(_group(number, payload, same) for number, (payload, same) in enumerate(ordered, start=1))


def _group(number: int, payload: dict[str, Any], copies: list[Copy]) -> Group:
    return Group(
        number=number,
        title=payload["title"],
        text=payload["text"],
        marks=tuple(Mark(**entity) for entity in payload["entities"]),
        link=payload["link"],
        lang=payload["lang"],
        media=payload["media"],
        variant_name=copies[0].variant_name,
        copies=tuple(copies),
    )
