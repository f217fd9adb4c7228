"""What Ravi says of a post for Bluesky and Matrix is what a real server does with it: generated posts, most of them at an edge.
Forty for each, two hundred with RAVI_TEST_FULL=1.

Left out, because there Ravi is stricter than the server on purpose: posts without words and files, films of more than three
minutes on Bluesky, more than four files in a Matrix room."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
import regex

from ravi.core.egress import Egress
from ravi.platforms import registry
from ravi.platforms.contract import Content, Mark, MediaItem, Profile, Rejected
from ravi.platforms.contract_faults import HOST
from ravi.platforms.contract_samples import png
from ravi.platforms.transport import open_transport
from tests.servers.pds import Member, PersonalDataServer
from tests.servers.synapse import Homeserver
from tests.servers.test_bluesky import BlueskyPlace
from tests.servers.test_matrix import MADE, Room

pytestmark = pytest.mark.server

IS_FULL = bool(os.environ.get("RAVI_TEST_FULL"))
POSTS = 200 if IS_FULL else 40
FAMILY = "👩‍👩‍👧‍👦"  # one grapheme, 25 bytes
WORDS = (
    "سلام", "می‌گویند", "خانه‌های", "واکسن", "۱۴۰۵", "🏥", "👩🏽‍⚕️", FAMILY, "#خانه_بهداشت", "#نیم‌فاصله", "ﷲ", "🇮🇷🇮🇷",
    "https://example.org/a_b?c=1#د", "«رایگان»", "&", "<b>", "e\u0301", "بّ\u0650",
)  # fmt: skip
Count = Callable[[str], int]


def octets(text: str) -> int:
    return len(text.encode())


def a_text(random: Random, most: int, filling: str, count: Count) -> str:
    """Of a length around an edge, or short: words, and then one thing again and again."""
    wanted = random.choice((1, 30, most - 1, most, most, most + 1, most + 2))
    text = ""
    while count(text) < min(wanted, 120):
        text += random.choice(WORDS) + random.choice((" ", "\n", "\u200c"))
    while text and count(text) > wanted:
        text = text[:-1]
    each = count(filling)
    return text + filling * ((wanted - count(text)) // each) + "x" * ((wanted - count(text)) % each)


def an_image(random: Random, number: int, most_bytes: int, *, is_large: bool) -> MediaItem:
    content = png(2, 2 + number)
    if is_large:
        content += b"\0" * (most_bytes + random.choice((-1, 0, 1)) - len(content))
    return MediaItem(
        hashlib.sha256(content).hexdigest(), "image/png", f"تصویر {number}", content, 2, 2 + number, len(content)
    )


def a_film(number: int) -> MediaItem:
    content = b"\x00\x00\x00\x18ftypmp42" + bytes([number])
    return MediaItem(hashlib.sha256(content).hexdigest(), "video/mp4", "فیلم", content, 4, 3, len(content), 3.0)


def some_media(random: Random, profile: Profile, most: int, *, has_large: bool) -> tuple[MediaItem, ...]:
    count = random.choice((0, 0, 1, 1, 2, 3, 4, most))
    films = random.choice((0, 0, 0, 1, 2))
    return tuple(
        a_film(place) if place < films
        else an_image(random, place, profile.max_media_bytes, is_large=has_large and place == films and random.random() < 0.2)
        for place in range(count)
    )  # fmt: skip


def for_bluesky(random: Random, profile: Profile) -> Content:
    by_graphemes, by_bytes = profile.text_limits
    # Letters of one grapheme come to the first edge long before the second; families come to the second first.
    if random.random() < 0.5:
        text = a_text(random, by_graphemes.maximum, "ب", graphemes)
    else:
        text = a_text(random, by_bytes.maximum, FAMILY, octets)
    return Content(text, media=some_media(random, profile, 5, has_large=True))


def for_matrix(random: Random, profile: Profile) -> Content:
    [limit] = profile.text_limits
    text = a_text(random, limit.maximum, random.choice(("ب", "x", "<", FAMILY)), octets)
    marks = tuple(Mark(random.choice(("bold", "quote")), n * 7, n * 7 + 5) for n in range(random.choice((0, 3))))
    return Content(text, media=some_media(random, profile, 4, has_large=IS_FULL), marks=marks)


def graphemes(text: str) -> int:
    """As Unicode has them (UAX 29), by another library than the server's."""
    return len(regex.findall(r"\X", text))


@pytest.fixture
def bluesky(pds: PersonalDataServer) -> BlueskyPlace:
    member: Member = pds.member("generated")
    return BlueskyPlace(member)


@pytest.fixture
def room_of_its_own(matrix: Homeserver) -> Room:
    account = matrix.account("generated", is_hurried=True)
    return Room(account, account.ask("POST", "/createRoom", MADE)["room_id"])


async def test_what_is_said_of_a_post_for_bluesky_is_what_happens(bluesky: BlueskyPlace) -> None:
    await judge("bluesky", bluesky, for_bluesky)


async def test_what_is_said_of_a_post_for_matrix_is_what_happens(room_of_its_own: Room) -> None:
    await judge("matrix", room_of_its_own, for_matrix)


async def judge(name: str, place: Any, a_post: Callable[[Random, Profile], Content]) -> None:
    kind, profile, random = registry.adapter(name), registry.profile(name), Random(name)
    verdicts = []
    async with open_transport(Egress(frozenset({(HOST, place.port)}))) as transport:
        adapter: Any = kind(place.credentials(place.port), transport)
        for number in range(POSTS):
            content = a_post(random, profile)
            said = [problem.code for problem in kind.validate(content, profile)]
            verdicts.append((not said, await goes(adapter, place, content, f"generated-{number}"), said, number))
    assert [one for one in verdicts if one[0] is not one[1]] == []
    assert {took for _, took, _, _ in verdicts} == {True, False}


async def goes(adapter: Any, place: Any, content: Content, key: str) -> bool:
    """Whether it was taken; what was taken is read as it was written."""
    try:
        receipt = await adapter.publish(place.target(place.port), content, key=key)
    except Rejected:
        return False
    shown = await place.shown(receipt)
    assert shown is not None and shown.text == content.text
    assert shown.alts == tuple(item.alt_text for item in content.media if not item.is_video)
    return True
