"""Reading back on real servers: what somebody else changed there is seen, and a running engine finds by itself what stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from ravi.core.egress import Egress
from ravi.core.tenancy import tenant
from ravi.delivery.models import ReadBack
from ravi.platforms.bluesky.adapter import Bluesky
from ravi.platforms.contract import Content, Mark, Standing
from ravi.platforms.contract_faults import HOST
from ravi.platforms.contract_samples import PERSIAN, image
from ravi.platforms.matrix.adapter import Matrix
from ravi.platforms.transport import open_transport
from ravi.platforms.wordpress.adapter import WordPress
from ravi.platforms.wordpress.html import post_html
from ravi.publishing import services
from ravi.publishing.models import Post
from tests.servers.pds import Member
from tests.servers.synapse import Account
from tests.servers.test_bluesky import BlueskyPlace
from tests.servers.test_corrected import OLD, _corrected, _said
from tests.servers.test_matrix import Room
from tests.servers.test_published import (  # noqa: F401 -- the station's fixtures
    DraftFields,
    Station,
    bots,
    eitaa,
    rubika,
    station,
    wait,
)
from tests.servers.test_wordpress import WordPressPlace
from tests.servers.wordpress import WordPressSite

pytestmark = pytest.mark.server


@asynccontextmanager
async def opened(kind: Any, place: Any) -> AsyncIterator[Any]:
    async with open_transport(Egress(frozenset({(HOST, place.port)}))) as transport:
        yield kind(place.credentials(place.port), transport)


async def test_what_somebody_changed_on_the_site_is_found(wordpress: WordPressSite) -> None:
    place = WordPressPlace(wordpress)
    target = place.target(place.port)
    marks = (Mark("bold", 0, 5), Mark("link", 6, 12, "https://example.org/?a=1&b=[x]"))
    new = Content(PERSIAN, "عنوان «نو» & <تازه>", media=(image("پوستر"),), marks=marks)
    async with opened(WordPress, place) as adapter:
        receipt = await adapter.publish(target, Content("پیش", "عنوان"), key="read-back-site")
        await adapter.edit(target, receipt.remote_id, new, key="read-back-site")
        stands = await adapter.read(target, receipt.remote_id, new)
        assert stands is not None and stands.is_as_sent
        post = f"/wp/v2/posts/{receipt.remote_id}"
        wordpress.write(post, title="عنوان دیگر")
        stands = await adapter.read(target, receipt.remote_id, new)
        assert stands is not None and not stands.is_as_sent and stands.words.startswith("عنوان دیگر")
        wordpress.write(post, title=new.title, content=post_html(OLD))
        stands = await adapter.read(target, receipt.remote_id, new)
        assert stands == Standing(f"{new.title}\n\n{OLD}", False)
        for status in ("draft", "private", "pending"):
            wordpress.write(post, status=status)
            assert await adapter.read(target, receipt.remote_id, new) is None, status


async def test_in_a_room_only_our_own_latest_wording_counts(mehregan: Account, room: str) -> None:
    place = Room(mehregan, room)
    old, new = Content(OLD, media=(image("پوستر"),)), Content(PERSIAN, media=(image("پوستر"),))
    async with opened(Matrix, place) as adapter:
        receipt = await adapter.publish(room, old, key="read-back-room")
        for content, key in ((new, "2"), (old, "3"), (new, "4")):
            await adapter.edit(room, receipt.remote_id, content, key=f"read-back-room-{key}")
            stands = await adapter.read(room, receipt.remote_id, content)
            assert stands is not None and stands.is_as_sent, key
        words, picture = receipt.remote_id.split(",")
        await adapter.delete(room, picture)
        stands = await adapter.read(room, receipt.remote_id, new)
        assert stands == Standing(PERSIAN, False)  # a part of it is gone
        await adapter.delete(room, words)
        assert await adapter.read(room, receipt.remote_id, new) is None


async def test_a_record_that_another_program_wrote_over_is_found(poster: Member) -> None:
    place = BlueskyPlace(poster)
    sent = Content(PERSIAN[:120])
    async with opened(Bluesky, place) as adapter:
        receipt = await adapter.publish(poster.handle, sent, key="read-back-record")
        record = poster.record(receipt.remote_id)
        assert record is not None
        value = {**record["value"], "text": OLD}
        rkey = receipt.remote_id.rsplit("/", 1)[1]
        poster.tell(
            "com.atproto.repo.putRecord",
            {"repo": poster.did, "collection": "app.bsky.feed.post", "rkey": rkey, "record": value},
        )
        assert await adapter.read(poster.handle, receipt.remote_id, sent) == Standing(OLD, False)
        await adapter.delete(poster.handle, receipt.remote_id)
        assert await adapter.read(poster.handle, receipt.remote_id, sent) is None


def test_the_engine_looks_by_itself_and_changes_nothing(station: Station, wordpress: WordPressSite) -> None:  # noqa: F811
    """One message is corrected, another taken back; on the website somebody puts the old words back before Ravi looks."""
    house, channels = station.house, (station.website, *station.federated.values(), station.telegram)
    names = {channel.platform for channel in channels}

    def published(text: str) -> int:
        fields = DraftFields(title="واکسن", text=text, channel_ids=frozenset(channel.pk for channel in channels))
        with tenant(house.institution.pk):
            return _said(station, services.start_post(house.headquarters, fields, by=house.editor))

    kept, taken = published(OLD), published("این پیام نادرست است.")
    wait(lambda: all(station.states(one) == dict.fromkeys(names, "sent") for one in (kept, taken)), within_s=120)
    made = _corrected(station, kept)
    with tenant(house.institution.pk):
        services.withdraw_post(Post.objects.get(pk=taken), by=house.head, reason="نادرست")
    wait(lambda: station.states(made) == dict.fromkeys(names, "sent"), within_s=120)
    post = f"/wp/v2/posts/{station.copies(kept)['wordpress'].remote_id}"
    wordpress.write(post, content=post_html(OLD))

    def found() -> dict[tuple[str, str], tuple[str, int]]:
        with tenant(house.institution.pk):
            rows = ReadBack.objects.values_list("delivery__platform", "delivery__action", "outcome", "looks")
            return {(platform, action): (outcome, looks) for platform, action, outcome, looks in rows}

    wait(lambda: len(found()) == 5 and all(looks for _outcome, looks in found().values()), within_s=240)
    assert found() == {
        ("matrix", "edit"): ("stands", 1),
        ("wordpress", "edit"): ("waits", 1),  # it is looked at once more before anybody is called
        ("bluesky", "delete"): ("removed", 1),
        ("matrix", "delete"): ("removed", 1),
        ("wordpress", "delete"): ("removed", 1),
    }
    assert OLD in wordpress.read(post, context="edit")["content"]["raw"]
