"""What every adapter that can read its own posts again must see: words that stand, words that do not, and a post that is gone."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

from ravi.platforms.contract import Content, abilities_of
from ravi.platforms.contract_samples import PERSIAN, image


class WordsReadAgain:
    """A part of AdapterContract."""

    adapter_type: ClassVar[type[Any]]

    def content(self, text: str = "", **changes: Any) -> Content:
        raise NotImplementedError

    async def test_read_says_whether_the_words_stand(self, adapter: Any, target: str, key: str) -> None:
        if "read" not in abilities_of(self.adapter_type):
            assert not hasattr(adapter, "read")
            return
        sent = self.content(PERSIAN, media=(image("پوستر"),))
        receipt = await adapter.publish(target, sent, key=key)
        stands = await adapter.read(target, receipt.remote_id, sent)
        assert stands is not None and stands.is_as_sent and PERSIAN in stands.words
        for other in (PERSIAN.replace("۸", "۹"), PERSIAN.replace("https://", "http://"), f"{PERSIAN}!", "سلام"):
            read = await adapter.read(target, receipt.remote_id, dataclasses.replace(sent, text=other))
            assert read is not None and not read.is_as_sent
        await adapter.delete(target, receipt.remote_id)
        assert await adapter.read(target, receipt.remote_id, sent) is None

    async def test_read_finds_a_change_that_was_answered_and_does_not_stand(
        self, adapter: Any, target: str, key: str
    ) -> None:
        """A server that says yes and keeps the old words looks like one where somebody put them back: both are found."""
        if not {"read", "edit"} <= abilities_of(self.adapter_type):
            return
        old, new = self.content("واکسن از ۸ آذر."), self.content("واکسن از ۹ آذر.")
        receipt = await adapter.publish(target, old, key=key)
        await adapter.edit(target, receipt.remote_id, new, key=f"{key}-2")
        stands = await adapter.read(target, receipt.remote_id, new)
        assert stands is not None and stands.is_as_sent
        await adapter.edit(target, receipt.remote_id, old, key=f"{key}-3")
        stands = await adapter.read(target, receipt.remote_id, new)
        assert stands is not None and not stands.is_as_sent and "۸ آذر" in stands.words
