"""What goes to a platform and what comes back: values, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ravi.platforms.contract.profile import MarkKind, Unit

ProblemUnit = Unit | Literal["images", "videos", "hashtags", "bytes", "seconds", "media_type", "ratio", "field"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Formatting of `text[start:end]` (code points); `href` is the address of a link."""

    kind: MarkKind
    start: int
    end: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """A file that belongs to a video: its picture before it plays (JPEG), or its captions (WebVTT) in the
    language `lang`."""

    sha256: str
    media_type: str
    content: bytes | None = None
    lang: str = ""


@dataclass(frozen=True, slots=True)
class MediaItem:
    """One image or video by its hash; `content` is filled by the engine just before sending and is None everywhere
    else. `duration_s`, `thumbnail` and `captions` are a video's."""

    sha256: str
    media_type: str
    alt_text: str = ""
    content: bytes | None = None
    width: int = 0
    height: int = 0
    size_bytes: int = 0
    duration_s: float = 0.0
    thumbnail: Beside | None = None
    captions: Beside | None = None

    @property
    def is_video(self) -> bool:
        return self.media_type.startswith("video/")


@dataclass(frozen=True, slots=True)
class Content:
    """One copy as approved. `text` is sent as it stands: where the platform has no link field, the link is already in
    it (see `compose.fit`) and `link` is empty. `marks` say which of its words are bold, quoted or a link's; only kinds that
    the platform shows are among them, the rest is in the words already."""

    text: str
    title: str = ""
    link: str = ""
    lang: str = "fa"
    media: tuple[MediaItem, ...] = ()
    reply_to: str = ""
    pin: bool = False
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's yes: its own id, the link people can open ("" when there is none), and the answer's excerpt."""

    remote_id: str
    link: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands under one of our remote ids: its words as people read them, and whether these are the ones that were
    asked about, in the platform's own normal form."""

    words: str
    is_as_sent: bool


@dataclass(frozen=True, slots=True)
class Verified:
    """Whom the credential speaks for, as the platform says it, and until when where it tells."""

    name: str
    handle: str
    detail: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """One post's numbers at one moment. None: the platform does not tell, which is not 0."""

    views: int | None = None
    reactions: int | None = None
    shares: int | None = None
    replies: int | None = None


@dataclass(frozen=True, slots=True)
class Renewed:
    """The credentials that hold from now on, and until when (None: the platform does not say)."""

    credentials: object
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a copy cannot go: `actual` in `unit` against `limit`. Codes: too_long, too_many_media, too_few_media, media_type,
    media_too_large, media_shape, media_mixed, video_too_long, video_too_short, too_many_hashtags, empty, title_missing,
    title_too_long, forbidden_sign (`actual` of them), markup (`actual`: the line)."""

    code: str
    unit: ProblemUnit
    actual: int
    limit: int
