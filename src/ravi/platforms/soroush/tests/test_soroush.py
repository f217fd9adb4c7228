"""Soroush Plus passes the contract on the strict server that plays it, and what is its own beside it."""

from __future__ import annotations

from typing import Any

import pytest

from ravi.platforms.contract_tests import at_the_brim
from ravi.platforms.soroush.adapter import Soroush
from ravi.platforms.soroush.profile import PROFILES
from ravi.platforms.tests.bot_contract import BotContract, ExchangesFiles, FormatsByOffsets, RemovesOneByOne
from ravi.platforms.tests.bots import BotPlace, film, pictures, still
from tests.fakes.bot_server import SOROUSH


class TestSoroush(ExchangesFiles, RemovesOneByOne, FormatsByOffsets, BotContract):
    adapter_type = Soroush
    profile = PROFILES["soroush"]
    flavour = SOROUSH
    home = "https://splus.ir"

    @pytest.mark.parametrize("side", [320, 640])
    async def test_a_small_picture_of_a_video_is_its_thumb(
        self, place: BotPlace, adapter: Any, target: str, key: str, side: int
    ) -> None:
        one = film(thumbnail=still(side))
        alone = place.standing(await adapter.publish(target, self.content(media=(one,)), key=key))[0]
        beside = place.standing(await adapter.publish(target, self.content(media=(one, *pictures(1))), key=key))[0]
        assert alone and alone.video and alone.video.streams
        assert alone.video.pictures == ({"thumb": still(side).content} if side <= 320 else {})
        assert beside and beside.video and beside.video.pictures == {}

    async def test_sizes_that_nobody_names_stay_small(self, adapter: Any) -> None:
        assert self.profile.video
        large = self.content(media=(film(self.profile.video.max_bytes + 1),))
        assert [problem.code for problem in adapter.validate(large, self.profile)] == ["media_too_large"]
        [limit] = self.profile.limits(with_media=True)
        assert [
            p.code for p in adapter.validate(self.content(at_the_brim(limit), media=pictures(1)), self.profile)
        ] == []
