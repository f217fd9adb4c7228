"""Facebook passes the contract on a strict server, and what is its own beside it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ravi.platforms.contract import (
    LONGEST_WAIT_S,
    Content,
    Counts,
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
from ravi.platforms.facebook.adapter import Facebook, FacebookCredentials
from ravi.platforms.facebook.graph import VERSION, _regain_s
from ravi.platforms.facebook.profile import PROFILES
from tests.fakes.graph_server import PART, GraphServer, Page, running

TOKEN = "EAAG" + "m" * 60
ME = {"id": "100064", "name": "شبکهٔ بهداشت مهرگان", "username": "mehregan"}


class Place:
    """The contract's place: one Page, and a look at what stands on it."""

    def __init__(self, server: GraphServer) -> None:
        self.server, self.port = server, server.port
        self.page = Page(ME["id"], ME["name"], ME["username"], TOKEN, followers=1248)
        server.pages.append(self.page)

    def credentials(self, port: int, *, wrong: bool = False) -> FacebookCredentials:
        return FacebookCredentials("EAAGanother" if wrong else TOKEN, f"http://127.0.0.1:{port}")

    def target(self, _port: int) -> str:
        return "Mehregan"

    async def shown(self, receipt: Receipt) -> Shown | None:
        post = self.server.posts.get(receipt.remote_id.partition("~")[0].removeprefix("v"))
        return post and Shown(post.text, tuple(photo.alt_text for photo in post.photos))

    async def effects(self, _key: str) -> int:
        """Facebook is told no key; everything that was ever put there is this test's."""
        return self.server.ever


@pytest.fixture
async def server() -> AsyncIterator[GraphServer]:
    async with running(GraphServer()) as server:
        yield server


def pictures(count: int) -> tuple[MediaItem, ...]:
    contents = [png(2, 2 + number) for number in range(count)]
    return tuple(
        dataclasses.replace(image(f"تصویر {n}"), content=content, sha256=str(n)) for n, content in enumerate(contents)
    )


def knows_the_page(method: str, path: str) -> bytes | None:
    """The question before each call, whom the token speaks for; not the one that asks for a number."""
    if method == "GET" and path.startswith(f"/{VERSION}/me?") and "followers_count" not in path:
        return http_answer("200 OK", "application/json", json.dumps(ME).encode())
    return None


class TestFacebook(AdapterContract):
    adapter_type = Facebook
    profile = PROFILES["facebook"]
    innocent = staticmethod(knows_the_page)
    good_most = 0.8

    @pytest.fixture
    async def place(self, server: GraphServer) -> AsyncIterator[Place]:
        yield Place(server)

    async def test_a_post_has_the_link_that_facebook_tells(self, adapter: Facebook, target: str, key: str) -> None:
        receipt = await adapter.publish(target, self.content(), key=key)
        assert receipt.link == f"https://www.facebook.com/{receipt.remote_id.replace('_', '/posts/')}"

    async def test_images_stand_in_one_post_each_with_its_own_words(
        self, place: Place, adapter: Facebook, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content("سه", media=pictures(3)), key=key)
        assert await place.shown(receipt) == Shown("سه", ("تصویر 0", "تصویر 1", "تصویر 2"))
        assert place.server.ever == 1

    async def test_the_images_of_a_post_stay_as_they_are(
        self, place: Place, adapter: Facebook, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content("دو", media=pictures(2)), key=key)
        edited = await adapter.edit(target, receipt.remote_id, self.content("نو", media=pictures(2)), key=key)
        assert edited.remote_id == receipt.remote_id
        others = (pictures(1), (), tuple(dataclasses.replace(one, alt_text="دیگر") for one in pictures(2)))
        for media in others:
            with pytest.raises(Rejected, match="stay as they are") as caught:
                await adapter.edit(target, receipt.remote_id, self.content("هیچ", media=media), key=key)
            assert caught.value.code == "media_changed"
        shown = await place.shown(receipt)
        assert shown is not None and shown.text == "نو"

    async def test_a_film_goes_in_parts_and_is_changed_counted_and_removed(
        self, place: Place, adapter: Facebook, target: str, key: str
    ) -> None:
        size = 2 * PART + 5
        film = MediaItem("f" * 64, "video/mp4", "فیلم", b"\1" * size, 1280, 720, size, 12.0)
        receipt = await adapter.publish(target, self.content("فیلم", media=(film,)), key=key)
        number = receipt.remote_id.partition("~")[0].removeprefix("v")
        assert place.server.posts[number].film == film.content
        assert receipt.link == f"https://www.facebook.com/{ME['id']}/videos/{number}/"
        await adapter.edit(target, receipt.remote_id, self.content("توضیح نو", media=(film,)), key=key)
        assert place.server.posts[number].text == "توضیح نو"
        assert await adapter.measure(target, (receipt.remote_id,)) == {receipt.remote_id: Counts()}
        await adapter.delete(target, receipt.remote_id)
        assert place.server.posts == {} and await adapter.measure(target, (receipt.remote_id,)) == {}

    async def test_numbers_are_what_facebook_tells(
        self, place: Place, adapter: Facebook, target: str, key: str
    ) -> None:
        assert await adapter.count(target) == 1248
        receipt = await adapter.publish(target, self.content(media=pictures(1)), key=key)
        post = place.server.posts[receipt.remote_id.partition("~")[0]]
        post.reactions, post.comments = 41, 3
        assert await adapter.measure(target, (receipt.remote_id,)) == {
            receipt.remote_id: Counts(reactions=41, replies=3)
        }

    async def test_a_token_of_another_page_publishes_nothing(self, place: Place, adapter: Facebook, key: str) -> None:
        for ask in (adapter.verify, adapter.count, lambda target: adapter.publish(target, self.content(), key=key)):
            with pytest.raises(Rejected, match="not for other_page") as caught:
                await ask("other_page")
            assert caught.value.code == "other_account"
        assert place.server.ever == 0

    async def test_a_page_is_known_by_its_number_too(self, adapter: Facebook, key: str) -> None:
        assert (await adapter.verify(ME["id"])).handle == ME["id"]

    async def test_a_page_that_forbids_us_is_told_as_one(
        self, place: Place, adapter: Facebook, target: str, key: str
    ) -> None:
        place.page.may_post = False
        with pytest.raises(Rejected) as caught:
            await adapter.publish(target, self.content(), key=key)
        assert caught.value.code == "no_rights" and place.server.ever == 0

    async def test_the_same_words_twice_are_refused_by_name(self, adapter: Facebook, target: str, key: str) -> None:
        await adapter.publish(target, self.content(), key=key)
        with pytest.raises(Rejected, match="Duplicate status") as caught:
            await adapter.publish(target, self.content(), key=key)
        assert caught.value.code == "duplicate"

    async def test_a_page_that_called_too_often_waits_as_long_as_it_is_told(
        self, place: Place, adapter: Facebook, target: str, key: str
    ) -> None:
        place.server.calls_left = 1
        with pytest.raises(RateLimited, match="Page request limit") as caught:
            await adapter.publish(target, self.content(), key=key)
        assert caught.value.retry_after_s == 19 * 60 and place.server.ever == 0

    async def test_what_is_gone_is_not_believed_of_a_dead_token(
        self, place: Place, adapter: Facebook, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content(), key=key)
        place.server.posts[receipt.remote_id].page = "another"
        place.page.username = "renamed"
        with pytest.raises(Rejected, match="not for Mehregan"):
            await adapter.delete(target, receipt.remote_id)

    async def test_an_image_that_gets_lost_is_not_sent(self, place: Place, target: str, key: str) -> None:
        async with self.hostile("html") as hostile, self.adapter_at(place, hostile.port) as adapter:
            with pytest.raises(NotSent, match="did not arrive"):
                await adapter.publish(target, self.content(media=pictures(1)), key=key)


async def test_a_token_is_not_sent_in_the_clear() -> None:
    network = NobodyThere()
    with pytest.raises(CredentialsRefused, match="must begin with https://"):
        await Facebook(FacebookCredentials(TOKEN, "http://graph.example.org"), network).verify("x")
    assert network.asked == []


@pytest.mark.parametrize(
    ("status", "error", "kind", "code"),
    [
        (400, {"code": 190, "message": "Error validating access token: Session has expired"}, CredentialsRefused, ""),
        (400, {"code": 102, "message": "API Session"}, CredentialsRefused, ""),
        (400, {"code": 4, "message": "(#4) Application request limit reached"}, RateLimited, ""),
        (500, {"code": 1, "message": "An unknown error occurred"}, OutcomeUnknown, ""),
        (400, {"code": 2, "message": "Service temporarily unavailable"}, OutcomeUnknown, ""),
        (200, {"code": 10, "message": "(#10) Permission Denied"}, Rejected, "no_rights"),
        (400, {"code": 368, "message": "temporarily blocked for policies violations"}, Rejected, "blocked"),
        (400, {"code": 1609005, "message": "Error posting link"}, Rejected, "1609005"),
        (400, "odd", Rejected, "odd"),
    ],
)
async def test_each_refusal_has_its_name(status: int, error: object, kind: type[PlatformError], code: str) -> None:
    class Odd(NobodyThere):
        async def request(self, method: str, url: str, **_: object) -> HttpAnswer:
            said: Any = ME if method == "GET" else {"error": error}
            return HttpAnswer(200 if method == "GET" else status, {}, json.dumps(said).encode(), datetime.now(UTC))

    with pytest.raises(kind) as caught:
        await Facebook(FacebookCredentials(TOKEN), Odd()).publish("mehregan", Content("متن"), key="k")
    assert type(caught.value) is kind and getattr(caught.value, "code", "") == code


@pytest.mark.parametrize("answer", [{"success": False}, {}, [], {"id": "1"}])
async def test_a_change_that_is_not_confirmed_is_unknown(answer: object) -> None:
    class Odd(NobodyThere):
        async def request(self, method: str, url: str, **_: object) -> HttpAnswer:
            return HttpAnswer(200, {}, json.dumps(answer).encode(), datetime.now(UTC))

    facebook = Facebook(FacebookCredentials(TOKEN), Odd())
    with pytest.raises(OutcomeUnknown):
        await facebook.edit("mehregan", "1_2", Content("متن"), key="k")
    with pytest.raises(OutcomeUnknown):
        await facebook.delete("mehregan", "1_2")


@pytest.mark.parametrize("minutes", [10**13, 10**400])
def test_a_wait_that_no_calendar_holds_is_a_day(minutes: int) -> None:
    assert _regain_s(json.dumps({"1": [{"estimated_time_to_regain_access": minutes}]})) == LONGEST_WAIT_S
