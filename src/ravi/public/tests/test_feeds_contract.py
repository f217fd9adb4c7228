"""Ravi's own feeds keep the contract of every adapter: the ledger is the platform, a reader's feed is the eye on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from django.test import Client

from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.delivery.rules import Action, Lane
from ravi.directory.models import Channel
from ravi.platforms.contract import Content, Receipt
from ravi.platforms.contract_faults import free_port
from ravi.platforms.contract_quiet import QuietContract
from ravi.platforms.contract_tests import Place, Shown
from ravi.platforms.feeds.adapter import Feeds, FeedsCredentials
from ravi.platforms.feeds.profile import PROFILES
from ravi.public.tests.newsroom import own_channel, sent


@contextmanager
def at_the_ledger() -> Iterator[None]:
    """Django keeps a connection of its own for whatever runs in a loop; this test's transaction stands on the other one."""
    loop = asyncio.get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)


class Newsroom:
    """One channel of a hospital, its ledger, and a feed reader."""

    def __init__(self, channel: Channel) -> None:
        self.channel, self.port, self.keys = channel, free_port(), dict[str, str]()

    def credentials(self, _port: int, *, wrong: bool = False) -> FeedsCredentials:
        return FeedsCredentials()

    def target(self, _port: int) -> str:
        return self.channel.address

    async def shown(self, receipt: Receipt) -> Shown | None:
        with at_the_ledger():
            items = Client().get(f"/p/sample/news/{self.channel.handle}/feed.json").json()["items"]
        [one] = [item for item in items if item["url"] == receipt.link] or [None]
        return one and Shown(one["content_text"], tuple(file["title"] for file in one.get("attachments", ())))

    async def effects(self, key: str) -> int:
        kept = {own for said, own in self.keys.items() if said.startswith(key)}
        with at_the_ledger():
            return Delivery.objects.filter(action=Action.PUBLISH, key__in=kept).count()


class Written:
    """The adapter between the ledger and its settling, as the engine has it: a copy is frozen, asked for, and held as sent."""

    def __init__(self, adapter: Feeds, place: Newsroom) -> None:
        self._adapter, self._place = adapter, place

    validate = staticmethod(Feeds.validate)

    async def publish(self, target: str, content: Content, *, key: str) -> Receipt:
        own = self._place.keys.get(key)
        receipt = await self._adapter.publish(target, content, key=own or "not yet")
        if own is None:
            with at_the_ledger():
                copy = sent(self._place.channel, len(self._place.keys) + 1, at=clock.now(), **_words(content))
            own = self._place.keys[key] = copy.key
            receipt = await self._adapter.publish(target, content, key=own)
        return receipt

    async def edit(self, target: str, remote_id: str, content: Content, *, key: str) -> Receipt:
        receipt = await self._adapter.edit(target, remote_id, content, key=key)
        self._changed(remote_id, Action.EDIT, **_words(content))
        return receipt

    async def delete(self, target: str, remote_id: str) -> None:
        await self._adapter.delete(target, remote_id)
        self._changed(remote_id, Action.DELETE)

    def _changed(self, remote_id: str, action: Action, **words: Any) -> None:
        with at_the_ledger():
            copy, at = Delivery.objects.get(key=remote_id), clock.now()
            if not Delivery.objects.filter(about=copy, action=Action.DELETE).exists():
                sent(self._place.channel, copy.post_id, at=at, action=action, of=copy.pk, lane=Lane.CORRECTION, **words)


def _words(content: Content) -> dict[str, Any]:
    media = [(item.sha256, item.media_type, item.alt_text) for item in content.media]
    return {"text": content.text, "title": content.title, "media": media}


class TestFeeds(QuietContract):
    adapter_type = Feeds
    profile = PROFILES["feeds"]

    @pytest.fixture
    def place(self, house: Any) -> Newsroom:
        return Newsroom(own_channel(house.hospital))

    @asynccontextmanager
    async def adapter_at(
        self, place: Place, port: int, *, answer_s: float = 30.0, wrong: bool = False
    ) -> AsyncIterator[Any]:
        assert isinstance(place, Newsroom)
        async with super().adapter_at(place, port, answer_s=answer_s, wrong=wrong) as adapter:
            yield Written(adapter, place)
