"""X passes the contract on a strict server, and what is its own beside it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from ravi.core.egress import Egress
from ravi.platforms.contract import (
    Content,
    CredentialsRefused,
    HttpAnswer,
    MediaItem,
    NotSent,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Receipt,
    Rejected,
)
from ravi.platforms.contract_faults import NobodyThere, http_answer
from ravi.platforms.contract_samples import image, png
from ravi.platforms.contract_tests import AdapterContract, Shown
from ravi.platforms.shapes.oauth1 import Keys, authorization
from ravi.platforms.transport import open_transport
from ravi.platforms.x.adapter import X, XCredentials
from ravi.platforms.x.profile import PROFILES
from tests.fakes.x_server import XServer, running
from tests.fakes.x_world import POSTS, WINDOW_S, Account

SECRETS = ("app-secret-" + "S" * 30, "account-secret-" + "T" * 30)
MEHREGAN = Account("شبکهٔ بهداشت مهرگان", "Mehregan", "app-key-" + "K" * 17, "2244994945-" + "N" * 30, SECRETS)
KEYS = XCredentials(MEHREGAN.app, SECRETS[0], MEHREGAN.token, SECRETS[1])


class Place:
    """The contract's place: one account, and a look at what stands on it."""

    def __init__(self, server: XServer) -> None:
        self.server, self.port = server, server.port
        self.account = dataclasses.replace(MEHREGAN, followers=1248)
        server.accounts.append(self.account)

    def credentials(self, port: int, *, wrong: bool = False) -> XCredentials:
        changed = {"access_token_secret": "another-secret"} if wrong else {}
        return dataclasses.replace(KEYS, server=f"http://127.0.0.1:{port}", **changed)

    def target(self, _port: int) -> str:
        return "mehregan"

    async def shown(self, receipt: Receipt) -> Shown | None:
        post = self.server.posts.get(receipt.remote_id)
        return post and Shown(post.text, tuple(self.server.media[number].alt_text for number in post.media))

    async def effects(self, _key: str) -> int:
        """X is told no key; everything that was ever put there is this test's."""
        return self.server.ever

    def let_pass(self, _seconds: float) -> None:
        self.server._windows.clear()


@pytest.fixture
async def server() -> AsyncIterator[XServer]:
    async with running(XServer()) as server:
        yield server


def pictures(count: int) -> tuple[MediaItem, ...]:
    contents = [png(2, 2 + number) for number in range(count)]
    return tuple(
        dataclasses.replace(image(f"تصویر {n}"), content=content, sha256=str(n)) for n, content in enumerate(contents)
    )


def film(size_bytes: int) -> MediaItem:
    return MediaItem("f" * 64, "video/mp4", "فیلم", b"\0" * size_bytes, 1280, 720, size_bytes, 12.0)


ME = {"data": {"id": MEHREGAN.number, "name": MEHREGAN.name, "username": MEHREGAN.username}}


def knows_the_account(method: str, path: str) -> bytes | None:
    """The first questions: what time it is, and whom the keys speak for."""
    if (method, path) == ("GET", "/2/users/me"):
        return http_answer("200 OK", "application/json", json.dumps(ME).encode())
    return None


def saying(status: int, body: bytes) -> NobodyThere:
    """The edge of the network, which knows the account, and has one answer to everything else."""

    class Said(NobodyThere):
        async def request(self, _method: str, url: str, **_: object) -> HttpAnswer:
            if url.endswith("/2/users/me"):
                return HttpAnswer(200, {}, json.dumps(ME).encode(), datetime.now(UTC))
            return HttpAnswer(status, {}, body, datetime.now(UTC))

    return Said()


class TestX(AdapterContract):
    adapter_type = X
    profile = PROFILES["x"]
    innocent = staticmethod(knows_the_account)
    good_most = 0.8

    @pytest.fixture
    async def place(self, server: XServer) -> AsyncIterator[Place]:
        yield Place(server)

    async def test_a_post_has_a_link_that_people_open(self, adapter: X, target: str, key: str) -> None:
        receipt = await adapter.publish(f"@{target}", self.content(), key=key)
        assert receipt.link == f"https://x.com/mehregan/status/{receipt.remote_id}"

    async def test_four_images_each_with_its_own_words(self, place: Place, adapter: X, target: str, key: str) -> None:
        shown = await place.shown(await adapter.publish(target, self.content("چهار", media=pictures(4)), key=key))
        assert shown == Shown("چهار", ("تصویر 0", "تصویر 1", "تصویر 2", "تصویر 3"))
        with pytest.raises(Rejected):
            await adapter.publish(target, self.content("پنج", media=pictures(5)), key=key)
        assert place.server.ever == 1

    async def test_a_film_goes_in_parts_and_is_waited_for(
        self, place: Place, adapter: X, target: str, key: str
    ) -> None:
        place.server.looks = 3
        item = film(9 * 1024 * 1024)
        receipt = await adapter.publish(target, self.content("فیلم", media=(item,)), key=key)
        [number] = place.server.posts[receipt.remote_id].media
        media = place.server.media[number]
        assert b"".join(media.parts[n] for n in sorted(media.parts)) == item.content and len(media.parts) == 3
        assert (media.kind, media.category, place.server.looks) == ("video/mp4", "tweet_video", 0)

    async def test_a_film_that_is_never_ready_is_not_sent(
        self, place: Place, adapter: X, target: str, key: str
    ) -> None:
        place.server.looks = 10_000
        with pytest.raises(NotSent, match="still preparing"):
            await adapter.publish(target, self.content("فیلم", media=(film(10),)), key=key)
        assert place.server.ever == 0

    async def test_the_same_words_twice_are_refused_by_name(
        self, place: Place, adapter: X, target: str, key: str
    ) -> None:
        await adapter.publish(target, self.content(), key=key)
        with pytest.raises(Rejected, match="duplicate content") as caught:
            await adapter.publish(target, self.content(), key=key)
        assert caught.value.code == "duplicate" and place.server.ever == 1

    async def test_an_answer_stands_under_its_post(self, place: Place, adapter: X, target: str, key: str) -> None:
        first = await adapter.publish(target, self.content(), key=key)
        answer = await adapter.publish(target, self.content("اصلاحیه", reply_to=first.remote_id), key=key)
        assert place.server.posts[answer.remote_id].reply_to == first.remote_id

    async def test_anothers_post_is_not_removed(self, place: Place, adapter: X, target: str, key: str) -> None:
        receipt = await adapter.publish(target, self.content(), key=key)
        place.server.posts[receipt.remote_id].owner = "somebody"
        with pytest.raises(Rejected, match="not authorized"):
            await adapter.delete(target, receipt.remote_id)

    async def test_a_suspended_account_is_told_as_one(self, place: Place, adapter: X, target: str, key: str) -> None:
        place.account.suspended = True
        with pytest.raises(Rejected) as caught:
            await adapter.publish(target, self.content(), key=key)
        assert caught.value.code == "no_rights"

    async def test_keys_of_another_account_are_named_and_publish_nothing(
        self, place: Place, adapter: X, target: str, key: str
    ) -> None:
        await adapter.publish(target, self.content("خود ما"), key=key)
        for ask in (
            adapter.verify,
            adapter.count,
            lambda target: adapter.publish(target, self.content(), key=key),
            lambda target: adapter.delete(target, "1"),
        ):
            with pytest.raises(Rejected, match="speak for @Mehregan, not for @other") as caught:
                await ask("other")
            assert caught.value.code == "other_account"
        assert place.server.ever == 1

    async def test_whom_keys_speak_for_is_asked_once(self, place: Place, target: str, key: str) -> None:
        async with open_transport(Egress(frozenset({("127.0.0.1", place.port)}))) as transport:
            line = Tells(transport.http, place.server)
            adapter = X(place.credentials(place.port), line)
            for number in range(3):
                await adapter.publish(target, self.content(str(number)), key=key)
        assert line.asked == ["GET /2/users/me"] * 2 + ["POST /2/tweets"] * 3  # the first of them for the time

    async def test_numbers_are_what_x_tells(self, place: Place, adapter: X, target: str, key: str) -> None:
        assert await adapter.count(target) == 1248
        receipt = await adapter.publish(target, self.content(), key=key)
        told = {"impression": 900, "like": 41, "repost": 5, "quote": 2, "reply": 3, "bookmark": 7}
        place.server.posts[receipt.remote_id].counts = told
        found = (await adapter.measure(target, (receipt.remote_id,)))[receipt.remote_id]
        assert (found.views, found.reactions, found.shares, found.replies) == (900, 41, 7, 3)

    async def test_posts_that_are_all_gone_are_no_error(self, adapter: X, target: str) -> None:
        assert await adapter.measure(target, ("1", "2")) == {}

    async def test_two_hundred_and_one_posts_are_asked_for_in_three_questions(
        self, place: Place, adapter: X, target: str
    ) -> None:
        assert await adapter.measure(target, tuple(str(n) for n in range(1, 202))) == {}

    async def test_the_pace_is_told_and_nothing_is_sent_meanwhile(
        self, place: Place, adapter: X, target: str, key: str
    ) -> None:
        start = place.server.now()
        place.server.now = lambda: start
        for number in range(POSTS):
            await adapter.publish(target, self.content(f"پست {number}"), key=key)
        with pytest.raises(RateLimited) as caught:
            await adapter.publish(target, self.content("یکی بیش"), key=key)
        assert WINDOW_S - 60 < caught.value.retry_after_s <= WINDOW_S + 1 and place.server.ever == POSTS

    async def test_an_image_that_gets_lost_is_not_sent(self, place: Place, target: str, key: str) -> None:
        async with self.hostile("html") as hostile, self.adapter_at(place, hostile.port) as adapter:
            with pytest.raises(NotSent, match="did not arrive"):
                await adapter.publish(target, self.content(media=pictures(1)), key=key)


def test_the_signature_is_the_one_of_xs_own_example() -> None:
    """https://docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature, its form's field among the query."""
    keys = Keys(
        "xvz1evFS4wEEPTGEFPHBog", "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
        "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    )  # fmt: skip
    header = authorization(
        keys,
        "post",
        "https://api.x.com/1.1/statuses/update.json",
        {"status": "Hello Ladies + Gentlemen, a signed OAuth request!", "include_entities": "true"},
        nonce="kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        timestamp=1318622958,
    )
    assert 'oauth_signature="Ls93hJiZbQ3akF3HF3x1Bz8%2FzU4%3D"' in header
    assert not [secret for secret in (keys.app_secret, keys.account_secret) if secret in header + repr(keys)]


async def test_nothing_is_sent_in_the_clear() -> None:
    network = NobodyThere()
    with pytest.raises(CredentialsRefused, match="must begin with https://"):
        await X(dataclasses.replace(KEYS, server="http://api.example.org"), network).verify("mehregan")
    assert network.asked == []


async def test_a_number_cannot_lead_elsewhere() -> None:
    class Hears(NobodyThere):
        async def request(self, method: str, url: str, **sent: object) -> HttpAnswer:
            if method == "GET":
                return HttpAnswer(401, {}, b"{}", datetime(2026, 11, 26, tzinfo=UTC))
            return await super().request(method, url, **sent)

    network = Hears()
    with pytest.raises(NotSent):
        await X(KEYS, network).delete("mehregan", "1/../../users/me?x=")
    assert network.asked == ["https://api.x.com/2/tweets/1%2F..%2F..%2Fusers%2Fme%3Fx%3D"]


class Tells(NobodyThere):
    """The server at the end of a line, whose answers say its own time."""

    def __init__(self, inner: Any, server: XServer) -> None:
        super().__init__()
        self.inner, self.server = inner, server

    async def request(self, method: str, url: str, **sent: Any) -> HttpAnswer:
        self.asked.append(f"{method} {urlsplit(url).path}")
        answer: HttpAnswer = await self.inner.request(method, url, **sent)
        said = format_datetime(datetime.fromtimestamp(self.server.now(), UTC), usegmt=True)
        return dataclasses.replace(answer, headers={**answer.headers, "date": said})


async def test_a_machine_whose_clock_is_wrong_signs_with_xs_time(server: XServer) -> None:
    place = Place(server)
    hour_later = server.now() + 3600
    server.now = lambda: hour_later

    async with open_transport(Egress(frozenset({("127.0.0.1", server.port)}))) as transport:
        receipt = await X(place.credentials(server.port), Tells(transport.http, server)).publish(
            "mehregan", Content("سلام"), key="k"
        )
        assert receipt.remote_id in server.posts
        with pytest.raises(CredentialsRefused):
            await X(place.credentials(server.port), transport).publish("mehregan", Content("سلام"), key="k")


async def test_keys_that_rested_for_hours_are_still_good(server: XServer) -> None:
    """An adapter is kept for hours: the time that it heard last is outside of what X takes for now."""
    place, now = Place(server), server.now()
    server.now = lambda: now
    async with open_transport(Egress(frozenset({("127.0.0.1", server.port)}))) as transport:
        line = Tells(transport.http, server)
        adapter = X(place.credentials(server.port), line)
        first = await adapter.publish("mehregan", Content("صبح"), key="1")
        now += 3 * 3600
        second = await adapter.publish("mehregan", Content("ظهر"), key="2")
        assert line.asked[-2:] == ["POST /2/tweets"] * 2 and server.ever == 2
        now += 3 * 3600
        await adapter.delete("mehregan", first.remote_id)
        assert list(server.posts) == [second.remote_id]
        now += 3 * 3600
        place.account.secrets = ("taken", "back")
        line.asked.clear()
        with pytest.raises(CredentialsRefused):
            await adapter.verify("mehregan")
        with pytest.raises(CredentialsRefused):
            await adapter.verify("mehregan")
        assert len(line.asked) == 3  # the second refusal told no other time


@pytest.mark.parametrize(
    ("status", "answer", "error", "code"),
    [
        (201, {"data": {}}, OutcomeUnknown, ""),
        (201, {"data": {"id": True}}, OutcomeUnknown, ""),
        (201, [], OutcomeUnknown, ""),
        (
            200,
            {"errors": [{"type": "https://api.x.com/2/problems/client-forbidden", "detail": "no"}]},
            Rejected,
            "no_rights",
        ),
        (200, {"errors": ["odd"]}, Rejected, "refused"),
        (
            403,
            {"detail": "You are not permitted to perform this action.", "type": "about:blank"},
            Rejected,
            "not_permitted",
        ),
        (402, {"title": "CreditsDepleted", "detail": "no credits"}, Rejected, "http_402"),
        (
            429,
            {"type": "https://api.x.com/2/problems/usage-capped", "title": "UsageCapExceeded"},
            Rejected,
            "usage_capped",
        ),
        (503, {"title": "Service Unavailable"}, OutcomeUnknown, ""),
    ],
)
async def test_each_odd_answer_has_its_name(status: int, answer: Any, error: type[PlatformError], code: str) -> None:
    with pytest.raises(error) as caught:
        await X(KEYS, saying(status, json.dumps(answer).encode())).publish("mehregan", Content("متن"), key="k")
    assert getattr(caught.value, "code", "") == code


async def test_a_removal_that_is_not_confirmed_is_unknown() -> None:
    with pytest.raises(OutcomeUnknown):
        await X(KEYS, saying(200, b'{"data": {"deleted": false}}')).delete("mehregan", "1")


@pytest.mark.parametrize("body", [b"<html>404 Not Found</html>", b"", b'{"message": "no Route matched"}', b"{}"])
async def test_a_gateways_404_removes_nothing(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown, match="is not known"):
        await X(KEYS, saying(404, body)).delete("mehregan", "1")
