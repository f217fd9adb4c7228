"""Telegram passes the contract on a strict server, and what is its own beside it."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ravi.platforms import registry
from ravi.platforms.contract import HttpAnswer, RateLimited, Rejected
from ravi.platforms.contract_faults import NobodyThere
from ravi.platforms.contract_samples import image, png
from ravi.platforms.telegram.adapter import Telegram, TelegramCredentials
from ravi.platforms.telegram.profile import PROFILES
from ravi.platforms.tests.bot_contract import BotContract, ExchangesFiles, FormatsByOffsets
from ravi.platforms.tests.bots import BotPlace, film, pictures, still
from tests.fakes.bot_server import TELEGRAM, BotServer


class TestTelegram(ExchangesFiles, FormatsByOffsets, BotContract):
    adapter_type = Telegram
    profile = PROFILES["telegram"]
    flavour = TELEGRAM
    home = "https://t.me"

    async def test_a_post_has_a_link_of_its_own(self, place: BotPlace, adapter: Any, target: str, key: str) -> None:
        receipt = await adapter.publish(target, self.content("سه", media=pictures(3)), key=key)
        assert (receipt.remote_id, receipt.link) == ("2,3,4", "https://t.me/mehregan/2")
        place.chat.username = ""
        receipt = await adapter.publish("-1001234", self.content(), key=key)
        assert receipt.link == f"https://t.me/c/1234/{receipt.remote_id}"

    async def test_a_lacking_right_is_told_beside_the_receipt(
        self, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        place.chat.rights[7000001].pop("can_edit_messages")
        receipt = await adapter.publish(target, self.content(pin=True), key=key)
        assert "not pinned: Bad Request: need administrator rights" in receipt.evidence

    async def test_the_pace_of_a_group_is_told_and_nothing_is_sent_meanwhile(
        self, server: BotServer, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        server.flood, server.now = True, lambda: 1_800_000_000.0
        for _ in range(2):
            await adapter.publish(target, self.content("آلبوم", media=(*pictures(9), film())), key=key)
        with pytest.raises(RateLimited) as caught:
            await adapter.publish(target, self.content("بیست‌ویکم"), key=key)
        assert caught.value.retry_after_s == 60 and place.chat.ever == 20

    async def test_an_image_of_a_shape_that_telegram_does_not_take_is_refused(
        self, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        thin = dataclasses.replace(image(""), content=png(1, 21), width=1, height=21)
        with pytest.raises(Rejected, match="PHOTO_INVALID_DIMENSIONS"):
            await adapter.publish(target, self.content(media=(thin,)), key=key)
        assert place.chat.ever == 0

    @pytest.mark.parametrize("over", [0, 1])
    async def test_a_video_at_the_edge_of_its_size(
        self, place: BotPlace, adapter: Any, target: str, key: str, over: int
    ) -> None:
        assert self.profile.video
        content = self.content(media=(film(self.profile.video.max_bytes + over),))
        assert [problem.code for problem in adapter.validate(content, self.profile)] == ["media_too_large"] * over
        if over:
            with pytest.raises(Rejected) as caught:
                await adapter.publish(target, content, key=key)
            assert caught.value.code == "413"
        else:
            await adapter.publish(target, content, key=key)
        assert place.chat.ever == 1 - over

    async def test_a_video_streams_and_its_picture_is_a_thumbnail_or_else_a_cover(
        self, place: BotPlace, adapter: Any, target: str, key: str
    ) -> None:
        for side, field in ((320, "thumbnail"), (640, "cover")):
            one = film(thumbnail=still(side))
            for media in ((one,), (one, *pictures(1))):
                receipt = await adapter.publish(target, self.content(media=media), key=key)
                message = place.standing(receipt)[0]
                assert message and message.video and message.video.streams
                assert message.video.pictures == {field: still(side).content}


def test_the_sandbox_plays_it_within_the_same_limits() -> None:
    """Only there an image's alt text can be read: the practice shows what was written. It plays no videos and no formatting."""
    played = dataclasses.replace(registry.profile("sandbox", "telegram"), shows_alt_text=False)
    # The practice server counts as we do, so that nothing is held back there.
    played = dataclasses.replace(
        played, text_limits=tuple(dataclasses.replace(limit, is_cautious=True) for limit in played.text_limits)
    )
    for name in ("video", "marks", "delete_within_s", "counts"):
        played = dataclasses.replace(played, **{name: getattr(PROFILES["telegram"], name)})
    assert played == PROFILES["telegram"]


class Naming(NobodyThere):
    """The edge of the network, where a channel has two names and a number."""

    async def request(self, _method: str, url: str, **_: object) -> HttpAnswer:
        chat = {"id": -1001234, "type": "channel", "title": "شبکه", "username": "mehregan"}
        told = {
            "getMe": {"id": 7, "username": "ravi_bot"},
            "getChat": chat | {"active_usernames": ["mehregan", "mehregan_news"]},
            "getChatMember": {"status": "creator"},
        }
        result = told[url.rpartition("/")[2].partition("?")[0]]
        return HttpAnswer(200, {}, json.dumps({"ok": True, "result": result}).encode(), datetime.now(UTC))


@pytest.mark.parametrize(
    ("target", "handle"),
    [
        ("@Mehregan", "Mehregan"),
        ("mehregan_news", "mehregan_news"),
        ("-1001234", "-1001234"),
        ("renamed", "mehregan"),
    ],
)
async def test_a_channel_is_known_by_its_number_and_each_of_its_names(target: str, handle: str) -> None:
    adapter = Telegram(TelegramCredentials("7:token"), Naming())
    assert (await adapter.verify(target)).handle == handle
