"""What corrects a message, and what a correction would do on each channel."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from ravi.delivery.corrected import copies_of, is_unsent, media_of, standing_on
from ravi.delivery.models import Delivery
from ravi.delivery.rules import MANUAL, State
from ravi.directory.models import Channel
from ravi.platforms import registry
from ravi.platforms.contract import Deletable, Editable, Pinnable
from ravi.publishing.correction import Door, Standing, Way, as_answer, ways_of
from ravi.publishing.draft import DraftFields
from ravi.publishing.models import Post
from ravi.publishing.queries.draft import chosen_channels, fields_of
from ravi.publishing.queries.preview import Preview, previews
from ravi.publishing.rules import OPEN, PostState


@dataclass(frozen=True)
class Planned:
    """What a correction does on one channel: `ways` is empty where nothing of the message stands or will stand there. With
    two, the first holds while the copy has not left. `plain` are the new words as a post, `answer` as an answer."""

    channel: Channel
    copy: Delivery | None
    ways: tuple[Way, ...]
    plain: Preview
    answer: Preview
    could_replace: bool = False  # a program could only remove it and publish anew
    could_pin: bool = False  # a program can put a post at the top of the channel
    pins: bool = False  # the correction asks for it

    @property
    def way(self) -> Way | None:
        """What would happen if the yes came now."""
        return self.ways[0] if self.ways else None

    @property
    def waits_for_outcome(self) -> bool:
        """Whether nobody knows yet whether the copy is out: the change follows it."""
        return self.copy is not None and self.copy.state == State.UNKNOWN

    def pins_by(self, way: Way | None) -> bool:
        """Whether what goes this way is pinned to the top of the channel."""
        return self.pins and self.could_pin and way is Way.REPLY

    def preview(self, way: Way) -> Preview:
        """The words that this way brings."""
        return self.answer if way is Way.REPLY else self.plain


def first_of(post: Post) -> int:
    """The message that a post corrects, or the post itself: every correction names the first one."""
    return post.corrects_id or post.pk


def corrections_of(post_ids: Collection[int]) -> dict[int, list[Post]]:
    """Message -> its corrections, oldest first, whatever became of them; only messages that have some. One query."""
    found: dict[int, list[Post]] = defaultdict(list)
    for one in Post.objects.filter(corrects__in=post_ids).select_related("unit", "author").order_by("pk"):
        found[one.corrects_id or 0].append(one)
    return dict(found)


def chain_of(first_id: int) -> list[int]:
    """The message and all that corrects it, oldest first."""
    return [first_id, *Post.objects.filter(corrects=first_id).order_by("pk").values_list("pk", flat=True)]


def open_correction(first_id: int) -> Post | None:
    """The correction that is being written or waits for its yes; there is one at most."""
    return Post.objects.filter(corrects=first_id, state__in=OPEN).select_related("author", "unit").first()


def told_of_post() -> dict[str, Any]:
    """For a query of posts: the newest approved correction with its moment, and the one that is being written."""
    mine = Post.objects.filter(corrects=OuterRef("pk")).order_by("-pk")
    newest = mine.filter(state=PostState.APPROVED)
    return {
        "correction_id": Subquery(newest.values("pk")[:1]),
        "corrected_at": Subquery(newest.values("approved_at")[:1]),
        "open_correction_id": Subquery(mine.filter(state__in=OPEN).values("pk")[:1]),
    }


def is_corrected(post: Post) -> bool:
    """Whether newer words than its own were approved; of a correction, those of a later one."""
    newer = Post.objects.filter(corrects=first_of(post), pk__gt=post.pk)
    return newer.filter(state=PostState.APPROVED).exists()


def latest_of(first: Post) -> Post:
    """The post whose words hold: the newest approved correction, else the message."""
    return Post.objects.filter(corrects=first, state=PostState.APPROVED).order_by("-pk").first() or first


def how_corrected(post: Post) -> list[Planned]:
    """Channel by channel, in the order of a page: of a message, what a correction that changes only words would do; of a
    correction, what its own words do. The queries do not grow with the channels."""
    first = post.corrects or post
    return planned(first, fields_of(post), is_final=False, replaces=post.replaces, pins=post.pins)


def planned(
    first: Post, fields: DraftFields, *, is_final: bool, replaces: bool = False, pins: bool = False
) -> list[Planned]:
    """The same for any words."""
    channels = chosen_channels(first)
    standing = standing_on(copies_of(chain_of(first.pk)))
    plain = previews(fields, channels, is_final=is_final)
    answers = previews(as_answer(fields), channels, is_final=is_final)
    return [
        _planned(one, answer, standing.get(one.channel.pk), replaces, pins)
        for one, answer in zip(plain, answers, strict=True)
    ]


def _planned(plain: Preview, answer: Preview, copy: Delivery | None, replaces: bool, pins: bool) -> Planned:
    if copy is None:
        return Planned(plain.channel, None, (), plain, answer)
    media = [(item.sha256, item.media_type) for item in plain.parts.media]
    door = door_to(plain.channel, fits=not answer.problems)
    ways, others = (ways_of(standing_of(copy), door, media, replaces=chosen) for chosen in (replaces, True))
    return Planned(plain.channel, copy, ways, plain, answer, Way.REPLACE in others, door.pins, pins)


def standing_of(copy: Delivery) -> Standing:
    state = State(copy.state)
    return Standing(
        copy.pk,
        state,
        may_be_out=not is_unsent(copy),
        has_address=state is not State.SENT or bool(copy.remote_id),
        by_hand=copy.adapter == MANUAL,
        media=media_of(copy),
    )


def door_to(channel: Channel, *, fits: bool) -> Door:
    if registry.is_by_hand(channel.adapter):
        return Door(edits=False, edit_media="same", takes_answer=False, removes=False, pins=False)
    kind, profile = (
        registry.adapter(channel.adapter, channel.platform),
        registry.profile(channel.adapter, channel.platform),
    )
    return Door(
        issubclass(kind, Editable),
        profile.edit_media,
        takes_answer=profile.answers and fits,
        removes=issubclass(kind, Deletable),
        pins=issubclass(kind, Pinnable) or profile.pins_when_sent,
    )
