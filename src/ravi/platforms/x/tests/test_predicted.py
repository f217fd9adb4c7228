"""What our rules say of a post is what the server does with it: generated posts around every edge."""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator

import pytest

from ravi.core.egress import Egress
from ravi.platforms.contract import Content, MediaItem, Rejected
from ravi.platforms.transport import open_transport
from ravi.platforms.x.adapter import X
from ravi.platforms.x.profile import PROFILES
from ravi.platforms.x.tests.test_x import Place, film, pictures
from tests.fakes.x_server import XServer, running

HOW_MANY = 200 if os.environ.get("RAVI_TEST_FULL") else 40
PIECES = (
    "ب", "می‌خواهیم ", "۱۲٫۵٪ ", "👍", "👩🏽‍⚕️", "🇮🇷", "1️⃣", "ﷲ", "漢", "e\u0301", "«نقل»", "\n",
    " https://example.org/خبر?a=1 ", " https://example.org/" + "a" * 60 + " ", " mums.ac.ir ", "#برچسب ", "@mehregan ",
)  # fmt: skip


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with running(XServer()) as server:
        yield Place(server)


def generated(chance: random.Random, number: int) -> Content:
    """A text that ends near the limit, and sometimes media, sometimes too many or of two kinds."""
    text = f"{number} "
    edge = 280 + chance.randint(-6, 6)
    while len(text) < edge - 30:
        text += chance.choice(PIECES)
    text = (text + "ب" * edge)[: edge - chance.choice((0, 0, 3, 40))]
    media: tuple[MediaItem, ...] = pictures(chance.choice((0, 0, 1, 4, 5)))
    if chance.random() < 0.15:
        media = (*media[:3], film(10))
    return Content(text.strip(), media=media)


async def test_predicted_is_what_happens(place: Place) -> None:
    chance, yes = random.Random(2026), 0
    posts = [generated(chance, number) for number in range(HOW_MANY)]
    async with open_transport(Egress(frozenset({("127.0.0.1", place.port)}))) as transport:
        adapter = X(place.credentials(place.port), transport)
        for number, content in enumerate(posts):
            place.server._windows.clear()  # the pace is judged elsewhere
            predicted = adapter.validate(content, PROFILES["x"]) == []
            try:
                await adapter.publish("mehregan", content, key=str(number))
                happened = True
            except Rejected:
                happened = False
            assert predicted is happened, (number, content.text, [item.media_type for item in content.media])
            yes += predicted
    assert 0.2 < yes / HOW_MANY < 0.8  # both kinds are among them


def test_the_generator_meets_the_edge_itself() -> None:
    lengths = {len(generated(random.Random(seed), 0).text) for seed in range(200)}
    assert {279, 280, 281} <= lengths
