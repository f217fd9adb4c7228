"""Videos on the sandbox: taken as each played platform takes them, kept with picture and captions, played on its pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from ravi.core.egress import Egress
from ravi.library.tests.films import film
from ravi.platforms import registry
from ravi.platforms.contract import Beside, Content, MediaItem, Rejected
from ravi.platforms.sandbox.adapter import SandboxCredentials
from ravi.platforms.sandbox.server.limits import RULES, seconds
from ravi.platforms.transport import Timeouts, open_transport
from tests.sandbox import Sandbox, running_sandbox

PICTURE = b"\xff\xd8\xff\xe0 a picture"
WORDS = "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nسلام\n".encode()
HANDLE, TOKEN = "film", "t" * 24


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("films")) as server:
        for platform in RULES:
            server.register(platform, HANDLE, name="بیمارستان امید", token=TOKEN)
        yield server


def a_film(content: bytes, **more: Any) -> MediaItem:
    told = {"alt_text": "دست‌شستن", "width": 160, "height": 120, "duration_s": 1.0, **more}
    return MediaItem("f" * 64, "video/mp4", content=content, **told)


async def publish(server: Sandbox, platform: str, *media: MediaItem) -> Any:
    kind = registry.adapter("sandbox", platform)
    egress = Egress(frozenset({("127.0.0.1", server.port)}))
    async with open_transport(egress, timeouts=Timeouts(2.0, 30.0)) as transport:
        adapter = kind(SandboxCredentials(server.url, TOKEN), transport)
        content = Content(text="متن", title="عنوان", media=media)
        return await adapter.publish(f"{platform}/{HANDLE}", content, key="a" * 32)


async def text_of(address: str) -> str:
    async with aiohttp.ClientSession() as http, http.get(address) as answer:
        return await answer.text()


async def test_a_film_with_picture_and_captions_arrives_byte_for_byte(shared: Sandbox) -> None:
    content = film()
    beside = {
        "thumbnail": Beside("1" * 64, "image/jpeg", PICTURE),
        "captions": Beside("2" * 64, "text/vtt", WORDS, "fa"),
    }
    for platform in RULES:
        receipt = await publish(shared, platform, a_film(content, **beside))
        (kept,) = shared.log()[-1]["media"]
        for part, bytes_ in ((kept, content), (kept["thumbnail"], PICTURE), (kept["captions"], WORDS)):
            assert (shared.folder / "media" / part["sha256"]).read_bytes() == bytes_
        assert kept["captions"]["lang"] == "fa"
        page = await text_of(receipt.link)
        assert '<video controls preload="metadata"' in page and '<track kind="captions"' in page


async def test_a_phone_may_ask_the_page_for_a_part(shared: Sandbox) -> None:
    content = film()
    await publish(shared, "telegram", a_film(content))
    (kept,) = shared.log()[-1]["media"]
    async with aiohttp.ClientSession() as http:
        asked = http.get(f"{shared.url}/_media/{kept['sha256']}/video-mp4", headers={"Range": "bytes=4-7"})
        async with asked as answer:
            assert (answer.status, await answer.read()) == (206, b"ftyp")


def long_film() -> bytes:
    return film(frames=8, fps=1, sound=None, slow=30)


@pytest.mark.parametrize(
    ("platform", "media", "code"),
    [
        ("bluesky", [a_film(long_film())], "video_too_long"),
        ("bluesky", [a_film(film())] * 2, "too_many_media"),
        ("eitaa", [a_film(film())] * 2, "too_many_media"),
        ("mastodon", [a_film(film()), MediaItem("a" * 64, "image/jpeg", "x", PICTURE)], "media_mixed"),
        ("telegram", [a_film(b"not a film")], "media_type"),
    ],
)
async def test_what_the_platform_does_not_take_is_refused_there(
    shared: Sandbox, platform: str, media: list[MediaItem], code: str
) -> None:
    with pytest.raises(Rejected) as refused:
        await publish(shared, platform, *media)
    assert code in refused.value.evidence


def test_the_servers_own_reading_of_a_length() -> None:
    assert seconds(film()) == pytest.approx(1.0, abs=0.1)
    assert seconds(long_film()) > 180
    assert seconds(b"nothing") == 0.0
