"""Decides how an image must be drawn anew for a platform: by its kind, its shape and its bytes. Pure; draws nothing."""

from __future__ import annotations

from enum import StrEnum
from math import inf
from typing import Final, Protocol

from ravi.library.recipe import Recipe
from ravi.library.rules import KEPT_SIDE
from ravi.platforms.contract import Profile

# More bytes than these nobody sees on a picture of this many pixels; so most platforms share one rendition.
ENOUGH_BYTES: Final = 4_000_000
DRAWN: Final = "image/jpeg"


class Facts(Protocol):
    """What is known of an image without its bytes."""

    @property
    def media_type(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def size_bytes(self) -> int: ...


class Change(StrEnum):
    """What a recipe does to an image, as people see it."""

    SIDES = "sides"
    TOP_AND_BOTTOM = "top_and_bottom"
    FLATTENED = "flattened"
    LIGHTER = "lighter"


def recipe_for(image: Facts, profile: Profile) -> Recipe | None:
    """None where the platform takes the image as it is, and where no drawing would help (it takes no JPEG)."""
    low, high = bounds(profile)
    shape = _shape(image, low)
    has_place = low <= shape <= high
    is_taken = image.media_type in profile.media_types and image.size_bytes <= profile.max_media_bytes
    if (is_taken and has_place) or DRAWN not in profile.media_types:
        return None
    most = min(profile.max_media_bytes, ENOUGH_BYTES)
    # Fewer pixels round the sides: a shape near a bound is held to it, all others share one recipe.
    is_near = shape < 2 * low or shape > high / 2
    return Recipe(KEPT_SIDE, most, low, high) if is_near else Recipe(KEPT_SIDE, most)


def bounds(profile: Profile) -> tuple[float, float]:
    """The least and the greatest width to height that the platform takes."""
    low, high = profile.min_width_to_height or 0.0, profile.max_width_to_height or inf
    if profile.max_ratio is None:
        return low, high
    return max(low, 1 / profile.max_ratio), min(high, float(profile.max_ratio))


def changes(image: Facts, recipe: Recipe) -> tuple[Change, ...]:
    """What people see of it, the most visible first."""
    shape = _shape(image, recipe.low)
    found = {
        Change.SIDES: shape < recipe.low,
        Change.TOP_AND_BOTTOM: bool(recipe.high) and shape > recipe.high,
        Change.FLATTENED: image.media_type != DRAWN,
        Change.LIGHTER: image.size_bytes > recipe.most_bytes,
    }
    return tuple(change for change, is_so in found.items() if is_so)


def _shape(image: Facts, unknown: float) -> float:
    """Width to height; `unknown` where nobody measured it."""
    return image.width / image.height if image.width and image.height else unknown
