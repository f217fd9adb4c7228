"""A platform's limits as data, each with its source and the day it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Unit = Literal["telegram_utf16", "x_weighted", "bluesky_graphemes", "mastodon_chars", "utf8_bytes", "threads_chars"]
Applies = Literal["text", "caption", "title"]
MarkKind = Literal["bold", "quote", "link"]
# What an edit may do to a post's files: nothing, exchange them one for one, or anything.
EditMedia = Literal["same", "one_for_one", "any"]
CountKind = Literal["views", "reactions", "shares", "replies"]
OWN_CHOICE = "Ravi's own cautious choice: the platform names no limit"


@dataclass(frozen=True, slots=True)
class Limit:
    """A platform's own maximum in its own unit, and where it was read. `caption` holds for posts with media, `title` for
    the title that a post may have. `is_cautious`: the source leaves open what it counts, and we hold to the reading under
    which nothing is refused."""

    unit: Unit
    maximum: int
    applies: Applies
    source: str
    read_on: date
    is_cautious: bool = False


@dataclass(frozen=True, slots=True)
class Bucket:
    """The pace of one credential: `rate_per_s` sustained, `burst` at once."""

    rate_per_s: float
    burst: int


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """What a platform takes of videos. `maximum` in one post; `with_images`: in one post with images, counted together
    against `max_media`; `max_s` None where no length is named."""

    media_types: frozenset[str]
    max_bytes: int
    source: str
    max_s: float | None = None
    maximum: int = 1
    with_images: bool = False
    min_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Profile:
    """A platform's limits as data. `gap_s` is the pause on one channel, counted from completion. `source` says where its
    words about texts and pace were read, `media_source` those about images; OWN_CHOICE where it has none. Without
    `shows_alt_text` an image's alt text does not reach its readers. `max_ratio`: an image's longer side to its shorter;
    `min_width_to_height` and `max_width_to_height` where the two ways differ. `marks`: the formatting that it shows.
    `reads_markup`: the server takes signs in every text for formatting, and no sign of its own keeps it from that.
    `media_is_cautious`: it takes more kinds of files than we send. `counts`: what `Measurable` tells of each post.
    `delete_within_s`: how long after its publication one can be removed. `forbidden_signs`: characters that may stand neither
    in a title nor in a text. `edit_media`: what an edit may do to a post's images and videos. `answers`: a post can name one
    of our own that it answers. `pins_when_sent`: a post is pinned as it is sent, and not afterwards: no ability says it."""

    kind: str
    name_en: str
    name_fa: str
    text_limits: tuple[Limit, ...]
    link_field: bool
    title_field: bool
    max_media: int
    media_types: frozenset[str]
    max_media_bytes: int
    gap_s: float
    bucket: Bucket
    source: str
    read_on: date
    media_source: str = OWN_CHOICE
    shows_alt_text: bool = True
    max_ratio: int | None = None
    min_width_to_height: float | None = None
    max_width_to_height: float | None = None
    min_media: int = 0
    video: VideoLimits | None = None
    max_hashtags: int | None = None
    media_is_cautious: bool = False
    marks: frozenset[MarkKind] = frozenset()
    reads_markup: bool = False
    counts: frozenset[CountKind] = frozenset()
    delete_within_s: float | None = None
    forbidden_signs: str = ""
    edit_media: EditMedia = "same"
    answers: bool = False
    pins_when_sent: bool = False
    note_en: str = ""
    note_fa: str = ""

    def limits(self, *, with_media: bool) -> tuple[Limit, ...]:
        """The limits that hold for the words of a post with or without media; all of them hold at once."""
        captions = tuple(limit for limit in self.text_limits if limit.applies == "caption")
        if with_media and captions:
            return captions
        return tuple(limit for limit in self.text_limits if limit.applies == "text")

    def title_limits(self) -> tuple[Limit, ...]:
        """The limits that hold for the title."""
        return tuple(limit for limit in self.text_limits if limit.applies == "title")


@dataclass(frozen=True, slots=True)
class Idempotency:
    """How a repeated publish under the same key behaves, which decides how an unknown outcome may be resolved.

    native   the server keeps the key for `lifetime_s` and answers the first receipt again (within `scope`)
    natural  the key is the record's own name: a second create cannot make a second post
    lookup   the key can be read back (`Findable`), but the server itself would make a second post
    none     neither: only a person can say
    `lifetime_s` None means for as long as the post lives.
    """

    kind: Literal["native", "natural", "lookup", "none"]
    lifetime_s: float | None = None
    scope: Literal["credential", "account"] = "account"
