"""Publishes nothing anywhere: the citizens' pages show each copy of these channels that the ledger holds as sent, as it was
last corrected, until it was removed (docs/decisions/0019-feeds.md). The receipt is the publication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ravi.platforms.contract import Adapter, Content, Idempotency, Problem, Profile, Receipt, Rejected, Transport
from ravi.platforms.shapes.limits import problems_of

_STANDS = "stands in the institution's own feeds"


@dataclass(frozen=True, slots=True)
class FeedsCredentials:
    """None: the pages are Ravi's own."""


class Feeds:
    """`target` is the address of the channel's own page; a copy's page lies under it, by the delivery's key."""

    kind: ClassVar[str] = "feeds"
    idempotency: ClassVar[Idempotency] = Idempotency("natural")
    credentials_type: ClassVar[type] = FeedsCredentials

    def __init__(self, credentials: FeedsCredentials, transport: Transport) -> None:
        pass

    @staticmethod
    def validate(content: Content, profile: Profile) -> list[Problem]:
        return problems_of(content, profile)

    async def publish(self, target: str, content: Content, *, key: str) -> Receipt:
        _check(content)
        return Receipt(key, _page(target, key), _STANDS)

    async def edit(self, target: str, remote_id: str, content: Content, *, key: str) -> Receipt:
        _check(content)
        return Receipt(remote_id, _page(target, remote_id), _STANDS)

    async def delete(self, target: str, remote_id: str) -> None:
        pass


ADAPTERS: Mapping[str, type[Adapter]] = {"feeds": Feeds}


def _check(content: Content) -> None:
    """The pages show images from the institution's own store: bytes that are gone there would be a hole in the entry."""
    if any(item.content is None for item in content.media):
        raise Rejected("media_missing", "the bytes of an image were not loaded")


def _page(target: str, key: str) -> str:
    return f"{target.rstrip('/')}/{key}/"
