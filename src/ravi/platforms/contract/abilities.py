"""What an adapter can do is a type, never a flag, and nothing beyond these may exist on one (docs/promises.md, 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, runtime_checkable

from ravi.platforms.contract.content import Content, Counts, Problem, Receipt, Renewed, Standing, Verified
from ravi.platforms.contract.ports import Transport
from ravi.platforms.contract.profile import Idempotency, Profile


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


@runtime_checkable
class Readable(Protocol):
    """Can read one of our own posts again and say whether its title and words are those of `content`; images and videos are
    not compared. None: the platform answered, and it is not there. A question: a failure of it has no effect."""

    async def read(self, target: str, remote_id: str, content: Content) -> Standing | None: ...


@runtime_checkable
class Countable(Protocol):
    """Can say how many follow or belong to our own channel: a number, never who."""

    async def count(self, target: str) -> int: ...


@runtime_checkable
class Measurable(Protocol):
    """Can read the numbers of our own posts, by their remote ids, as many at once as the platform allows; those that are
    gone are left out. What it tells of each stands in `Profile.counts`. Numbers, never whose."""

    async def measure(self, target: str, remote_ids: tuple[str, ...]) -> Mapping[str, Counts]: ...


@runtime_checkable
class Renewable(Protocol):
    """Can exchange its credentials for younger ones before they end. Raises NotSent, OutcomeUnknown (the old ones may be
    spent), CredentialsRefused."""

    async def renew(self) -> Renewed: ...


@runtime_checkable
class Bounded(Protocol):
    """Can ask the account itself for the limits that hold for it: names of LIMIT_NAMES to numbers."""

    async def limits(self, target: str) -> Mapping[str, float]: ...


#: What `Bounded` may tell, so that it can stand beside the documented limits.
LIMIT_NAMES = frozenset(
    {"text", "caption", "title", "media", "image_bytes", "video_bytes", "video_s", "posts_per_day", "posts_left_today"}
)


ABILITIES: Mapping[str, type] = {
    "edit": Editable,
    "delete": Deletable,
    "pin": Pinnable,
    "verify": Verifiable,
    "find": Findable,
    "read": Readable,
    "count": Countable,
    "measure": Measurable,
    "renew": Renewable,
    "limits": Bounded,
}
CORE_NAMES = frozenset({"kind", "idempotency", "credentials_type", "validate", "publish"})


def abilities_of(adapter: type) -> frozenset[str]:
    """The names in ABILITIES that an adapter class has."""
    return frozenset(name for name, ability in ABILITIES.items() if issubclass(adapter, ability))
