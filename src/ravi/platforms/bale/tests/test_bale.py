"""Bale passes the contract on the strict server that plays it, and what is its own beside it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.platforms.bale.adapter import Bale
from ravi.platforms.bale.profile import PROFILES
from ravi.platforms.contract import Content, RateLimited, Rejected
from ravi.platforms.tests.bot_contract import BotContract, RemovesOneByOne
from ravi.platforms.tests.bots import BotPlace, film, numbers_of, pictures
from tests.fakes.bot_server import BALE, BotServer
from tests.fakes.bot_words import markdown_of

PIECES = st.sampled_from(
    ["سلام", "می‌گویند", " ", "\n", "*", "_", "`", "[", "](", ")", "👩🏽‍⚕️", "a_b", "۴*۱#", "،", "«"]
)


class TestBale(RemovesOneByOne, BotContract):
    adapter_type = Bale
    profile = PROFILES["bale"]
    flavour = BALE
    home = "https://ble.ir"

    @pytest.mark.parametrize("text", ["این *مهم* است", "_کج_", "[این‌جا](https://example.org)", "```[نام]شرح```"])
    async def test_words_that_would_be_shown_otherwise_do_not_go(
        self, place: BotPlace, adapter: Any, target: str, key: str, text: str
    ) -> None:
        content = self.content(f"یک\nدو {text}")
        [problem] = adapter.validate(content, self.profile)
        assert (problem.code, problem.actual) == ("markup", 2)
        with pytest.raises(Rejected, match="line 2") as caught:
            await adapter.publish(target, content, key=key)
        receipt = await adapter.publish(target, self.content("یک"), key=key)
        with pytest.raises(Rejected):
            await adapter.edit(target, receipt.remote_id, content, key=key)
        with pytest.raises(Rejected):
            await adapter.publish(target, self.content(text, media=pictures(2)), key=key)
        assert caught.value.code == "markup" and place.texts() == ["یک"]

    async def test_everyday_signs_reach_the_readers(self, place: BotPlace, adapter: Any, target: str, key: str) -> None:
        text = "#خانه_بهداشت\nکد *4*1# را بگیرید، ۲*۳\n* یک\n* دو\nhttps://example.org/a_b_c"
        assert adapter.validate(self.content(text), self.profile) == []
        await adapter.publish(target, self.content(text), key=key)
        assert place.texts() == [text]

    @given(st.lists(PIECES, max_size=12).map("".join))
    def test_whatever_goes_is_shown_as_it_stands(self, text: str) -> None:
        problems = Bale.validate(Content(text), self.profile)
        if not {problem.code for problem in problems} & {"markup", "empty"}:
            assert markdown_of(text, 9999, "message").text == text.strip()

    async def test_a_caption_is_changed_without_its_image(
        self, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        for media in (pictures(1), pictures(3), (film(),)):
            receipt = await adapter.publish(target, self.content("پیش", media=media), key=key)
            edited = await adapter.edit(target, receipt.remote_id, self.content("پس", media=media), key=key)
            assert edited.remote_id == receipt.remote_id
            assert [message and message.text for message in place.standing(receipt)] == ["پس"] + [""] * (len(media) - 1)
            await adapter.edit(target, receipt.remote_id, self.content("", media=media), key=key)
            assert place.standing(receipt)[0].text == ""

    @pytest.mark.parametrize(("stood", "wanted"), [(1, (film(),)), (2, (film(), film(99))), (0, pictures(1)), (1, ())])
    async def test_another_image_is_refused_and_not_overlooked(
        self, place: BotPlace, adapter: Any, target: str, key: str, stood: int, wanted: Any
    ) -> None:
        receipt = await adapter.publish(target, self.content("پیش", media=pictures(stood)), key=key)
        with pytest.raises(Rejected, match="words only") as caught:
            await adapter.edit(target, receipt.remote_id, self.content("پس", media=wanted), key=key)
        assert caught.value.code == "media_changed"
        assert place.texts()[0] == "پیش"

    async def test_an_id_that_a_person_wrote_down_serves_for_words(
        self, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content("پیش"), key=key)
        bare = str(numbers_of(receipt)[0])
        await adapter.edit(target, bare, self.content("پس"), key=key)
        assert place.texts() == ["پس"]
        await adapter.pin(target, bare)
        await adapter.delete(target, bare)
        assert place.texts() == []

    async def test_too_fast_in_bales_own_words_waits_a_minute(
        self, server: BotServer, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        server.not_now_s = -1
        with pytest.raises(RateLimited) as caught:
            await adapter.publish(target, self.content(), key=key)
        assert caught.value.retry_after_s == 60 and place.chat.ever == 0
