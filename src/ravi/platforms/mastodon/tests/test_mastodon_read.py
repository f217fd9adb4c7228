"""Reading one's own post again on Mastodon's API: what was said to be done and was not is found."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from ravi.core.egress import Egress
from ravi.platforms.contract import Content, Rejected, Standing
from ravi.platforms.contract_faults import HOST
from ravi.platforms.mastodon.adapter import Mastodon
from ravi.platforms.mastodon.tests.test_mastodon import Place
from ravi.platforms.transport import open_transport
from tests.fakes.mastodon_server import MastodonServer, running

TARGET = "mehregan@social.example"
OLD, NEW = Content("واکسن از ۸ آذر."), Content("واکسن از ۹ آذر.")


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with running(MastodonServer()) as server:
        yield Place(server)


@pytest.fixture
async def adapter(place: Place) -> AsyncIterator[Mastodon]:
    async with open_transport(Egress(frozenset({(HOST, place.port)}))) as transport:
        yield Mastodon(place.credentials(place.port), transport)


async def test_a_server_that_says_yes_and_does_nothing_is_found(place: Place, adapter: Mastodon) -> None:
    receipt = await adapter.publish(TARGET, OLD, key="1")
    place.server.is_deaf = True
    await adapter.edit(TARGET, receipt.remote_id, NEW, key="2")
    assert await adapter.read(TARGET, receipt.remote_id, NEW) == Standing("واکسن از ۸ آذر.", False)
    await adapter.delete(TARGET, receipt.remote_id)
    assert await adapter.read(TARGET, receipt.remote_id, OLD) == Standing("واکسن از ۸ آذر.", True)


async def test_the_token_of_another_account_does_not_call_a_post_gone(place: Place, adapter: Mastodon) -> None:
    receipt = await adapter.publish(TARGET, OLD, key="1")
    place.account.statuses.clear()
    assert await adapter.read(TARGET, receipt.remote_id, OLD) is None
    with pytest.raises(Rejected):
        await adapter.read("somebody@social.example", receipt.remote_id, OLD)
