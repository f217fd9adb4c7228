"""What stands on Ravi's own pages: copies that were sent there, in their last sent wording, until a removal was sent.

The ledger is the only place where this is known: nothing is copied, so nothing can disagree (docs/decisions/0019-feeds.md).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery

from ravi.delivery.models import Delivery
from ravi.delivery.payload import read_payload
from ravi.delivery.rules import Action, State
from ravi.platforms.contract import Mark

PLATFORM = "feeds"
MOST = 50


@dataclass(frozen=True)
class Picture:
    """An image or video by its hash, with its words; a video's picture and captions by theirs."""

    sha256: str
    media_type: str
    alt_text: str
    poster: str = ""
    captions: str = ""
    captions_lang: str = ""

    @property
    def is_video(self) -> bool:
        return self.media_type.startswith("video/")


@dataclass(frozen=True)
class Entry:
    """One copy as it stands. `key` never changes; `changed_at` is when its wording was last sent."""

    key: str
    channel_id: int
    title: str
    text: str
    marks: tuple[Mark, ...]
    lang: str
    pictures: tuple[Picture, ...]
    published_at: datetime
    changed_at: datetime


def entries_of(channel_ids: Collection[int], most: int = MOST) -> list[Entry]:
    """What stands on these channels, the newest first. One query; none for no channels."""
    return [_entry(one) for one in _standing(channel_ids).order_by("-sent_at", "-pk")[:most]] if channel_ids else []


def entry_of(channel_id: int, key: str) -> Entry | None:
    """The one under this key, or None: never there, or removed. One query."""
    found = _standing([channel_id]).filter(key=key).first()
    return _entry(found) if found else None


def last_change(channel_ids: Collection[int]) -> datetime | None:
    """When something last appeared, changed or went on these channels. One query; none for no channels."""
    if not channel_ids:
        return None
    moment: datetime | None = _sent().filter(channel_id__in=channel_ids).aggregate(last=Max("sent_at"))["last"]
    return moment


def changed_channels(since: datetime | None) -> dict[int, datetime]:
    """Channel -> its last change, of those that have changed after that moment. One query."""
    rows = _sent().order_by().values_list("channel_id").annotate(Max("sent_at"))
    return {channel: last for channel, last in rows if since is None or last > since}


@dataclass(frozen=True)
class Stood:
    """A copy that stands on any platform; `link` leads to it where the platform gave one."""

    post_id: int
    channel_id: int
    link: str


def copies_standing(post_ids: Collection[int]) -> list[Stood]:
    """Copies of these posts that were sent and not removed since. One query; none for no posts."""
    if not post_ids:
        return []
    removed = Delivery.objects.filter(about=OuterRef("pk"), stage=State.SENT, action=Action.DELETE)
    sent = Delivery.objects.filter(post_id__in=post_ids, stage=State.SENT, action=Action.PUBLISH)
    return [Stood(*row) for row in sent.filter(~Exists(removed)).values_list("post_id", "channel_id", "link")]


def _sent() -> QuerySet[Delivery]:
    return Delivery.objects.filter(platform=PLATFORM, adapter=PLATFORM, stage=State.SENT)


def _standing(channel_ids: Collection[int]) -> QuerySet[Delivery]:
    later = Delivery.objects.filter(about=OuterRef("pk"), stage=State.SENT)
    edits = later.filter(action=Action.EDIT).order_by("-sent_at", "-pk")
    published = _sent().filter(action=Action.PUBLISH, channel_id__in=channel_ids)
    return published.filter(~Exists(later.filter(action=Action.DELETE))).annotate(
        edited=Subquery(edits.values("payload")[:1]), edited_at=Subquery(edits.values("sent_at")[:1])
    )


def _entry(one: Any) -> Entry:
    said = read_payload(one.edited or one.payload)
    return Entry(
        key=one.key,
        channel_id=one.channel_id,
        title=said["title"],
        text=said["text"],
        marks=tuple(Mark(**entity) for entity in said["entities"]),
        lang=said["lang"],
        pictures=tuple(_picture(item) for item in said["media"]),
        published_at=one.sent_at,
        changed_at=one.edited_at or one.sent_at,
    )


def _picture(item: Mapping[str, Any]) -> Picture:
    beside, words = item.get("thumbnail") or {}, item.get("captions") or {}
    return Picture(
        item["sha256"],
        item["media_type"],
        item["alt"],
        beside.get("sha256", ""),
        words.get("sha256", ""),
        words.get("lang", ""),
    )
