"""The Matrix adapter against a real Synapse."""

from __future__ import annotations

import dataclasses
import urllib.request
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup

from ravi.core.egress import Egress
from ravi.platforms.compose import content_of, fit
from ravi.platforms.contract import (
    Beside,
    Content,
    CredentialsRefused,
    Mark,
    MediaItem,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Receipt,
    Rejected,
)
from ravi.platforms.contract_faults import HOST, http_answer
from ravi.platforms.contract_samples import PERSIAN, image, png
from ravi.platforms.contract_tests import AdapterContract, Shown
from ravi.platforms.matrix.adapter import Matrix
from ravi.platforms.matrix.homeserver import MatrixCredentials
from ravi.platforms.matrix.profile import PROFILES, TEXT_BYTES
from ravi.platforms.transport import Timeouts, open_transport
from tests.servers.seed import seed_message
from tests.servers.synapse import Account, Homeserver

pytestmark = pytest.mark.server

MADE = {"preset": "public_chat", "name": "شبکهٔ بهداشت مهرگان", "creation_content": {"m.federate": False}}
VIDEO = MediaItem("f" * 64, "video/mp4", "چگونه دست بشوییم", b"\x00\x00\x00\x18ftypmp42", 640, 360, 12, 12.5)


class Room:
    """One room that all tests share; what it held before a test began is not that test's."""

    def __init__(self, account: Account, room: str) -> None:
        self.account, self.room = account, room
        self.port = int(account.url.rsplit(":", 1)[1])
        self._path = f"/rooms/{quote(room, safe='')}"
        self._start = account.ask("GET", f"{self._path}/messages?dir=b&limit=1")["start"]

    def credentials(self, port: int, *, wrong: bool = False) -> MatrixCredentials:
        return MatrixCredentials(f"http://127.0.0.1:{port}", "not-the-token" if wrong else self.account.token)

    def target(self, _port: int) -> str:
        return self.room

    async def shown(self, receipt: Receipt) -> Shown | None:
        now = [self.content(event_id) for event_id in receipt.remote_id.split(",")]
        words = [one["body"] for one in now if one.get("msgtype") == "m.text"]
        alts = [one["body"] for one in now if one.get("msgtype") == "m.image"]
        return Shown(words[0] if words else "", tuple(alts)) if all(now) else None

    def lacks(self, receipt: Receipt, content: Content) -> str:
        """Each file is an event of its own, an image's words are its body."""
        now = [self.content(event_id) for event_id in receipt.remote_id.split(",")]
        alts = [one["body"] for one in now if one.get("msgtype") == "m.image"]
        films = [one for one in now if one.get("msgtype") == "m.video"]
        wanted = [item.alt_text for item in content.media if not item.is_video]
        is_whole = alts == wanted and len(films) == len(content.media) - len(wanted)
        return "" if is_whole else f"{len(alts)} images and {len(films)} videos stand there"

    async def effects(self, _key: str) -> int:
        """The server tells nobody our key; every message that was put there since the test began is its own."""
        return len(self.messages())

    def event(self, event_id: str) -> dict[str, Any]:
        return self.account.ask("GET", f"{self._path}/event/{quote(event_id)}")

    def content(self, event_id: str) -> dict[str, Any]:
        """What a reader sees of it: its latest wording, or nothing where it was removed."""
        event = self.event(event_id)
        later = event.get("unsigned", {}).get("m.relations", {}).get("m.replace")
        found: dict[str, Any] = later["content"]["m.new_content"] if later else event["content"]
        return found

    def messages(self) -> list[dict[str, Any]]:
        """Every message since the test began, removed ones too, without what replaces another."""
        chunk = self.account.ask("GET", f"{self._path}/messages?dir=f&limit=200&from={self._start}")["chunk"]
        return [
            one for one in chunk
            if one["type"] == "m.room.message" and one["content"].get("m.relates_to", {}).get("rel_type") != "m.replace"
        ]  # fmt: skip


def no_later_wording(_method: str, path: str) -> bytes | None:
    return http_answer("200 OK", "application/json", b'{"chunk": []}') if "/relations/" in path else None


class TestMatrix(AdapterContract):
    adapter_type = Matrix
    profile = PROFILES["matrix"]
    innocent = staticmethod(no_later_wording)

    @pytest.fixture
    async def place(self, mehregan: Account, room: str) -> AsyncIterator[Room]:
        yield Room(mehregan, room)

    def is_fatal(self, sent: bytes) -> bool:
        return b"/send/m.room.message/" in sent

    def pictures(self, count: int) -> tuple[MediaItem, ...]:
        return tuple(
            dataclasses.replace(image(f"تصویر {n}"), content=png(2, n), sha256=str(n)) for n in range(2, 2 + count)
        )

    async def test_the_seed_message_is_read_back_whole(
        self, place: Room, adapter: Matrix, target: str, key: str
    ) -> None:
        parts = seed_message()
        fitted = fit(parts, self.profile)
        assert (fitted.name, fitted.problems) == ("full", ())
        receipt = await adapter.publish(target, content_of(parts, fitted), key=key)
        shown = await place.shown(receipt)
        assert shown is not None and shown.text == fitted.text
        assert receipt.link == f"https://matrix.to/#/{quote(place.room, safe='!:')}/{receipt.remote_id}"

    async def test_a_room_is_found_by_its_name_too(self, place: Room, adapter: Matrix, key: str) -> None:
        receipt = await adapter.publish("#mehregan:localhost", self.content(), key=key)
        assert receipt.link == f"https://matrix.to/#/%23mehregan:localhost/{receipt.remote_id}"
        assert await place.effects(key) == 1
        with pytest.raises(Rejected) as caught:
            await adapter.publish("#nobody:localhost", self.content(), key=key)
        assert caught.value.code == "no_channel"

    async def test_marks_become_html_whose_words_are_the_text(
        self, place: Room, adapter: Matrix, target: str, key: str
    ) -> None:
        marks = (Mark("bold", 0, 9), Mark("quote", 10, 20), Mark("link", 21, 26, "https://example.org/?a&b"))
        receipt = await adapter.publish(target, self.content(PERSIAN, marks=marks), key=key)
        content = place.content(receipt.remote_id)
        soup = BeautifulSoup(content["formatted_body"], "html.parser")
        assert content["body"] == PERSIAN and content["format"] == "org.matrix.custom.html"
        assert [one.get_text() for one in soup.find_all("strong")] == [PERSIAN[0:9]]
        assert "https://example.org/?a&b" in [one["href"] for one in soup.find_all("a")]
        assert "<بخش>" in soup.get_text() and not soup.find("بخش")
        plain = await adapter.publish(target, self.content(PERSIAN), key=f"{key}-2")
        assert "formatted_body" not in place.content(plain.remote_id)

    async def test_the_same_copy_again_is_the_same_event_also_after_it_was_changed(
        self, place: Room, adapter: Matrix, target: str, key: str
    ) -> None:
        first = await adapter.publish(target, self.content("یک بار"), key=key)
        await adapter.edit(target, first.remote_id, self.content("دگرگون"), key=f"{key}-change")
        again = await adapter.publish(target, self.content("یک بار"), key=key)
        assert again.remote_id == first.remote_id and await place.effects(key) == 1
        shown = await place.shown(first)
        assert shown is not None and shown.text == "دگرگون"

    async def test_after_signing_in_anew_the_key_is_spent_and_the_copy_is_found(
        self, matrix: Homeserver, place: Room, adapter: Matrix, target: str, key: str
    ) -> None:
        """What the adapter says of its key is so: another token is another scope, where only reading back helps."""
        assert adapter.idempotency.scope == "credential"
        first = await adapter.publish(target, self.content("پیش از ورود دوباره", media=self.pictures(1)), key=key)
        anew = Room(matrix.signed_in("mehregan"), place.room)
        async with self.adapter_at(anew, anew.port) as other:
            found = await other.find(target, key)
            assert found is not None and (found.remote_id, found.link) == (first.remote_id, first.link)
            assert await other.find(target, f"{key}-never") is None
            second = await other.publish(target, self.content("پیش از ورود دوباره", media=self.pictures(1)), key=key)
        assert second.remote_id != first.remote_id

    async def test_what_was_forgotten_is_found_among_many(
        self, place: Room, adapter: Matrix, target: str, key: str
    ) -> None:
        first = await adapter.publish(target, self.content("کهنه"), key=key)
        for number in range(105):
            await adapter.publish(target, self.content(str(number)), key=f"{key}-{number}")
        found = await adapter.find(target, key)
        assert found is not None and found.remote_id == first.remote_id

    async def test_words_and_files_are_several_events_and_one_copy(
        self, place: Room, adapter: Matrix, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content("سه تصویر", media=self.pictures(3)), key=key)
        assert len(receipt.remote_id.split(",")) == 4
        assert await place.shown(receipt) == Shown("سه تصویر", ("تصویر 2", "تصویر 3", "تصویر 4"))
        first = place.content(receipt.remote_id.split(",")[1])
        assert first["info"] == {"mimetype": "image/png", "size": len(png(2, 2)), "w": 2, "h": 2}
        assert kept(place.account, first["url"]) == png(2, 2)
        edited = await adapter.edit(
            target, receipt.remote_id, self.content("سه تصویر دیگر", media=self.pictures(3)), key=f"{key}-change"
        )
        assert edited.remote_id == receipt.remote_id
        shown = await place.shown(receipt)
        assert shown is not None and shown.text == "سه تصویر دیگر"
        with pytest.raises(Rejected, match="keeps its number"):
            await adapter.edit(target, receipt.remote_id, self.content("دو", media=self.pictures(2)), key=f"{key}-2")
        found = await adapter.find(target, key)
        assert found is not None and found.remote_id == receipt.remote_id
        await adapter.delete(target, receipt.remote_id)
        await adapter.delete(target, receipt.remote_id)
        assert [place.content(one) for one in receipt.remote_id.split(",")] == [{}] * 4

    async def test_a_copy_that_stops_half_way_is_unknown_and_goes_on_under_the_same_key(
        self, place: Room, adapter: Matrix, target: str, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put, asked = adapter._server.put, list[str]()

        async def breaking(path: str, data: Any) -> Any:
            asked.append(path)
            if len(asked) == 3:
                raise RateLimited(5.0)
            return await put(path, data)

        monkeypatch.setattr(adapter._server, "put", breaking)
        content = self.content("سه", media=self.pictures(3))
        with pytest.raises(OutcomeUnknown, match="only the first 2 of 4"):
            await adapter.publish(target, content, key=key)
        with pytest.raises(NotSent, match="only 2 of 4"):
            await adapter.find(target, key)
        receipt = await adapter.publish(target, content, key=key)
        assert await place.effects(key) == len(receipt.remote_id.split(",")) == 4

    async def test_a_video_has_its_length_and_its_picture(
        self, place: Room, adapter: Matrix, target: str, key: str
    ) -> None:
        video = dataclasses.replace(VIDEO, thumbnail=Beside("c" * 64, "image/jpeg", png(3, 3)))
        content = self.content("فیلم", media=(video,))
        assert adapter.validate(content, self.profile) == []
        receipt = await adapter.publish(target, content, key=key)
        shown = place.content(receipt.remote_id.split(",")[1])
        assert (shown["msgtype"], shown["body"], shown["info"]["duration"]) == ("m.video", VIDEO.alt_text, 12_500)
        assert kept(place.account, shown["info"]["thumbnail_url"]) == png(3, 3)

    async def test_an_answer_stands_under_its_post(self, place: Room, adapter: Matrix, target: str, key: str) -> None:
        first = await adapter.publish(target, self.content(media=self.pictures(1)), key=key)
        answer = await adapter.publish(target, self.content("اصلاحیه", reply_to=first.remote_id), key=f"{key}-2")
        relation = place.content(answer.remote_id)["m.relates_to"]
        assert relation == {"m.in_reply_to": {"event_id": first.remote_id.split(",")[0]}}

    async def test_no_wording_of_a_removed_copy_is_left(
        self, place: Room, adapter: Matrix, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content("نخست"), key=key)
        for number in range(2):
            changed = self.content(f"نشانی نادرست {number}")
            await adapter.edit(target, receipt.remote_id, changed, key=f"{key}-{number}")
        await adapter.delete(target, receipt.remote_id)
        path = f"/rooms/{quote(place.room, safe='')}/messages?dir=b&limit=6"
        chunk = place.account.ask("GET", path)["chunk"]
        assert "نخست" not in str(chunk[:6]) and "نشانی نادرست" not in str(chunk[:6])

    async def test_a_pin_stands_beside_those_of_others(
        self, place: Room, adapter: Matrix, target: str, key: str
    ) -> None:
        state = f"/rooms/{quote(place.room, safe='')}/state/m.room.pinned_events/"
        place.account.ask("PUT", state, {"pinned": ["$somebody-elses"]})
        receipt = await adapter.publish(target, self.content(pin=True), key=key)
        await adapter.pin(target, receipt.remote_id)
        assert place.account.ask("GET", state)["pinned"] == ["$somebody-elses", receipt.remote_id]

    async def test_a_correction_of_the_longest_text_fits_with_all_its_marks(
        self, place: Room, adapter: Matrix, target: str, key: str
    ) -> None:
        """The server's own 65,536 bytes an event are what our limit comes from."""
        line = "«خانهٔ بهداشت» & <نوبت>: https://example.org/a?b=1\n\n"
        text = (line * (TEXT_BYTES // len(line.encode())))[:-2]
        marks = tuple(Mark("bold", start, start + 9) for start in range(0, len(text) - 9, 20))
        receipt = await adapter.publish(target, self.content("کوتاه"), key=key)
        await adapter.edit(target, receipt.remote_id, self.content(text, marks=marks), key=f"{key}-2")
        shown = await place.shown(receipt)
        assert shown is not None and shown.text == text
        too_large = {"msgtype": "m.text", "body": "x" * 65_536}
        with pytest.raises(Rejected) as caught:
            await adapter._server.put(
                f"/_matrix/client/v3/rooms/{quote(place.room)}/send/m.room.message/{key}", too_large
            )
        assert caught.value.code == "too_long"

    async def test_the_size_of_a_file_is_the_homeservers_own(self, adapter: Matrix, target: str) -> None:
        said = await adapter.limits(target)
        assert said == dict.fromkeys(("image_bytes", "video_bytes"), self.profile.max_media_bytes)

    async def test_members_are_counted_and_not_named(
        self, matrix: Homeserver, place: Room, adapter: Matrix, target: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = await adapter.count(target)
        reader = matrix.account("reader")
        reader.ask("POST", f"/rooms/{quote(place.room)}/join", {})
        asked: list[str] = []
        request = adapter._server.request

        async def listening(method: str, url: str, **sent: Any) -> Any:
            answer = await request(method, url, **sent)
            asked.append(answer.body.decode())
            return answer

        monkeypatch.setattr(type(adapter._server), "request", lambda _self, *given, **sent: listening(*given, **sent))
        assert await adapter.count(target) == before + 1
        assert asked and not [answer for answer in asked if reader.name in answer]

    async def test_reading_back_asks_for_nobody_elses_messages(
        self, matrix: Homeserver, place: Room, adapter: Matrix, target: str, key: str
    ) -> None:
        commenter = matrix.account("commenter")
        commenter.ask("POST", f"/rooms/{quote(place.room)}/join", {})
        copy = {"key": key, "part": 0, "of": 1}
        said = {"msgtype": "m.text", "body": "نه", "ravi.copy": copy}
        commenter.ask("PUT", f"/rooms/{quote(place.room)}/send/m.room.message/1", said)
        assert await adapter.find(target, key) is None

    async def test_verify_says_why_an_account_cannot_write(
        self, matrix: Homeserver, place: Room, mehregan: Account, target: str
    ) -> None:
        stranger = matrix.account("stranger")
        async with at(stranger) as adapter:
            with pytest.raises(Rejected, match="is not in the room"):
                await adapter.verify(target)
            with pytest.raises(Rejected) as caught:
                await adapter.publish(target, self.content(), key="k")
            assert caught.value.code == "no_rights"
            quiet = mehregan.ask(
                "POST", "/createRoom", {**MADE, "power_level_content_override": {"events_default": 50}}
            )["room_id"]
            stranger.ask("POST", f"/rooms/{quote(quiet)}/join", {})
            with pytest.raises(Rejected, match="may not write"):
                await adapter.verify(quiet)
            secret = {"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
            hidden = mehregan.ask("POST", "/createRoom", {**MADE, "initial_state": [secret]})["room_id"]
            stranger.ask("POST", f"/rooms/{quote(hidden)}/join", {})
            with pytest.raises(Rejected, match="is encrypted"):
                await adapter.verify(hidden)
        async with self.adapter_at(place, place.port) as ours:
            verified = await ours.verify("#mehregan:localhost")
            assert (verified.name, verified.handle) == (MADE["name"], "#mehregan:localhost")


async def test_a_true_not_now_names_its_delay(matrix: Homeserver) -> None:
    """Synapse's own pace: ten messages at once, then one in five seconds."""
    me = matrix.account("hurrying")
    room = str(me.ask("POST", "/createRoom", MADE)["room_id"])
    sent = 0
    async with at(me) as adapter:
        with pytest.raises(RateLimited) as caught:
            for number in range(40):
                await adapter.publish(room, Content(str(number)), key=f"k-{number}")
                sent = number + 1
        assert 0 < caught.value.retry_after_s <= 60
        again = await adapter.publish(room, Content("0"), key="k-0")  # what stands already is answered all the same
    assert again.remote_id and me.messages(room) == [str(number) for number in range(sent)]


async def test_a_token_that_was_signed_out_is_a_refused_credential(matrix: Homeserver) -> None:
    matrix.account("leaving")
    me = matrix.signed_in("leaving")
    async with at(me) as adapter:
        me.ask("POST", "/logout", {})
        with pytest.raises(CredentialsRefused):
            await adapter.publish("!any:localhost", Content("سلام"), key=uuid.uuid4().hex)


def kept(account: Account, uri: str) -> bytes:
    """A file as the homeserver gives it out."""
    place = f"{account.url}/_matrix/client/v1/media/download/{uri.removeprefix('mxc://')}"
    asked = urllib.request.Request(place, headers={"Authorization": f"Bearer {account.token}"})
    with urllib.request.urlopen(asked, timeout=20) as answer:
        content: bytes = answer.read()
    return content


@asynccontextmanager
async def at(account: Account) -> AsyncIterator[Matrix]:
    port = int(account.url.rsplit(":", 1)[1])
    async with open_transport(
        Egress(frozenset({(HOST, port)})), timeouts=Timeouts(connect_s=2.0, answer_s=30.0)
    ) as transport:
        yield Matrix(MatrixCredentials(account.url, account.token), transport)
