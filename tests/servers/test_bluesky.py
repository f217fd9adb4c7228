"""The Bluesky adapter against a real PDS."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.error import HTTPError

import pytest

from ravi.core.egress import Egress
from ravi.platforms.bluesky.adapter import Bluesky
from ravi.platforms.bluesky.profile import PROFILES
from ravi.platforms.bluesky.session import BlueskyCredentials
from ravi.platforms.compose import content_of, fit
from ravi.platforms.contract import (
    Beside,
    Content,
    CredentialsRefused,
    HttpAnswer,
    Mark,
    MediaItem,
    RateLimited,
    Receipt,
    Rejected,
    Transport,
)
from ravi.platforms.contract_faults import HOST, http_answer
from ravi.platforms.contract_samples import PERSIAN, image, png
from ravi.platforms.contract_tests import AdapterContract, Shown
from ravi.platforms.transport import Timeouts, open_transport
from tests.servers.pds import Member, PersonalDataServer, call
from tests.servers.seed import seed_message

pytestmark = pytest.mark.server

VIDEO = MediaItem(
    "f" * 64, "video/mp4", "چگونه دست بشوییم", b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 64, 640, 360, 76, 12.0
)


class BlueskyPlace:
    """One account that all tests share; what it held before a test began is not that test's."""

    def __init__(self, member: Member) -> None:
        self.member, self.port = member, member.port
        self._before = len(member.posts())

    def credentials(self, port: int, *, wrong: bool = False) -> BlueskyCredentials:
        word = "abcd-efgh-ijkl-mnop" if wrong else self.member.app_password
        return BlueskyCredentials(self.member.handle, word, f"http://127.0.0.1:{port}")

    def target(self, _port: int) -> str:
        return self.member.handle

    async def shown(self, receipt: Receipt) -> Shown | None:
        found = self.member.record(receipt.remote_id)
        images = found["value"].get("embed", {}).get("images", []) if found else []
        return Shown(found["value"]["text"], tuple(one["alt"] for one in images)) if found else None

    def lacks(self, receipt: Receipt, content: Content) -> str:
        """Each image with its own words; a video's stand elsewhere."""
        found = self.member.record(receipt.remote_id)
        images = found["value"].get("embed", {}).get("images", []) if found else []
        wanted = [item.alt_text for item in content.media if not item.is_video]
        return (
            ""
            if [one["alt"] for one in images] == wanted
            else f"{len(images)} of {len(wanted)} images as they were sent"
        )

    async def effects(self, _key: str) -> int:
        """A server knows no key of ours: everything that was put there since the test began is its own."""
        return len(self.member.posts()) - self._before


def signs_in_and_has_nothing(_method: str, path: str) -> bytes | None:
    if path.endswith("createSession"):
        session = {
            "did": "did:plc:mehregan",
            "handle": "mehregan.test",
            "accessJwt": "access-1",
            "refreshJwt": "refresh-1",
        }
        return http_answer("200 OK", "application/json", json.dumps(session).encode())
    if "getRecord" in path and not path.endswith("rkey=1"):  # the one that is asked for by its name is hostile too
        no = {"error": "RecordNotFound", "message": "Could not locate record"}
        return http_answer("400 Bad Request", "application/json", json.dumps(no).encode())
    return None


@pytest.fixture(scope="session")
def mehregan(pds: PersonalDataServer) -> Member:
    return pds.member("mehregan")


class TestBluesky(AdapterContract):
    adapter_type = Bluesky
    profile = PROFILES["bluesky"]
    innocent = staticmethod(signs_in_and_has_nothing)

    @pytest.fixture
    async def place(self, mehregan: Member) -> AsyncIterator[BlueskyPlace]:
        place = BlueskyPlace(mehregan)
        yield place
        for post in mehregan.posts():  # or a hundred of them would be all that a list shows
            mehregan.tell(
                "com.atproto.repo.deleteRecord",
                {"repo": mehregan.did, "collection": "app.bsky.feed.post", "rkey": post["uri"].rsplit("/", 1)[1]},
            )

    def is_fatal(self, sent: bytes) -> bool:
        return b"repo.putRecord" in sent

    def record_of(self, place: BlueskyPlace, receipt: Receipt) -> dict[str, Any]:
        found = place.member.record(receipt.remote_id)
        assert found is not None
        value: dict[str, Any] = found["value"]
        return value

    async def test_the_seed_message_is_read_back_whole(
        self, place: BlueskyPlace, adapter: Bluesky, target: str, key: str
    ) -> None:
        parts = seed_message()
        fitted = fit(parts, self.profile)
        assert (fitted.name, fitted.problems) == ("short", ())
        receipt = await adapter.publish(target, content_of(parts, fitted), key=key)
        record = self.record_of(place, receipt)
        assert (record["text"], record["langs"]) == (fitted.text, ["fa"])
        links = [f["features"][0]["uri"] for f in record["facets"] if "uri" in f["features"][0]]
        assert parts.link in links
        rkey = receipt.remote_id.rsplit("/", 1)[1]
        assert receipt.link == f"https://bsky.app/profile/mehregan.test/post/{rkey}"

    async def test_the_same_copy_again_is_the_same_post(
        self, place: BlueskyPlace, adapter: Bluesky, target: str, key: str
    ) -> None:
        first = await adapter.publish(target, self.content("یک بار"), key=key)
        stood = self.record_of(place, first)
        again = await adapter.publish(target, self.content("بار دوم، با واژه‌های دیگر"), key=key)
        assert (again.remote_id, again.link) == (first.remote_id, first.link)
        assert self.record_of(place, first) == stood and await place.effects(key) == 1
        async with self.adapter_at(place, place.port) as other:  # signed in anew
            assert (await other.publish(target, self.content("یک بار"), key=key)).remote_id == first.remote_id
        assert await place.effects(key) == 1

    async def test_two_that_come_at_the_same_moment_are_one_post(
        self, place: BlueskyPlace, adapter: Bluesky, target: str, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Both have looked and found nothing; the server lets only one of them write."""
        first = await adapter.publish(target, self.content("نخستین"), key=key)
        looked: list[str] = []

        async def nothing_yet(account: Any, rkey: str) -> Receipt | None:
            looked.append(rkey)
            return None if len(looked) == 1 else await Bluesky._standing(adapter, account, rkey)

        monkeypatch.setattr(adapter, "_standing", nothing_yet)
        again = await adapter.publish(target, self.content("دومی"), key=key)
        assert again.remote_id == first.remote_id and len(looked) == 2
        assert self.record_of(place, first)["text"] == "نخستین" and await place.effects(key) == 1

    async def test_links_and_hashtags_are_where_their_words_are(
        self, place: BlueskyPlace, adapter: Bluesky, target: str, key: str
    ) -> None:
        text = f"{PERSIAN}\n#نیم‌فاصله و صفحهٔ برنامه"
        start = text.index("صفحه")
        marked = Mark("link", start, len(text), "https://example.org/برنامه")
        record = self.record_of(place, await adapter.publish(target, self.content(text, marks=(marked,)), key=key))
        raw = record["text"].encode()
        told = [
            (
                raw[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode(),
                next(iter(_plain(f["features"][0]).values())),
            )
            for f in record["facets"]
        ]
        assert told == [
            ("https://example.org/a?b=1&c=2", "https://example.org/a?b=1&c=2"),
            ("#نیم‌فاصله", "نیم‌فاصله"),
            ("صفحهٔ برنامه", "https://example.org/برنامه"),
        ]

    async def test_four_images_keep_order_words_and_shape(
        self, place: BlueskyPlace, adapter: Bluesky, target: str, key: str
    ) -> None:
        media = tuple(
            dataclasses.replace(image(f"تصویر {n}"), content=png(2, n), sha256=str(n), width=2, height=n)
            for n in range(2, 7)
        )
        record = self.record_of(place, await adapter.publish(target, self.content(media=media[:4]), key=key))
        assert [(one["alt"], one["aspectRatio"]["height"]) for one in record["embed"]["images"]] == [
            (f"تصویر {n}", n) for n in range(2, 6)
        ]
        assert adapter.validate(self.content(media=media), self.profile) != []
        with pytest.raises(Rejected):
            await adapter.publish(target, self.content(media=media), key=f"{key}-5")

    async def test_an_image_of_a_byte_too_many_is_refused_there_and_here(
        self, place: BlueskyPlace, adapter: Bluesky, target: str, key: str
    ) -> None:
        for size, is_taken in ((1_000_000, True), (1_000_001, False)):
            large = dataclasses.replace(image("بزرگ"), content=png() + b"\0" * (size - len(png())))
            content = self.content(media=(large,))
            assert (adapter.validate(content, self.profile) == []) is is_taken
            if is_taken:
                await adapter.publish(target, content, key=f"{key}-{size}")
            else:
                with pytest.raises(Rejected):
                    await adapter.publish(target, content, key=f"{key}-{size}")
        assert await place.effects(key) == 1

    async def test_a_video_has_its_words_and_captions(
        self, place: BlueskyPlace, adapter: Bluesky, target: str, key: str
    ) -> None:
        captions = Beside("c" * 64, "text/vtt", "WEBVTT\n\n00:00.000 --> 00:02.000\nسلام\n".encode())
        video = dataclasses.replace(VIDEO, captions=captions)
        content = self.content("فیلم", media=(video,))
        assert adapter.validate(content, self.profile) == []
        embed = self.record_of(place, await adapter.publish(target, content, key=key))["embed"]
        assert (embed["$type"], embed["alt"], embed["video"]["mimeType"]) == (
            "app.bsky.embed.video", VIDEO.alt_text, "video/mp4",
        )  # fmt: skip
        assert embed["captions"][0]["lang"] == "fa" and embed["aspectRatio"] == {"width": 640, "height": 360}
        mixed = self.content(media=(video, image("تصویر")))
        assert [p.code for p in adapter.validate(mixed, self.profile)] == ["media_mixed"]
        with pytest.raises(Rejected):
            await adapter.publish(target, mixed, key=f"{key}-2")

    async def test_an_answer_hangs_under_its_post_and_under_where_the_thread_began(
        self, place: BlueskyPlace, adapter: Bluesky, target: str, key: str
    ) -> None:
        first = await adapter.publish(target, self.content(), key=key)
        second = await adapter.publish(target, self.content("دو", reply_to=first.remote_id), key=f"{key}-2")
        third = await adapter.publish(target, self.content("سه", reply_to=second.remote_id), key=f"{key}-3")
        reply = self.record_of(place, third)["reply"]
        assert (reply["root"]["uri"], reply["parent"]["uri"]) == (first.remote_id, second.remote_id)
        await adapter.delete(target, first.remote_id)
        with pytest.raises(Rejected, match="is not there"):
            await adapter.publish(target, self.content(reply_to=first.remote_id), key=f"{key}-4")

    async def test_a_pin_stands_in_the_profile_and_the_profiles_words_stay(
        self, place: BlueskyPlace, adapter: Bluesky, target: str, key: str
    ) -> None:
        me = place.member
        named = {"$type": "app.bsky.actor.profile", "displayName": "شبکهٔ بهداشت مهرگان"}
        wish = {"repo": me.did, "collection": "app.bsky.actor.profile", "rkey": "self", "record": named}
        me.tell("com.atproto.repo.putRecord", wish)
        receipt = await adapter.publish(target, self.content(pin=True), key=key)
        profile = me.record(f"at://{me.did}/app.bsky.actor.profile/self")
        assert profile is not None and profile["value"]["displayName"] == "شبکهٔ بهداشت مهرگان"
        assert profile["value"]["pinnedPost"]["uri"] == receipt.remote_id
        await adapter.pin(target, receipt.remote_id)
        again = me.record(f"at://{me.did}/app.bsky.actor.profile/self")
        assert again == profile, "what is pinned is not written once more"
        assert (await adapter.verify(target)).name == "شبکهٔ بهداشت مهرگان"
        await adapter.delete(target, receipt.remote_id)
        with pytest.raises(Rejected, match="not there any more"):
            await adapter.pin(target, receipt.remote_id)

    async def test_a_pin_and_new_words_of_the_profile_at_the_same_moment_both_stay(
        self, place: BlueskyPlace, adapter: Bluesky, target: str, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        me, tell, changed = place.member, adapter._session.tell, 0
        receipt = await adapter.publish(target, self.content(), key=key)
        assert "embed" not in self.record_of(place, receipt), "words alone bring no empty row of images"

        async def somebody_is_quicker(name: str, wish: Any) -> Any:
            nonlocal changed
            if wish["collection"] == "app.bsky.actor.profile" and not changed:
                changed += 1
                named = {"$type": "app.bsky.actor.profile", "displayName": f"نام تازهٔ {key[-6:]}"}
                record = {"repo": me.did, "collection": "app.bsky.actor.profile", "rkey": "self", "record": named}
                me.tell("com.atproto.repo.putRecord", record)
            return await tell(name, wish)

        monkeypatch.setattr(adapter._session, "tell", somebody_is_quicker)
        await adapter.pin(target, receipt.remote_id)
        profile = me.record(f"at://{me.did}/app.bsky.actor.profile/self")
        assert profile is not None and changed == 1
        assert profile["value"]["displayName"] == f"نام تازهٔ {key[-6:]}"
        assert profile["value"]["pinnedPost"]["uri"] == receipt.remote_id

    async def test_counts_are_those_of_others_records(
        self, pds: PersonalDataServer, place: BlueskyPlace, adapter: Bluesky, target: str, key: str
    ) -> None:
        fan = pds.member(f"fan{key[-8:]}")
        before = await adapter.count(target)
        post = await adapter.publish(target, self.content(), key=key)
        record = place.member.record(post.remote_id)
        assert record is not None
        ref = {"uri": record["uri"], "cid": record["cid"]}
        fan.write("app.bsky.feed.like", {"subject": ref})
        fan.write("app.bsky.feed.repost", {"subject": ref})
        fan.write("app.bsky.feed.post", {"text": "ببینید", "embed": {"$type": "app.bsky.embed.record", "record": ref}})
        fan.write("app.bsky.feed.post", {"text": "سپاس", "reply": {"root": ref, "parent": ref}})
        fan.write("app.bsky.graph.follow", {"subject": place.member.did})
        counts = (await adapter.measure(target, (post.remote_id,)))[post.remote_id]
        assert (counts.views, counts.reactions, counts.shares, counts.replies) == (None, 1, 2, 1)
        assert await adapter.count(target) == before + 1

    async def test_more_posts_than_one_question_takes_are_asked_in_turn(
        self, place: BlueskyPlace, adapter: Bluesky, target: str, key: str
    ) -> None:
        ids = [(await adapter.publish(target, self.content(str(n)), key=f"{key}-{n}")).remote_id for n in range(27)]
        assert set(await adapter.measure(target, tuple(ids))) == set(ids)

    async def test_a_password_of_another_account_publishes_nothing(
        self, place: BlueskyPlace, adapter: Bluesky, key: str
    ) -> None:
        with pytest.raises(Rejected, match="is for mehregan.test") as caught:
            await adapter.publish("tabriz.test", self.content(), key=key)
        assert caught.value.code == "other_account" and await place.effects(key) == 0
        with pytest.raises(Rejected, match="not of the account"):
            await adapter.delete("mehregan.test", "at://did:plc:somebody/app.bsky.feed.post/3k")


def _plain(feature: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in feature.items() if name != "$type"}


async def test_a_session_that_ended_is_renewed_and_one_that_was_closed_signs_in_again(pds: PersonalDataServer) -> None:
    me = pds.member("renewing")
    async with at(me) as (adapter, listening):
        await adapter.verify(me.handle)
        session = adapter._session
        kept = await session.account()
        session._account = dataclasses.replace(kept, access="ended")
        await adapter.verify(me.handle)
        assert listening.times("createSession") == 1 and listening.times("refreshSession") == 1
        closing = await session.account()
        session._account = dataclasses.replace(closing, access="ended", refresh="ended too")
        await adapter.verify(me.handle)
        assert listening.times("createSession") == 2
        session._account = dataclasses.replace(await session.account(), access="ended", refresh="ended too")
        me.tell("com.atproto.server.revokeAppPassword", {"name": "ravi"})
        with pytest.raises(CredentialsRefused):
            await adapter.verify(me.handle)


async def test_a_true_not_now_names_its_delay(pds: PersonalDataServer) -> None:
    """The server's own pace: thirty times signing in within five minutes."""
    me = pds.member("hurried", is_paced=True)
    for _ in range(29):  # each of them counts, also one that is refused at first sight
        with pytest.raises(HTTPError, match="401"):
            call(me.url, "com.atproto.server.createSession", {"identifier": me.handle, "password": "x" * 600})
    async with at(me) as (adapter, listening):
        await adapter.verify(me.handle)
        for _ in range(3):  # the session is kept, so that nothing more is asked of the pace
            await adapter.verify(me.handle)
        assert listening.times("createSession") == 1
    async with at(me) as (adapter, _):
        with pytest.raises(RateLimited) as caught:
            await adapter.publish(me.handle, Content("سلام"), key="k")
    assert 0 < caught.value.retry_after_s <= 300
    assert me.posts() == []


class Listening:
    """A transport that remembers what was asked."""

    def __init__(self, transport: Transport) -> None:
        self.http, self.smtp = self, transport.smtp
        self._http, self.asked = transport.http, list[str]()

    async def request(self, method: str, url: str, **sent: Any) -> HttpAnswer:
        self.asked.append(url)
        return await self._http.request(method, url, **sent)

    def times(self, name: str) -> int:
        return sum(url.endswith(name) for url in self.asked)


@asynccontextmanager
async def at(me: Member) -> AsyncIterator[tuple[Bluesky, Listening]]:
    egress = Egress(frozenset({(HOST, me.port)}))
    async with open_transport(egress, timeouts=Timeouts(connect_s=2.0, answer_s=30.0)) as transport:
        listening = Listening(transport)
        yield Bluesky(BlueskyCredentials(me.handle, me.app_password, me.url), listening), listening
