"""What the platforms that took over Telegram's Bot API must pass together, on the strict server that plays each of them."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from typing import Any, ClassVar

import pytest

from ravi.platforms.contract import (
    Content,
    CredentialsRefused,
    Mark,
    NotSent,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
    abilities_of,
)
from ravi.platforms.contract_faults import NobodyThere
from ravi.platforms.contract_samples import image, png
from ravi.platforms.contract_tests import AdapterContract
from ravi.platforms.tests.bots import BOT, RIGHTS, BotPlace, Odd, film, numbers_of, pictures
from tests.fakes.bot_server import BotServer, Flavour, running
from tests.fakes.bot_world import Bot


class BotContract(AdapterContract):
    """A subclass names the flavour too. What only some of the platforms have stands in their own folders."""

    flavour: ClassVar[Flavour]
    home: ClassVar[str]
    heaviest = 64_000_000

    @pytest.fixture
    async def server(self) -> AsyncIterator[BotServer]:
        async with running(BotServer(flavour=self.flavour)) as server:
            yield server

    @pytest.fixture
    async def place(self, server: BotServer) -> AsyncIterator[BotPlace]:
        yield BotPlace(server, self.adapter_type.credentials_type)

    # Albums and videos

    async def test_an_album_is_one_post_of_several_messages(
        self, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content("سه تصویر", media=pictures(3)), key=key)
        assert numbers_of(receipt) == [2, 3, 4]
        assert place.texts() == ["سه تصویر", "", ""]
        assert len({message.group for message in place.chat.messages.values()}) == 1
        edited = await adapter.edit(target, receipt.remote_id, self.content("دو", media=pictures(3)), key=key)
        assert (edited.remote_id, edited.link) == (receipt.remote_id, receipt.link)
        assert place.texts() == ["دو", "", ""]
        await adapter.delete(target, receipt.remote_id)
        await adapter.delete(target, receipt.remote_id)
        assert place.texts() == []

    async def test_an_album_keeps_its_number_of_images(
        self, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content("سه", media=pictures(3)), key=key)
        with pytest.raises(Rejected, match="keeps its number") as caught:
            await adapter.edit(target, receipt.remote_id, self.content("دو", media=pictures(2)), key=key)
        assert caught.value.code == "media_changed" and place.texts()[0] == "سه"

    async def test_a_video_comes_with_what_is_known_of_it(
        self, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content("فیلم", media=(film(),)), key=key)
        [message] = place.standing(receipt)
        assert message and message.text == "فیلم" and message.video and message.video.plays
        assert (message.video.width, message.video.height, message.video.duration) == (640, 360, 12)

    async def test_an_album_may_hold_images_and_videos(
        self, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        content = self.content("هر دو", media=(*pictures(2), film()))
        assert adapter.validate(content, self.profile) == []
        receipt = await adapter.publish(target, content, key=key)
        assert [bool(message and message.video) for message in place.standing(receipt)] == [False, False, True]

    async def test_ten_images_and_videos_go_and_eleven_do_not(
        self, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        many = (*pictures(5), *(film(32 + number) for number in range(6)))
        assert adapter.validate(self.content(media=many[:10]), self.profile) == []
        assert [p.code for p in adapter.validate(self.content(media=many), self.profile)] == ["too_many_media"]
        await adapter.publish(target, self.content(media=many[:10]), key=key)
        with pytest.raises(Rejected, match="wrong number of media"):
            await adapter.publish(target, self.content(media=many), key=key)
        assert place.chat.ever == 10

    async def test_what_is_no_mpeg4_is_named_before_it_is_sent(self, adapter: Any) -> None:
        odd = dataclasses.replace(film(), media_type="video/webm")
        assert [p.code for p in adapter.validate(self.content(media=(odd,)), self.profile)] == ["media_type"]

    async def test_a_video_without_its_bytes_is_refused_here(self, place: BotPlace, adapter: Any, target: str) -> None:
        bare = dataclasses.replace(film(), content=None, size_bytes=10)
        with pytest.raises(Rejected, match="were not loaded"):
            await adapter.publish(target, self.content(media=(bare,)), key="k")
        assert place.chat.ever == 0

    async def test_an_image_of_a_shape_that_is_not_taken_is_named(self, adapter: Any) -> None:
        thin = dataclasses.replace(image(""), content=png(1, 21), width=1, height=21)
        [problem] = adapter.validate(self.content(media=(thin,)), self.profile)
        assert (problem.code, problem.actual, problem.limit) == ("media_shape", 21, 20)

    # Changing

    async def test_an_edit_that_changes_nothing_has_succeeded(self, adapter: Any, target: str, key: str) -> None:
        receipt = await adapter.publish(target, self.content(), key=key)
        assert (await adapter.edit(target, receipt.remote_id, self.content(), key=key)).remote_id == receipt.remote_id

    async def test_an_answer_stands_under_its_post(self, place: BotPlace, adapter: Any, target: str, key: str) -> None:
        first = await adapter.publish(target, self.content(media=pictures(2)), key=key)
        answer = await adapter.publish(target, self.content("اصلاحیه", reply_to=first.remote_id), key=key)
        with_image = self.content("اصلاحیه", media=pictures(1), reply_to=first.remote_id)
        answers = [*place.standing(answer), *place.standing(await adapter.publish(target, with_image, key=key))]
        assert [message and message.reply_to for message in answers] == [numbers_of(first)[0]] * 2
        with pytest.raises(Rejected):
            await adapter.publish(target, self.content("به کسی", reply_to="999"), key=key)

    async def test_what_was_never_an_id_of_ours_touches_nothing(self, adapter: Any, target: str) -> None:
        for does in (adapter.delete, adapter.pin):
            with pytest.raises(Rejected, match="is not the number of a message"):
                await does(target, "https://example.org/12")

    async def test_a_message_that_is_too_old_stays_and_says_so(
        self, server: BotServer, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        began = 1_800_000_000.0
        server.now = lambda: began
        receipts = [await adapter.publish(target, self.content(media=pictures(n)), key=key) for n in (1, 2)]
        within_s = self.profile.delete_within_s
        server.now = lambda: began + (within_s or 400 * 86_400.0)
        for receipt in receipts:
            if within_s is None:
                await adapter.delete(target, receipt.remote_id)
                continue
            with pytest.raises(Rejected) as caught:
                await adapter.delete(target, receipt.remote_id)
            assert caught.value.code == "too_old"
        assert bool(place.chat.messages) is (within_s is not None)

    async def test_a_pin_that_fails_does_not_undo_the_post(
        self, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        pinned = await adapter.publish(target, self.content("سنجاق", pin=True), key=key)
        assert place.chat.pinned == numbers_of(pinned)
        place.chat.rights[BOT.number].pop("can_edit_messages")
        receipt = await adapter.publish(target, self.content("بی سنجاق", pin=True), key=key)
        assert "not pinned: " in receipt.evidence
        assert len(place.chat.pinned) == 1 and place.chat.ever == 2

    # Channels and rights

    async def test_a_post_leads_to_its_channel(self, place: BotPlace, adapter: Any, target: str, key: str) -> None:
        assert (await adapter.publish(target, self.content(), key=key)).link.startswith(f"{self.home}/mehregan")
        place.chat.username = ""
        assert "mehregan" not in (await adapter.publish("-1001234", self.content(), key=key)).link

    @pytest.mark.parametrize(("kicked", "rights"), [(True, RIGHTS), (False, None), (False, {})])
    async def test_a_channel_that_forbids_us_is_a_refusal_with_its_reason(
        self, place: BotPlace, adapter: Any, target: str, key: str, kicked: bool, rights: Any
    ) -> None:
        place.chat.rights = {} if rights is None else {BOT.number: rights}
        place.chat.kicked = {BOT.number} if kicked else set()
        with pytest.raises(Rejected) as caught:
            await adapter.publish(target, self.content(), key=key)
        assert caught.value.code == "no_rights" and place.chat.ever == 0

    async def test_an_unknown_channel_is_named(self, adapter: Any, key: str) -> None:
        with pytest.raises(Rejected) as caught:
            await adapter.publish("nobody_here", self.content(), key=key)
        assert caught.value.code == "no_channel"

    async def test_verify_says_what_it_knows_of_the_right_to_post(
        self, place: BotPlace, adapter: Any, target: str
    ) -> None:
        verified = await adapter.verify(target)
        assert (verified.name, verified.handle) == ("شبکهٔ بهداشت مهرگان", "mehregan")
        assert verified.detail.startswith("@ravi_bot ")
        if not self.flavour.knows("getChatMember"):
            assert "first message shows" in verified.detail
            return
        assert verified.detail == "@ravi_bot may post here"
        place.chat.rights = {BOT.number: {}}
        with pytest.raises(Rejected, match="make it an administrator that may post"):
            await adapter.verify(target)

    async def test_members_are_a_number(self, place: BotPlace, adapter: Any, target: str) -> None:
        place.chat.members = 1248
        if "count" in abilities_of(self.adapter_type):
            assert await adapter.count(target) == 1248

    # Tokens and misfortunes

    async def test_a_token_of_no_bot_is_a_refused_credential(
        self, place: BotPlace, server: BotServer, target: str, key: str
    ) -> None:
        place.token = "nonsense"
        async with self.adapter_at(place, server.port) as adapter:
            with pytest.raises(CredentialsRefused, match="knows no bot"):
                await adapter.publish(target, self.content(), key=key)

    async def test_a_call_that_is_gone_marks_no_token(
        self, server: BotServer, place: BotPlace, adapter: Any, target: str
    ) -> None:
        """ "Not Found" says both; the bot itself is asked before its token is called wrong."""
        server.flavour = dataclasses.replace(self.flavour, methods=frozenset({"getMe"}))
        with pytest.raises(Rejected, match="Not Found"):
            await adapter.publish(target, self.content(), key="k")
        assert place.chat.ever == 0

    async def test_too_fast_names_the_delay_and_nothing_is_sent(
        self, server: BotServer, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        server.not_now_s = 17
        for media in ((), pictures(1), pictures(2), (film(),)):
            with pytest.raises(RateLimited) as caught:
                await adapter.publish(target, self.content(media=media), key=key)
            assert caught.value.retry_after_s == 17
        assert place.chat.ever == 0

    async def test_the_token_of_another_bot_may_not_post_here(
        self, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        other = Bot("7000002:" + "C" * 35, "other_bot", "دیگری")
        place.server.world.bots[other.token] = other
        place.token = other.token
        async with self.adapter_at(place, place.port) as stranger:
            with pytest.raises(Rejected) as caught:
                await stranger.publish(target, self.content(), key=key)
            assert caught.value.code == "no_rights" and place.chat.ever == 0
            if self.flavour.knows("getChatMember"):
                with pytest.raises(Rejected):
                    await stranger.verify(target)

    @pytest.mark.parametrize(
        ("inside", "error"),
        [
            ({"error_code": 401, "description": "Unauthorized"}, CredentialsRefused),
            ({"error_code": 403, "description": "Forbidden: bot was kicked from the channel chat"}, Rejected),
            ({"error_code": 429, "description": "slowly", "parameters": {"retry_after": 9}}, RateLimited),
            ({"error_code": 500, "description": "Internal Server Error"}, OutcomeUnknown),
            ({"description": "Bad Request: chat not found"}, Rejected),
            ({"error_code": "wrong"}, Rejected),
            ({}, Rejected),
        ],
    )
    async def test_an_error_inside_an_answer_of_200_is_an_error(self, inside: Any, error: type[Exception]) -> None:
        adapter = self.adapter_type(self.adapter_type.credentials_type(BOT.token), Odd({"ok": False, **inside}))
        for does in (
            adapter.publish("x", Content("متن"), key="k"),
            adapter.edit("x", "1", Content("متن"), key="k"),
            adapter.delete("x", "1"),
            adapter.pin("x", "1"),
        ):
            with pytest.raises(error) as caught:
                await does
            assert type(caught.value) is error

    @pytest.mark.parametrize(
        "answer", [None, [], "yes", 1, {"ok": True}, {"ok": True, "result": None}, {"result": True}]
    )
    async def test_an_answer_of_another_shape_is_neither_a_yes_nor_a_no(self, answer: object) -> None:
        adapter = self.adapter_type(self.adapter_type.credentials_type(BOT.token), Odd(answer))
        with pytest.raises(NotSent):
            await adapter.verify("x")
        for does in (
            adapter.publish("x", Content("متن"), key="k"),
            adapter.edit("x", "1", Content("متن"), key="k"),
            adapter.delete("x", "1"),
            adapter.pin("x", "1"),
        ):
            with pytest.raises(OutcomeUnknown):
                await does

    @pytest.mark.parametrize("result", [True, [], {}, 7, "yes"])
    async def test_a_result_of_another_shape_verifies_nobody(self, result: object) -> None:
        adapter = self.adapter_type(self.adapter_type.credentials_type(BOT.token), Odd({"ok": True, "result": result}))
        with pytest.raises(PlatformError):
            await adapter.verify("x")
        await adapter.edit("x", "1", Content("متن"), key="k")  # an edit may be answered by a mere yes

    async def test_a_token_is_not_sent_in_the_clear(self) -> None:
        network = NobodyThere()
        with pytest.raises(CredentialsRefused, match="must begin with https://"):
            await self.adapter_type(
                self.adapter_type.credentials_type(BOT.token, "http://api.example.org"), network
            ).verify("x")
        assert network.asked == []

    async def test_its_own_server_is_meant_where_none_is_named(self) -> None:
        network = NobodyThere()
        credentials = self.adapter_type.credentials_type(f" {BOT.token}\n")
        with pytest.raises(NotSent):
            await self.adapter_type(credentials, network).verify("x")
        assert network.asked == [f"{credentials.server}/bot{BOT.token}/getMe"]
        assert credentials.server.startswith("https://")

    async def test_a_token_cannot_lead_to_another_method(self) -> None:
        network = NobodyThere()
        credentials = self.adapter_type.credentials_type("1:a/../../evil?x=")
        with pytest.raises(NotSent):
            await self.adapter_type(credentials, network).verify("x")
        assert network.asked == [f"{credentials.server}/bot1:a%2F..%2F..%2Fevil%3Fx%3D/getMe"]

    @pytest.mark.parametrize("answer", [{"ok": True, "result": True}, {"ok": True, "result": []}, {"ok": True}, []])
    async def test_an_answer_without_a_message_is_no_receipt(self, answer: object) -> None:
        adapter = self.adapter_type(self.adapter_type.credentials_type(BOT.token), Odd(answer))
        with pytest.raises(OutcomeUnknown):
            await adapter.publish("x", Content("متن"), key="k")

    @pytest.mark.parametrize("answer", [{"ok": True, "result": True}, {"ok": True, "result": "12"}, {"ok": True}, []])
    async def test_a_count_that_is_no_number_is_an_error(self, answer: object) -> None:
        if "count" in abilities_of(self.adapter_type):
            adapter = self.adapter_type(self.adapter_type.credentials_type(BOT.token), Odd(answer))
            with pytest.raises(NotSent, match="told no number|neither a yes nor a no"):
                await adapter.count("x")


class ExchangesFiles:
    """For those that can put another image or video in the place of one that stands."""

    async def test_another_file_takes_its_place(
        self: Any, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content("الف", media=pictures(2)), key=key)
        await adapter.edit(target, receipt.remote_id, self.content("ب", media=(film(), pictures(1)[0])), key=key)
        first, second = place.standing(receipt)
        assert first and first.video and first.text == "ب" and second and second.photo

    async def test_an_album_that_is_changed_in_part_is_unknown(
        self: Any, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content("دو", media=pictures(2)), key=key)
        del place.chat.messages[numbers_of(receipt)[1]]
        with pytest.raises(OutcomeUnknown, match="only the first 1 of 2"):
            await adapter.edit(target, receipt.remote_id, self.content("نو", media=pictures(2)), key=key)


class RemovesOneByOne:
    """For those without a call that removes many at once."""

    async def test_an_album_that_is_removed_in_part_is_unknown(
        self: Any, server: BotServer, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content(media=pictures(2)), key=key)
        server.flavour = dataclasses.replace(self.flavour, deletes_within_s=3600.0)
        second = place.standing(receipt)[1]
        assert second
        second.date -= 7200
        with pytest.raises(OutcomeUnknown, match="only the first 1 of 2 messages were removed"):
            await adapter.delete(target, receipt.remote_id)
        assert len(place.chat.messages) == 1


class FormatsByOffsets:
    """For those that take formatting as pieces of the text."""

    async def test_bold_quotes_and_links_stand_where_they_were_marked(
        self: Any, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        text = "👩🏽‍⚕️ مهم: می‌گویند «واکسن رایگان است»؛ این‌جا"
        marks = tuple(
            Mark(kind, text.index(words), text.index(words) + len(words), href)
            for kind, words, href in (
                ("bold", "مهم:", ""), ("quote", "«واکسن رایگان است»", ""), ("link", "این‌جا", "https://example.org/a?b=1&c=2"),
            )
        )  # fmt: skip
        for media in ((), pictures(1), pictures(2), (film(),)):
            content = self.content(text, media=media, marks=marks)
            assert adapter.validate(content, self.profile) == []
            receipt = await adapter.publish(target, content, key=key)
            message = place.standing(receipt)[0]
            assert message and message.text == text
            found = [(one["type"], _piece(text, one), one.get("url", "")) for one in message.words.entities]
            assert found == [
                ("bold", "مهم:", ""), ("blockquote", "«واکسن رایگان است»", ""),
                ("text_link", "این‌جا", "https://example.org/a?b=1&c=2"),
            ]  # fmt: skip
            await adapter.edit(target, receipt.remote_id, self.content(text, media=media), key=key)
            assert place.standing(receipt)[0].words.entities == ()

    def test_the_profile_says_so(self: Any) -> None:
        assert self.profile.marks == {"bold", "quote", "link"}


def _piece(text: str, entity: dict[str, Any]) -> str:
    units = text.encode("utf-16-le")
    return units[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le")
