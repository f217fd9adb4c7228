"""Mastodon passes the contract on a strict server, and what is its own beside it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ravi.platforms import registry
from ravi.platforms.contract import (
    Beside,
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
from ravi.platforms.contract_samples import PERSIAN, image, png
from ravi.platforms.contract_tests import AdapterContract, Shown
from ravi.platforms.mastodon.adapter import Mastodon, MastodonCredentials
from ravi.platforms.mastodon.profile import PROFILES
from tests.fakes.mastodon_server import MastodonServer, running
from tests.fakes.mastodon_world import Account

TOKEN = "an-account's-own-token"
HOUR_S = 3_600


class Place:
    """The contract's place: one account, and a look at what stands on it."""

    def __init__(self, server: MastodonServer) -> None:
        self.server, self.port = server, server.port
        self.account = server.world.add(Account("7", "mehregan", "شبکهٔ بهداشت مهرگان", TOKEN))

    def credentials(self, port: int, *, wrong: bool = False) -> MastodonCredentials:
        return MastodonCredentials(f"http://127.0.0.1:{port}", "not-the-token" if wrong else TOKEN)

    def target(self, _port: int) -> str:
        return "mehregan@social.example"

    async def shown(self, receipt: Receipt) -> Shown | None:
        status = self.account.statuses.get(receipt.remote_id)
        alts = (self.account.media[one].description or "" for one in status.media) if status else ()
        return status and Shown(status.text, tuple(alts))

    async def effects(self, key: str) -> int:
        return self.account.ever.count(key)

    def let_pass(self, seconds: float) -> None:
        now = self.server.now
        self.server.now = lambda: now() + seconds

    def texts(self) -> list[str]:
        return [status.text for status in self.account.statuses.values()]


@pytest.fixture
async def server() -> AsyncIterator[MastodonServer]:
    async with running(MastodonServer()) as server:
        yield server


def film(**changes: Any) -> MediaItem:
    content = b"\0\0\0\x18ftypmp42" + b"\0" * 64
    return MediaItem("f" * 64, "video/mp4", "فیلم کوتاه", content, duration_s=4.0, **changes)


def knows_the_account(method: str, path: str) -> bytes | None:
    """The questions before the first post: whose token it is, and what the server is called. No number is told."""
    told = {
        "/api/v1/accounts/verify_credentials": {"username": "mehregan"},
        "/api/v2/instance": {"domain": "social.example"},
    }
    if method == "GET" and path in told:
        return http_answer("200 OK", "application/json", json.dumps(told[path]).encode())
    return None


class TestMastodon(AdapterContract):
    adapter_type = Mastodon
    profile = PROFILES["mastodon"]
    innocent = staticmethod(knows_the_account)

    @pytest.fixture
    async def place(self, server: MastodonServer) -> AsyncIterator[Place]:
        yield Place(server)

    def pictures(self, count: int) -> tuple[MediaItem, ...]:
        return tuple(dataclasses.replace(image(f"تصویر {n}"), content=png(2, 2 + n)) for n in range(count))

    async def test_a_key_holds_for_an_hour_and_then_no_more(
        self, place: Place, adapter: Mastodon, target: str, key: str
    ) -> None:
        now = 1_800_000_000.0
        place.server.now = lambda: now
        first = await adapter.publish(target, self.content(media=self.pictures(1)), key=key)
        now += HOUR_S - 1
        again = await adapter.publish(target, self.content(media=self.pictures(1)), key=key)
        assert (again.remote_id, again.link) == (first.remote_id, first.link) and await place.effects(key) == 1
        now += 1
        assert (await adapter.publish(target, self.content(), key=key)).remote_id != first.remote_id
        assert (self.adapter_type.idempotency.kind, self.adapter_type.idempotency.lifetime_s) == ("native", HOUR_S)

    async def test_a_key_holds_over_an_edit(self, place: Place, adapter: Mastodon, target: str, key: str) -> None:
        first = await adapter.publish(target, self.content("اول"), key=key)
        await adapter.edit(target, first.remote_id, self.content("دوم"), key=key)
        assert (await adapter.publish(target, self.content("اول"), key=key)).remote_id == first.remote_id
        assert place.texts() == ["دوم"]

    async def test_a_post_is_public_and_says_its_language(
        self, place: Place, adapter: Mastodon, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content("سلاو", lang="ckb"), key=key)
        status = place.account.statuses[receipt.remote_id]
        assert (status.visibility, status.language) == ("public", "ckb")
        assert receipt.link == f"{place.server.base}/@mehregan/{receipt.remote_id}"

    async def test_an_album_of_four_is_taken_and_five_are_predicted(
        self, place: Place, adapter: Mastodon, target: str, key: str
    ) -> None:
        shown = await place.shown(await adapter.publish(target, self.content(media=self.pictures(4)), key=key))
        assert shown is not None and shown.alts == ("تصویر 0", "تصویر 1", "تصویر 2", "تصویر 3")
        five = self.content(media=self.pictures(5))
        assert [(p.code, p.actual, p.limit) for p in adapter.validate(five, self.profile)] == [("too_many_media", 5, 4)]
        with pytest.raises(Rejected, match="more than 4"):
            await adapter.publish(target, five, key=f"{key}-5")

    async def test_a_film_is_waited_for_and_keeps_its_picture(
        self, place: Place, adapter: Mastodon, target: str, key: str
    ) -> None:
        picture = Beside("p" * 64, "image/jpeg", b"\xff\xd8\xff")
        receipt = await adapter.publish(target, self.content(media=(film(thumbnail=picture),)), key=key)
        [number] = place.account.statuses[receipt.remote_id].media
        assert (place.account.media[number].kind, place.account.media[number].has_thumbnail) == ("video", True)

    async def test_a_film_that_is_never_ready_is_not_posted(
        self, place: Place, adapter: Mastodon, target: str, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place.server.film_waits = 99
        monkeypatch.setattr(Mastodon, "_pauses_s", (0.0, 0.0))
        with pytest.raises(NotSent, match="still preparing"):
            await adapter.publish(target, self.content(media=(film(),)), key=key)
        assert await place.effects(key) == 0

    async def test_a_film_stands_alone(self, place: Place, adapter: Mastodon, target: str, key: str) -> None:
        mixed = self.content(media=(film(), image("تصویر")))
        assert [p.code for p in adapter.validate(mixed, self.profile)] == ["media_mixed"]
        two = self.content(media=(film(), film()))
        assert [p.code for p in adapter.validate(two, self.profile)] == ["too_many_media"]
        with pytest.raises(Rejected, match="Cannot attach a video"):
            await adapter.publish(target, mixed, key=key)
        assert await place.effects(key) == 0

    async def test_a_file_that_is_none_is_refused_with_the_servers_words(
        self, place: Place, adapter: Mastodon, target: str, key: str
    ) -> None:
        broken = dataclasses.replace(image("تصویر"), content=b"no picture")
        with pytest.raises(Rejected, match="content type is invalid"):
            await adapter.publish(target, self.content(media=(broken,)), key=key)
        place.server.body_bytes = 10
        with pytest.raises(Rejected) as caught:
            await adapter.publish(target, self.content(media=(image("تصویر"),)), key=key)
        assert caught.value.code == "too_large" and place.texts() == []

    async def test_an_upload_that_is_lost_is_not_an_unknown_post(self, place: Place, key: str) -> None:
        content = self.content(media=(image("تصویر"),))
        async with self.hostile("html") as hostile, self.adapter_at(place, hostile.port) as adapter:
            with pytest.raises(NotSent, match="did not arrive"):
                await adapter.publish(place.target(0), content, key=key)

    async def test_an_edit_replaces_files_and_their_words(
        self, place: Place, adapter: Mastodon, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content(media=self.pictures(2)), key=key)
        await adapter.edit(target, receipt.remote_id, self.content("نو", media=(image("تازه"),)), key=key)
        shown = await place.shown(receipt)
        assert shown is not None and (shown.text, shown.alts) == ("نو", ("تازه",))
        await adapter.edit(target, receipt.remote_id, self.content("بی تصویر"), key=key)
        shown = await place.shown(receipt)
        assert shown is not None and shown.alts == ()
        assert len(place.account.statuses[receipt.remote_id].history) == 2

    async def test_an_edit_that_changes_nothing_has_succeeded(
        self, place: Place, adapter: Mastodon, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content(), key=key)
        assert (await adapter.edit(target, receipt.remote_id, self.content(), key=key)).remote_id == receipt.remote_id
        assert place.account.statuses[receipt.remote_id].history == []

    async def test_an_edit_of_what_is_gone_is_refused(self, adapter: Mastodon, target: str, key: str) -> None:
        with pytest.raises(Rejected) as caught:
            await adapter.edit(target, "1", self.content(), key=key)
        assert caught.value.code == "not_found"

    async def test_an_answer_stands_under_its_post(
        self, place: Place, adapter: Mastodon, target: str, key: str
    ) -> None:
        first = await adapter.publish(target, self.content(), key=key)
        answer = await adapter.publish(target, self.content("اصلاح", reply_to=first.remote_id), key=f"{key}-2")
        assert place.account.statuses[answer.remote_id].reply_to == first.remote_id
        with pytest.raises(Rejected, match="does not appear to exist"):
            await adapter.publish(target, self.content("به کسی", reply_to="1"), key=f"{key}-3")

    async def test_a_sixth_pin_is_told_and_a_second_one_of_a_post_is_none(
        self, place: Place, adapter: Mastodon, target: str, key: str
    ) -> None:
        posts = [await adapter.publish(target, self.content(f"{n}"), key=f"{key}-{n}") for n in range(6)]
        for post in posts[:5]:
            await adapter.pin(target, post.remote_id)
        await adapter.pin(target, posts[0].remote_id)
        with pytest.raises(Rejected, match="maximum number of posts"):
            await adapter.pin(target, posts[5].remote_id)
        full = await adapter.publish(target, self.content("هفتم", pin=True), key=f"{key}-7")
        assert "not pinned: Validation failed" in full.evidence and len(place.account.pinned) == 5

    async def test_the_pace_is_told_and_nothing_is_removed_meanwhile(
        self, place: Place, adapter: Mastodon, target: str, key: str
    ) -> None:
        """Thirty removals in half an hour; the moment is an ISO time, counted by the server's clock."""
        place.server.now = lambda: 1_800_000_000.0 - 90
        posts = [await adapter.publish(target, self.content(f"{n}"), key=f"{key}-{n}") for n in range(31)]
        for post in posts[:30]:
            await adapter.delete(target, post.remote_id)
        with pytest.raises(RateLimited) as caught:
            await adapter.delete(target, posts[30].remote_id)
        assert caught.value.retry_after_s == 90 and place.texts() == ["30"]

    async def test_a_server_with_a_limit_of_its_own_tells_it_and_holds_it(
        self, place: Place, adapter: Mastodon, target: str, key: str
    ) -> None:
        place.server.text = 2_000
        assert await adapter.limits(target) == {
            "text": 2_000, "media": 4, "image_bytes": 16_777_216, "video_bytes": 103_809_024,
        }  # fmt: skip
        await adapter.publish(target, self.content("ب" * 2_000), key=key)
        with pytest.raises(Rejected, match="character limit of 2000"):
            await adapter.publish(target, self.content("ب" * 2_001), key=f"{key}-2")

    async def test_an_address_counts_23_and_a_mention_its_near_half(
        self, place: Place, adapter: Mastodon, target: str, key: str
    ) -> None:
        tail = f" https://example.org/{'a' * 80} @mehregan@social.example 👩🏽‍⚕️"
        for over in (0, 1):
            text = "ب" * (500 + over - 1 - 23 - 1 - 9 - 1 - 1) + tail
            problems = adapter.validate(self.content(text), self.profile)
            assert [(p.actual, p.limit) for p in problems] == ([(501, 500)] if over else [])
            if over:
                with pytest.raises(Rejected):
                    await adapter.publish(target, self.content(text), key=f"{key}-2")
            else:
                await adapter.publish(target, self.content(text), key=key)

    async def test_verify_says_whose_token_it_is(self, place: Place, adapter: Mastodon) -> None:
        for target in ("mehregan@social.example", f"Mehregan@127.0.0.1:{place.port}"):
            verified = await adapter.verify(target)
            assert verified.handle.casefold() == target.casefold() and verified.name == "شبکهٔ بهداشت مهرگان"
        assert (await adapter.verify("mehregan")).handle == "mehregan"
        assert (await adapter.verify("other@social.example")).handle == "mehregan@social.example"

    async def test_a_token_of_another_account_publishes_nothing_and_knows_of_nothing(
        self, place: Place, adapter: Mastodon, target: str, key: str
    ) -> None:
        await adapter.publish(target, self.content("خود ما"), key=key)
        for other in ("other@social.example", "mehregan@elsewhere.example", "other"):
            for asked in (adapter.publish(other, self.content(), key=f"{key}-2"), adapter.delete(other, "1")):
                with pytest.raises(Rejected, match=f"speaks for @mehregan.* not for @{other}") as caught:
                    await asked
                assert caught.value.code == "other_account"
        assert place.texts() == ["خود ما"]

    async def test_a_token_that_may_not_post_is_named(
        self, place: Place, adapter: Mastodon, target: str, key: str
    ) -> None:
        place.account.scopes = frozenset({"read", "write:media"})
        with pytest.raises(Rejected, match="lacks write:statuses") as caught:
            await adapter.verify(target)
        assert caught.value.code == "no_rights"
        with pytest.raises(Rejected, match="outside the authorized scopes") as caught:
            await adapter.publish(target, self.content(), key=key)
        assert caught.value.code == "no_rights" and place.texts() == []

    async def test_numbers_are_read_as_they_stand(self, place: Place, adapter: Mastodon, target: str, key: str) -> None:
        place.account.followers = 1_248
        assert await adapter.count(target) == 1_248
        receipt = await adapter.publish(target, self.content(), key=key)
        status = place.account.statuses[receipt.remote_id]
        status.favourites, status.reblogs, status.replies = 5, 3, 2
        [counts] = (await adapter.measure(target, (receipt.remote_id,))).values()
        assert dataclasses.astuple(counts) == (None, 5, 3, 2)

    @pytest.mark.parametrize("tells_many", [True, False])
    async def test_many_are_measured_at_once_and_by_an_older_server_one_by_one(
        self, place: Place, adapter: Mastodon, target: str, key: str, tells_many: bool
    ) -> None:
        place.server.tells_many = tells_many
        posts = [await adapter.publish(target, self.content(f"{n}"), key=f"{key}-{n}") for n in range(21)]
        numbers = tuple(post.remote_id for post in posts)
        await adapter.delete(target, numbers[3])
        assert set(await adapter.measure(target, numbers)) == set(numbers) - {numbers[3]}
        assert (await adapter.verify(target)).handle == target


def test_the_sandbox_plays_it_within_the_same_limits() -> None:
    """There a post is words and images, and a pace of 300 calls in five minutes: films and the pace of an account over
    three hours are the real one's."""
    real, played = PROFILES["mastodon"], registry.profile("sandbox", "mastodon")
    own = {
        name: getattr(played, name)
        for name in ("bucket", "video", "media_is_cautious", "read_on", "note_en", "note_fa")
    }
    limits = tuple(dataclasses.replace(limit, read_on=played.read_on) for limit in real.text_limits)
    assert dataclasses.replace(real, text_limits=limits, **own) == played


def test_no_account_is_asked_for_more_than_it_may() -> None:
    bucket = PROFILES["mastodon"].bucket
    assert bucket.burst + bucket.rate_per_s * 3 * HOUR_S <= 300
    assert bucket.burst + bucket.rate_per_s * 300 <= 300


@pytest.mark.parametrize("server", ["http://social.example", "social.example", "http://127.0.0.1.example.org"])
async def test_a_token_is_not_sent_in_the_clear(server: str) -> None:
    network = NobodyThere()
    adapter = Mastodon(MastodonCredentials(server, TOKEN), network)
    for call in (adapter.verify("x"), adapter.count("x"), adapter.publish("x", Content("متن"), key="k")):
        with pytest.raises(CredentialsRefused, match="must begin with https://"):
            await call
    assert network.asked == []


async def test_a_remote_id_cannot_lead_elsewhere() -> None:
    network = NobodyThere()
    with pytest.raises(NotSent):
        await Mastodon(MastodonCredentials(" https://social.example/ ", TOKEN), network).delete("x", "../accounts")
    assert network.asked == ["https://social.example/api/v1/statuses/..%2Faccounts"]


@pytest.mark.parametrize("answer", [{"id": ""}, {"ok": True}, [], {"id": True}, "yes"])
async def test_an_answer_without_a_status_is_no_receipt(answer: object) -> None:
    adapter = Mastodon(MastodonCredentials("https://social.example", TOKEN), saying(200, answer, {"username": "x"}))
    with pytest.raises(OutcomeUnknown):
        await adapter.publish("x", Content("متن"), key="k")
    for reading in (adapter.count("x"), adapter.limits("x"), adapter.measure("x", ("1",))):
        if answer != [] or reading.__name__ != "measure":
            with pytest.raises(PlatformError):
                await reading
        else:
            assert await reading == {}


async def test_what_an_error_repeats_of_the_token_is_masked() -> None:
    told = {"error": f"The access token {TOKEN} was revoked"}
    with pytest.raises(Rejected) as caught:
        await Mastodon(MastodonCredentials("https://social.example", TOKEN), saying(400, told)).verify("x")
    assert TOKEN not in f"{caught.value.detail} {caught.value.evidence}"


@pytest.mark.parametrize("body", [b"<html>404 Not Found</html>", b"", b'{"message": "no Route matched"}', b"{}"])
async def test_a_gateways_404_removes_nothing(body: bytes) -> None:
    class Gateway(NobodyThere):
        async def request(self, _method: str, url: str, **_: object) -> HttpAnswer:
            return HttpAnswer(404, {}, body, datetime.now(UTC))

    adapter = Mastodon(MastodonCredentials("https://social.example", TOKEN), Gateway())
    with pytest.raises(OutcomeUnknown, match="is not known"):
        await adapter.delete("x", "1")
    with pytest.raises(Rejected):
        await adapter.measure("x", ("1",))


def saying(status: int, told: object, me: object = None) -> NobodyThere:
    """The edge of the network, where one answer comes to everything, or to all but the question whose token it is."""

    class Said(NobodyThere):
        async def request(self, _method: str, url: str, **_: object) -> HttpAnswer:
            if me is not None and url.endswith("/verify_credentials"):
                return HttpAnswer(200, {}, json.dumps(me).encode(), datetime.now(UTC))
            return HttpAnswer(status, {}, json.dumps(told).encode(), datetime.now(UTC))

    return Said()


def test_the_persian_sample_is_short_enough_to_be_one_post() -> None:
    assert Mastodon.validate(Content(PERSIAN), PROFILES["mastodon"]) == []
