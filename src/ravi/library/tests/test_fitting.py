"""Whatever the image and whichever the platform: what is drawn is taken there, whole, and no larger than it must be."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.library.fitting import ENOUGH_BYTES, Change, bounds, changes, recipe_for
from ravi.library.recipe import Recipe, within
from ravi.library.rules import KEPT_SIDE
from ravi.platforms import registry
from ravi.platforms.contract import Content, MediaItem, Profile
from ravi.platforms.shapes.limits import problems_of

IMAGE_CODES = {"media_type", "media_too_large", "media_shape"}


def profiles() -> Iterator[Profile]:
    """Every platform by every way that leads there, save those that take no image at all."""
    every = (registry.profile(kind, platform) for kind in registry.kinds() for platform in registry.platforms(kind))
    yield from (profile for profile in every if profile.media_types)


PROFILES = {(profile.kind, profile.max_media_bytes): profile for profile in profiles()}
INSTAGRAM = registry.profile("manual", "instagram")


@st.composite
def images(draw: st.DrawFn) -> MediaItem:
    """One pixel to fifty million, as long as 100 to 1, in every kind and weight."""
    short = draw(st.integers(1, 7_000))
    long = draw(st.integers(short, min(short * 100, 50_000_000 // short)))
    width, height = draw(st.sampled_from([(short, long), (long, short)]))
    kind = draw(st.sampled_from(["image/jpeg", "image/png", "image/webp", "image/gif"]))
    return MediaItem("0" * 64, kind, "x", width=width, height=height, size_bytes=draw(st.integers(40, 30_000_000)))


def image_problems(item: MediaItem, profile: Profile) -> set[str]:
    found = {problem.code for problem in problems_of(Content(text="x", media=(item,)), profile)}
    return found & IMAGE_CODES


def drawn(item: MediaItem, recipe: Recipe) -> MediaItem:
    """As the recipe says that it will be."""
    width, height = recipe.sides(item.width, item.height)
    return replace(item, media_type="image/jpeg", width=width, height=height, size_bytes=recipe.most_bytes)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=["-".join(map(str, key)) for key in PROFILES])
@given(item=images())
def test_what_is_drawn_is_taken(profile: Profile, item: MediaItem) -> None:
    recipe = recipe_for(item, profile)
    if recipe is None:
        assert image_problems(item, profile) == set()
        return
    assert image_problems(item, profile) != set(), "it was drawn for nothing"
    assert image_problems(drawn(item, recipe), profile) == set()
    assert recipe.most_bytes <= ENOUGH_BYTES and changes(item, recipe)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=["-".join(map(str, key)) for key in PROFILES])
@given(item=images(), step=st.integers(0, 30))
def test_a_lighter_one_is_taken_too(profile: Profile, item: MediaItem, step: int) -> None:
    """Fewer pixels round the sides; the shape still holds on each step down."""
    recipe = recipe_for(item, profile)
    if recipe is None:
        return
    sides = [side for side, _quality in recipe.steps(max(item.width, item.height))]
    width, height = recipe.padded(*within(item.width, item.height, sides[min(step, len(sides) - 1)]))
    small = replace(drawn(item, recipe), width=width, height=height)
    assert image_problems(small, profile) == set()


@given(images(), st.floats(0.01, 1), st.floats(1, 100))
def test_nothing_is_cut_and_the_canvas_is_the_smallest(item: MediaItem, low: float, high: float) -> None:
    recipe = Recipe(KEPT_SIDE, 1_000_000, low, high)
    picture = within(item.width, item.height, KEPT_SIDE)
    width, height = recipe.sides(item.width, item.height)
    assert width >= picture[0] and height >= picture[1] and max(width, height) <= KEPT_SIDE
    assert low <= width / height <= high
    if width > picture[0]:
        assert height == picture[1] and (width - 1) / height < low
    if height > picture[1]:
        assert width == picture[0] and width / (height - 1) > high


@given(images())
def test_a_picture_is_never_enlarged_and_keeps_its_shape(item: MediaItem) -> None:
    width, height = within(item.width, item.height, KEPT_SIDE)
    assert width <= item.width and height <= item.height and max(width, height) <= KEPT_SIDE
    assert abs(width * item.height - height * item.width) <= max(item.width, item.height)


@given(
    st.integers(1, 10_000),
    st.integers(1, 10**9),
    st.one_of(st.just((0.0, 0.0)), st.tuples(st.floats(0.001, 1), st.floats(1, 1000) | st.just(float("inf")))),
)
def test_a_recipe_is_read_as_it_was_written(side: int, most: int, shape: tuple[float, float]) -> None:
    recipe = Recipe(side, most, *shape)
    assert Recipe.read(str(recipe)) == recipe and len(str(recipe)) <= 100


@pytest.mark.parametrize("said", ["", "png 1 1 any", "jpeg 1 1", "jpeg x 1 any", "jpeg 1 1 0.8:x"])
def test_what_is_no_recipe_is_refused(said: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- int() and float() say which word they could not read
        Recipe.read(said)


def test_equal_needs_share_a_recipe() -> None:
    """A see-through poster of twelve megabytes, for all that take no such thing."""
    poster = MediaItem("0" * 64, "image/png", "x", width=2560, height=1600, size_bytes=12_000_000)
    recipes = {kind: recipe_for(poster, profile) for (kind, _most), profile in PROFILES.items()}
    shared = {kind for kind, recipe in recipes.items() if str(recipe) == f"jpeg {KEPT_SIDE} {ENOUGH_BYTES} any"}
    assert shared >= {"telegram", "facebook", "linkedin", "threads", "x", "eitaa", "rubika", "soroush"}
    assert len({str(recipe) for recipe in recipes.values() if recipe}) == 4  # and Bluesky's, a letter's, Instagram's


def test_every_shape_that_a_platform_asks_for_has_the_square_in_it() -> None:
    """So that padding never makes a picture longer than its long side."""
    for profile in chain(PROFILES.values(), registry.own().values()):
        low, high = bounds(profile)
        assert low <= 1 <= high, profile.kind


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (MediaItem("0", "image/jpeg", width=1000, height=2000, size_bytes=9_000), (Change.SIDES,)),
        (MediaItem("0", "image/jpeg", width=3000, height=1000, size_bytes=9_000), (Change.TOP_AND_BOTTOM,)),
        (MediaItem("0", "image/png", width=1000, height=1000, size_bytes=9_000), (Change.FLATTENED,)),
        (
            MediaItem("0", "image/png", width=1000, height=2000, size_bytes=9_000_000),
            (Change.SIDES, Change.FLATTENED, Change.LIGHTER),
        ),
    ],
)
def test_what_people_see_of_it(item: MediaItem, expected: tuple[Change, ...]) -> None:
    recipe = recipe_for(item, INSTAGRAM)
    assert recipe is not None and changes(item, recipe) == expected


def test_nothing_helps_where_no_image_is_taken_and_unmeasured_ones_are_let_be() -> None:
    item = MediaItem("0", "image/png", width=10, height=10, size_bytes=10)
    assert recipe_for(item, registry.profile("manual", "aparat")) is None
    assert recipe_for(MediaItem("0", "image/jpeg", size_bytes=10), INSTAGRAM) is None
