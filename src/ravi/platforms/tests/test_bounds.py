"""The lower of two limits holds, and nothing but limits is touched."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.platforms import registry
from ravi.platforms.bounds import documented, narrowed
from ravi.platforms.contract import LIMIT_NAMES, Content, Profile
from ravi.platforms.shapes.limits import problems_of

PROFILES = [registry.profile(kind, platform) for kind in registry.kinds() for platform in registry.platforms(kind)]
FOUND = st.dictionaries(st.sampled_from(sorted(LIMIT_NAMES)), st.floats(1, 10**9))


def mastodon() -> Profile:
    return registry.profile("sandbox", "mastodon")


def test_an_instance_that_takes_fewer_characters_is_measured_by_its_own_figure():
    profile = mastodon()
    most = int(documented(profile)["text"])
    words = Content("س" * 300)
    assert most > 300 and problems_of(words, profile) == []
    [problem] = problems_of(words, narrowed(profile, {"text": 200}))
    assert (problem.code, problem.actual, problem.limit) == ("too_long", 300, 200)


@pytest.mark.parametrize("told", [{"text": 10**6}, {"posts_per_day": 3}, {}, {"text": 0.0}])
def test_what_is_higher_or_no_limit_of_a_copy_changes_nothing(told):
    assert narrowed(mastodon(), told) == mastodon()


@given(st.sampled_from(PROFILES), FOUND)
def test_no_limit_grows(profile: Profile, found: dict[str, float]):
    narrow = narrowed(profile, found)
    before, after = documented(profile), documented(narrow)
    assert all(after[name] <= before[name] for name in before)
    assert {name for name in before if after[name] < before[name]} <= set(found)
    same = {"text_limits": profile.text_limits, "video": profile.video}
    limits = {"max_media": profile.max_media, "max_media_bytes": profile.max_media_bytes}
    assert replace(narrow, **same, **limits) == profile
