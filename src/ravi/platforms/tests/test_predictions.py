"""The posts by which predictions are tried: at every edge themselves, of every kind, and the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ravi.platforms import registry
from ravi.platforms.contract import Content, Profile
from ravi.platforms.contract_posts import generated_posts
from ravi.platforms.contract_predictions import PREDICTIONS, Tally
from ravi.platforms.shapes.limits import COUNTERS, problems_of

PAIRS = [(kind, one) for kind in registry.kinds() if not registry.is_by_hand(kind) for one in registry.platforms(kind)]


@pytest.fixture(params=PAIRS, ids=" ".join)
def profile(request: pytest.FixtureRequest) -> Profile:
    return registry.profile(*request.param)


@pytest.fixture
def posts(profile: Profile) -> Iterator[list[Content]]:
    yield list(generated_posts(profile, PREDICTIONS, seed=1))


def test_the_same_seed_makes_the_same_posts(profile: Profile, posts: list[Content]) -> None:
    assert list(generated_posts(profile, PREDICTIONS, seed=1)) == posts
    assert list(generated_posts(profile, PREDICTIONS, seed=2)) != posts


def test_each_limit_is_met_to_the_very_unit_on_both_sides(profile: Profile) -> None:
    for with_media in (False, True):
        many = [one for seed in range(8) for one in generated_posts(profile, PREDICTIONS, seed=seed)]
        texts = [one.text for one in many if bool(one.media) is with_media]
        for limit in profile.limits(with_media=with_media):
            lengths = {COUNTERS[limit.unit](text) for text in texts}
            assert {limit.maximum - 1, limit.maximum, limit.maximum + 1, limit.maximum + 2} <= lengths, limit


def test_images_are_as_many_as_may_be_and_one_more(profile: Profile, posts: list[Content]) -> None:
    counts = {len(one.media) for seed in range(4) for one in generated_posts(profile, PREDICTIONS, seed=seed)}
    assert {0, 1, profile.max_media, profile.max_media + 1} <= counts


def test_videos_stand_alone_and_beside_images_where_there_are_any(profile: Profile, posts: list[Content]) -> None:
    many = [one for seed in range(4) for one in generated_posts(profile, PREDICTIONS, seed=seed)]
    kinds = {frozenset(item.is_video for item in one.media) for one in many}
    with_videos = {frozenset({True}), frozenset({True, False})}
    assert with_videos <= kinds if profile.video else not with_videos & kinds


def test_who_is_laxer_than_the_platform_is_wrong_and_who_is_stricter_needs_a_reason() -> None:
    telegram, bale = registry.profile("telegram", "telegram"), registry.profile("bale", "bale")
    tally = Tally("telegram")
    tally.add(Content("سلام"), [], telegram, taken=False)
    assert len(tally.wrong) == 1 and "taken=False" in tally.wrong[0]
    marked = Content("*مهم*")
    tally.add(marked, problems_of(marked, bale), bale, taken=True)
    long = Content("س" * 4097)
    tally.add(long, problems_of(long, telegram), telegram, taken=True)
    assert (len(tally.wrong), tally.right, tally.cautious, tally.tried) == (2, 0, 1, 3)
