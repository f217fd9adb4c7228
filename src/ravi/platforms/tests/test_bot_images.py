"""What calls itself an image and is none, on Telegram, Bale and Soroush Plus."""

from __future__ import annotations

from typing import Any

import pytest

from ravi.core.egress import Egress
from ravi.platforms import registry
from ravi.platforms.contract import Content, Rejected
from ravi.platforms.contract_samples import png
from ravi.platforms.tests.bots import BotPlace, film, item_of
from ravi.platforms.transport import open_transport
from tests.fakes.bot_server import BALE, SOROUSH, TELEGRAM, BotServer, Flavour, running


@pytest.mark.parametrize("flavour", [TELEGRAM, BALE, SOROUSH], ids=lambda flavour: flavour.name)
async def test_an_image_that_is_none_is_a_refusal_and_nothing_stands_there(flavour: Flavour) -> None:
    kind = registry.adapter(flavour.name)
    async with running(BotServer(flavour=flavour)) as server:
        place = BotPlace(server, kind.credentials_type)
        async with open_transport(Egress(frozenset({("127.0.0.1", server.port)}))) as transport:
            adapter: Any = kind(place.credentials(server.port), transport)
            broken = item_of(png(64, 48)[:80], "image/png", width=64, height=48)
            for media in ((broken,), (film(), broken)):
                with pytest.raises(Rejected, match="IMAGE_PROCESS_FAILED"):
                    await adapter.publish("mehregan", Content("تصویر", media=media), key="k")
        assert place.chat.ever == 0
