"""What Ravi says of a post for Telegram, Bale and Soroush Plus is what their server does with it: generated posts, most of them
at an edge. Forty for each, two hundred with RAVI_TEST_FULL=1.

Left out, because there Ravi is stricter than the server on purpose: texts whose letters beyond the first plane make more UTF-16
units than the limit and fewer code points, and sizes that Soroush does not name."""

from __future__ import annotations

import os
from random import Random
from typing import Any

import pytest

from ravi.core.egress import Egress
from ravi.platforms import registry
from ravi.platforms.contract import OWN_CHOICE, Content, MediaItem, Profile, Rejected
from ravi.platforms.contract_samples import png
from ravi.platforms.tests.bots import BotPlace, film, item_of, still
from ravi.platforms.transport import open_transport
from tests.fakes.bot_server import BALE, SOROUSH, TELEGRAM, BotServer, Flavour, running

POSTS = 200 if os.environ.get("RAVI_TEST_FULL") else 40
WORDS = (
    "سلام", "می‌گویند", "خانه‌های", "واکسن", "۱۴۰۵", "🏥", "👩🏽‍⚕️", "#خانه_بهداشت", "https://example.org/a_b?c=1", "«رایگان»", "&",
    "<b>",
)  # fmt: skip
SIGNS = ("*مهم*", "_کج_", "[این‌جا](https://example.org)", "`کد`", "*4*1#", "* یک", "a_b_c", "**")


def a_text(random: Random, most: int) -> str:
    """Of a length around an edge, or short; one in four with signs that Markdown knows."""
    words: list[str] = []
    wanted = random.choice((0, 1, 30, most - 1, most, most, most + 1, most + 2))
    pool = WORDS if random.random() < 0.75 else (*WORDS, *SIGNS)
    while sum(map(len, words)) + len(words) < min(wanted, 200):
        words.append(random.choice(pool))
    text = random.choice((" ", "\n")).join(words)[:wanted]
    # Up to the edge in UTF-16 units, over it in code points: so both who count say the same.
    return text + "ب" * (wanted - (len(text) if wanted > most else _units(text)))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def some_media(random: Random, profile: Profile) -> tuple[MediaItem, ...]:
    if random.random() < 0.4:
        return ()
    count = random.choice((1, 1, 2, 3, 9, 10, 11))
    large = 0 if random.random() < 0.1 else None  # one at the edge of its size at most
    return tuple(an_item(random, profile, place, is_large=place == large) for place in range(count))


def an_item(random: Random, profile: Profile, place: int, *, is_large: bool) -> MediaItem:
    assert profile.video
    over = random.choice((-1, 0, 1))
    if random.random() < 0.3:
        is_large = is_large and profile.video.source != OWN_CHOICE
        return film(profile.video.max_bytes + over if is_large else 40 + place)
    width, height = random.choice(
        ((2, 2), (40, 2), (2, 40), (2, 2), (64, 48), (3, 2), random.choice(((41, 2), (2, 41))))
    )
    content = png(width, height)
    if random.random() < 0.04:
        return item_of(still(8, "GIF").content or b"", "image/gif", width=8, height=4)
    if is_large and profile.media_source != OWN_CHOICE:
        content += b"\0" * (profile.max_media_bytes + over - len(content))
    return item_of(content, "image/png", width=width, height=height)


def a_post(random: Random, profile: Profile) -> Content:
    media = some_media(random, profile)
    [limit] = profile.limits(with_media=bool(media))
    content = Content(a_text(random, limit.maximum), media=media)
    odd = len(content.text.strip()) <= limit.maximum < _units(content.text)
    return a_post(random, profile) if odd else content


@pytest.mark.parametrize("flavour", [TELEGRAM, BALE, SOROUSH], ids=lambda flavour: flavour.name)
async def test_what_is_said_of_a_post_is_what_happens(flavour: Flavour) -> None:
    kind = registry.adapter(flavour.name)
    profile, random, verdicts = registry.profile(flavour.name), Random(flavour.name), []
    async with running(BotServer(flavour=flavour)) as server:
        place = BotPlace(server, kind.credentials_type)
        async with open_transport(Egress(frozenset({("127.0.0.1", server.port)}))) as transport:
            adapter: Any = kind(place.credentials(server.port), transport)
            for number in range(POSTS):
                content = a_post(random, profile)
                said = [problem.code for problem in kind.validate(content, profile)]
                verdicts.append((not said, await _goes(adapter, place, content), said, number))
    assert [one for one in verdicts if one[0] is not one[1]] == []
    assert {took for _, took, _, _ in verdicts} == {True, False}


async def _goes(adapter: Any, place: BotPlace, content: Content) -> bool:
    """Whether it was taken; what was taken is read as it was written, blank space at its ends aside."""
    try:
        receipt = await adapter.publish("mehregan", content, key="k")
    except Rejected:
        return False
    first, *others = place.standing(receipt)
    assert first and first.text == content.text.strip() and len(others) == max(0, len(content.media) - 1)
    return True


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
