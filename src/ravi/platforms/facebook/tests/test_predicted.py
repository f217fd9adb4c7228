"""What our rules say of a post is what the server does with it: generated posts around every edge."""

from __future__ import annotations

import dataclasses
import io
import os
import random
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from ravi.core.egress import Egress
from ravi.platforms.contract import Content, MediaItem, Rejected
from ravi.platforms.facebook.adapter import Facebook
from ravi.platforms.facebook.profile import PROFILES
from ravi.platforms.facebook.tests.test_facebook import Place, pictures
from ravi.platforms.transport import open_transport
from tests.fakes.graph_server import GraphServer, running

HOW_MANY = 200 if os.environ.get("RAVI_TEST_FULL") else 40
PIECES = ("ب", "می‌خواهیم ", "۱۲٫۵٪ ", "e\u0301", "«نقل»\n", "https://example.org/خبر?a=1&b=2 ", "#برچسب ")


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with running(GraphServer()) as server:
        yield Place(server)


def picture(kind: str, number: int) -> MediaItem:
    held = io.BytesIO()
    Image.new("RGB", (3, 2 + number)).save(held, kind)
    content = held.getvalue()
    return dataclasses.replace(
        pictures(1)[0], media_type=f"image/{kind.lower()}", content=content, sha256=f"{kind}{number}"
    )


def generated(chance: random.Random, number: int) -> Content:
    text = f"{number} " + "".join(chance.choices(PIECES, k=chance.randint(1, 40)))
    if chance.random() < 0.3:
        text += "ب" * (63_206 + chance.randint(-2, 2) - len(text))
    media = pictures(chance.choice((0, 0, 1, 3, 10, 11)))
    if media and chance.random() < 0.3:
        media = (*media[1:], picture(chance.choice(("JPEG", "WEBP", "GIF")), number))
    if media and chance.random() < 0.1:
        media = (dataclasses.replace(media[0], content=(media[0].content or b"") + b"\0" * 4_200_000),)
    return Content(text, media=media)


async def test_predicted_is_what_happens(place: Place) -> None:
    """Emoji at the very edge are left out: our count of them is the stricter of the two that the pages allow."""
    chance, yes = random.Random(2026), 0
    async with open_transport(Egress(frozenset({("127.0.0.1", place.port)}))) as transport:
        adapter = Facebook(place.credentials(place.port), transport)
        for number in range(HOW_MANY):
            content = generated(chance, number)
            predicted = adapter.validate(content, PROFILES["facebook"]) == []
            try:
                await adapter.publish("mehregan", content, key=str(number))
                happened = True
            except Rejected:
                happened = False
            assert predicted is happened, (number, len(content.text), [item.media_type for item in content.media])
            yes += predicted
    assert 0.2 < yes / HOW_MANY < 0.8  # both kinds are among them
