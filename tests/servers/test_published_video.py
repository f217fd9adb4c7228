"""A video from the library the whole way: approved, sent by a running engine to a real WordPress, and read back byte for byte;
in the full run also to a real Matrix homeserver and a real Bluesky server."""

from __future__ import annotations

import re
import urllib.request
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ravi.core import blob
from ravi.core.tenancy import tenant
from ravi.directory import services as directory
from ravi.library.services import add_video
from ravi.library.tests.films import SOMEBODY, film
from tests.servers.pds import Member
from tests.servers.test_matrix import Room
from tests.servers.test_published import (  # noqa: F401 -- the station's fixtures
    Station,
    _errands,
    bots,
    eitaa,
    rubika,
    station,
    wait,
)
from tests.servers.wordpress import WordPressSite

pytestmark = pytest.mark.server

SRT = "1\n00:00:00,000 --> 00:00:00,800\nدست‌ها را بیست ثانیه بشویید.\n"


def kept(station: Station, *channels: Any) -> tuple[Any, dict[str, bytes]]:  # noqa: F811
    """A phone's video with captions in the library, its channels verified; and the bytes of its three files."""
    house = station.house
    with tenant(house.institution.pk):
        for channel in channels:
            directory.request_verification(channel, by=house.editor)
        media = add_video(
            SimpleUploadedFile("x.mp4", film(said=SOMEBODY, frames=50)),
            unit=house.headquarters,
            by=house.editor,
            alt_text="پرستار دست می‌شوید",
            shows_people=False,
            captions_file=SimpleUploadedFile("x.srt", SRT.encode()),
            captions_lang="fa",
        )
        names = {"video": media.sha256, "picture": media.thumbnail_sha256, "captions": media.captions_sha256}
        files = {name: blob.get(house.institution.pk, sha256) for name, sha256 in names.items()}
    wait(lambda: _errands(house) == ["verified"] * len(channels))
    return media, files


def fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=20) as answer:
        content: bytes = answer.read()
        return content


def test_a_video_stands_on_the_website_with_its_picture_and_captions(
    station: Station,  # noqa: F811
    wordpress: WordPressSite,
) -> None:
    media, files = kept(station, station.website)
    post_id = station.publish(station.website, media=(media.pk,))
    wait(lambda: station.states(post_id) == {"wordpress": "sent"})
    shown = wordpress.read(f"/wp/v2/posts/{station.copies(post_id)['wordpress'].remote_id}", context="edit")
    page = shown["content"]["raw"]
    tag = re.search(r"<video[^>]*>.*?</video>", page, re.DOTALL)
    assert tag is not None and 'srclang="fa"' in tag[0] and "پرستار دست می‌شوید" in tag[0]
    addresses = {
        "video": re.search(r'<video[^>]* src="([^"]+)"', tag[0]),
        "picture": re.search(r'poster="([^"]+)"', tag[0]),
        "captions": re.search(r'<track[^>]* src="([^"]+)"', tag[0]),
    }
    assert {name: fetched(found[1]) for name, found in addresses.items() if found} == files


def test_a_room_and_an_account_get_the_same_bytes(station: Station, poster: Member, workshop: Room) -> None:  # noqa: F811
    media, files = kept(station, *station.federated.values())
    post_id = station.publish(*station.federated.values(), media=(media.pk,))
    wait(lambda: set(station.states(post_id).values()) == {"sent"}, 60.0)
    copies = station.copies(post_id)
    record = poster.record(copies["bluesky"].remote_id)
    assert record is not None
    embed = record["value"]["embed"]
    assert (embed["$type"], embed["alt"]) == ("app.bsky.embed.video", "پرستار دست می‌شوید")
    assert embed["video"]["size"] == len(files["video"]) and embed["captions"][0]["lang"] == "fa"
    assert embed["captions"][0]["file"]["size"] == len(files["captions"])
    film_id = copies["matrix"].remote_id.split(",")[-1]
    said = workshop.content(film_id)
    assert (said["msgtype"], said["info"]["size"]) == ("m.video", len(files["video"]))
    assert said["info"]["duration"] == media.duration_ms
