"""What Ravi and a platform say to each other: values, errors and abilities.

Adapters are plain async Python built as `Adapter(credentials, transport)`. What an adapter can do is a type
(`Editable`, `Deletable`, ...), never a flag, and nothing beyond the abilities below may exist on one:
`contract_tests.AdapterContract` fails on any other public name (docs/promises.md, 1).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

Unit = Literal["telegram_utf16", "x_weighted", "bluesky_graphemes", "mastodon_chars", "utf8_bytes"]
ProblemUnit = Unit | Literal["images", "bytes", "media_type", "ratio", "field"]
Applies = Literal["text", "caption"]

# Codes of Rejected that people can do something about, whatever the platform calls them.
NO_RIGHTS, NO_CHANNEL = "no_rights", "no_channel"
OWN_CHOICE = "Ravi's own cautious choice: the platform names no limit"


# Values -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MediaItem:
    """One image by its hash; `content` is filled by the engine just before sending and is None everywhere else."""

    sha256: str
    media_type: str
    alt_text: str = ""
    content: bytes | None = None
    width: int = 0
    height: int = 0
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Content:
    """One copy as approved. `text` is sent as it stands: where the platform has no link field, the link is already in
    it (see `compose.fit`) and `link` is empty."""

    text: str
    title: str = ""
    link: str = ""
    lang: str = "fa"
    media: tuple[MediaItem, ...] = ()
    reply_to: str = ""
    pin: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's yes: its own id, the link people can open ("" when there is none), and the answer's excerpt."""

    remote_id: str
    link: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """Whom the credential speaks for, as the platform says it."""

    name: str
    handle: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a copy cannot go: `actual` in `unit` against `limit`. Codes: too_long, too_many_media, media_type,
    media_too_large, media_shape, empty, title_missing."""

    code: str
    unit: ProblemUnit
    actual: int
    limit: int


@dataclass(frozen=True, slots=True)
class Limit:
    """A platform's own maximum in its own unit, and where it was read. `caption` holds for posts with media."""

    unit: Unit
    maximum: int
    applies: Applies
    source: str
    read_on: date


@dataclass(frozen=True, slots=True)
class Bucket:
    """The pace of one credential: `rate_per_s` sustained, `burst` at once."""

    rate_per_s: float
    burst: int


@dataclass(frozen=True, slots=True)
class Profile:
    """A platform's limits as data. `gap_s` is the pause on one channel, counted from completion. `source` says where its
    words about texts and pace were read, `media_source` those about images; OWN_CHOICE where it has none. Without
    `shows_alt_text` an image's alt text does not reach its readers. `max_ratio`: an image's longer side to its shorter."""

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
    note_en: str = ""
    note_fa: str = ""

    def limits(self, *, with_media: bool) -> tuple[Limit, ...]:
        """The limits that hold for a post with or without media; all of them hold at once."""
        captions = tuple(limit for limit in self.text_limits if limit.applies == "caption")
        if with_media and captions:
            return captions
        return tuple(limit for limit in self.text_limits if limit.applies == "text")


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


# Credentials ------------------------------------------------------------------------------------------------------


def credential_field(
    label_en: str,
    label_fa: str,
    *,
    secret: bool = False,
    default: str | None = None,
    help_en: str = "",
    help_fa: str = "",
) -> Any:
    """One field of an adapter's credentials, with what a form needs to ask for it. Values are text."""
    metadata = {"label_en": label_en, "label_fa": label_fa, "help_en": help_en, "help_fa": help_fa, "secret": secret}
    if default is None:
        return field(metadata=metadata, repr=not secret)
    return field(default=default, metadata=metadata, repr=not secret)


def secrets_of(credentials: object) -> tuple[str, ...]:
    """The secret values of a credentials object, to be masked in every evidence."""
    fields = dataclasses.fields(credentials)  # type: ignore[arg-type]
    values = (str(getattr(credentials, f.name)) for f in fields if f.metadata.get("secret"))
    return tuple(value for value in values if value)


# Errors -----------------------------------------------------------------------------------------------------------


class PlatformError(Exception):
    """A send or a reading that did not end in a receipt. `evidence`: status and a short excerpt, never a secret."""

    def __init__(self, detail: str, *, evidence: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.evidence = evidence


class RateLimited(PlatformError):
    """The platform said "not now": nothing was published. `retry_after_s` is the platform's own delay."""

    def __init__(self, retry_after_s: float, *, detail: str = "rate limited", evidence: str = "") -> None:
        super().__init__(detail, evidence=evidence)
        self.retry_after_s = retry_after_s


class NotSent(PlatformError):
    """Provably no effect: refused connection, name not found, TLS failure, or a preparing step that failed."""

    @property
    def reason(self) -> str:
        return self.detail


class Rejected(PlatformError):
    """The platform read the request and said no for good: nothing was published by this call."""

    def __init__(self, code: str, detail: str, *, evidence: str = "") -> None:
        super().__init__(detail, evidence=evidence)
        self.code = code


class CredentialsRefused(PlatformError):
    """The platform answered that this token or password is not valid. Never raised for a network failure."""


class OutcomeUnknown(PlatformError):
    """Bytes of the request may have reached the platform and no clear answer came back: timeout after the write, reset,
    5xx, an answer that cannot be read. Nothing automatic may repeat it blindly."""


# Transport as adapters see it -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A whole answer; header names are lower case. Redirects come back as they are: they are never followed."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime


class HttpPort(Protocol):
    """Raises NotSent while nothing can have been written (for GET always: it has no effect), else OutcomeUnknown."""

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer: ...


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where and as whom to speak SMTP. `security`: "tls" from the first byte, "starttls" (required), "none"."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    username: str = ""
    password: str = field(default="", repr=False)


class SmtpPort(Protocol):
    """Ambiguity begins with the end of DATA: everything before it raises NotSent, Rejected or CredentialsRefused."""

    async def send(self, server: SmtpServer, *, sender: str, recipient: str, message: bytes) -> str: ...

    async def check(self, server: SmtpServer) -> str: ...


class Transport(Protocol):
    """What an adapter may reach the world with, on its channel's route."""

    @property
    def http(self) -> HttpPort: ...

    @property
    def smtp(self) -> SmtpPort: ...


# Abilities --------------------------------------------------------------------------------------------------------


class Adapter(Protocol):
    """One platform's door. `target` is the channel's address; `key` is the delivery's own, stable over attempts."""

    kind: ClassVar[str]
    idempotency: ClassVar[Idempotency]
    credentials_type: ClassVar[type]

    def __init__(self, credentials: Any, transport: Transport) -> None: ...

    @staticmethod
    def validate(content: Content, profile: Profile) -> list[Problem]: ...

    async def publish(self, target: str, content: Content, *, key: str) -> Receipt: ...


@runtime_checkable
class Editable(Protocol):
    """Can replace a published post's content in place."""

    async def edit(self, target: str, remote_id: str, content: Content, *, key: str) -> Receipt: ...


@runtime_checkable
class Deletable(Protocol):
    """Can remove a published post. Removing what is already gone is a success."""

    async def delete(self, target: str, remote_id: str) -> None: ...


@runtime_checkable
class Pinnable(Protocol):
    """Can pin a published post to the top of its channel."""

    async def pin(self, target: str, remote_id: str) -> None: ...


@runtime_checkable
class Verifiable(Protocol):
    """Can say whom the credential speaks for, without publishing anything."""

    async def verify(self, target: str) -> Verified: ...


@runtime_checkable
class Findable(Protocol):
    """Can read back whether a post under our key exists. None means: the platform answered, and it is not there."""

    async def find(self, target: str, key: str) -> Receipt | None: ...


ABILITIES: Mapping[str, type] = {
    "edit": Editable,
    "delete": Deletable,
    "pin": Pinnable,
    "verify": Verifiable,
    "find": Findable,
}
CORE_NAMES = frozenset({"kind", "idempotency", "credentials_type", "validate", "publish"})


def abilities_of(adapter: type) -> frozenset[str]:
    """The names in ABILITIES that an adapter class has."""
    return frozenset(name for name, ability in ABILITIES.items() if issubclass(adapter, ability))
