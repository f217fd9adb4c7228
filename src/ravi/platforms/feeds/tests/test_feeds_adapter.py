"""The feeds' adapter reaches nothing: what it answers is what the citizens' pages will show."""

from __future__ import annotations

import dataclasses

from ravi.platforms import registry
from ravi.platforms.contract import Content, Mark
from ravi.platforms.contract_faults import NobodyThere
from ravi.platforms.contract_samples import PERSIAN, image
from ravi.platforms.contract_tests import surface_problems
from ravi.platforms.feeds.adapter import Feeds, FeedsCredentials
from ravi.platforms.feeds.profile import PROFILES

PAGE = "https://ravi.example.org/p/mehregan/news/omid/"


async def test_a_copy_is_known_by_its_key_and_keeps_it() -> None:
    network = NobodyThere()
    adapter = Feeds(FeedsCredentials(), network)
    content = Content(PERSIAN, "عنوان", marks=(Mark("bold", 0, 5),))
    receipt = await adapter.publish(PAGE, content, key="k")
    assert (receipt.remote_id, receipt.link) == ("k", f"{PAGE}k/")
    assert await adapter.publish(PAGE, content, key="k") == receipt
    assert await adapter.edit(PAGE, "k", content, key="k2") == receipt
    await adapter.delete(PAGE, "k")
    await adapter.delete(PAGE, "k")
    assert network.asked == []


def test_it_can_do_nothing_else_and_needs_no_key() -> None:
    assert surface_problems(Feeds) == []
    assert dataclasses.fields(Feeds.credentials_type) == ()
    assert not registry.needs_credential("feeds", "feeds") and registry.needs_credential("telegram", "telegram")


def test_a_title_is_asked_for_and_length_is_free() -> None:
    assert [p.code for p in Feeds.validate(Content("متن"), PROFILES["feeds"])] == ["title_missing"]
    assert Feeds.validate(Content("ب" * 100_000, "عنوان", media=(image("تصویر"),) * 10), PROFILES["feeds"]) == []
