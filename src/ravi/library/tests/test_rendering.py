"""What the child process draws, read back by another decoder: whole, light enough, of the asked shape, and only pixels."""

import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ravi.library.drawing import draw_by, redraw
from ravi.library.errors import ImageRefused
from ravi.library.recipe import Recipe
from ravi.library.reencode import jpeg
from ravi.library.rendering import render
from ravi.library.rules import KEPT_SIDE, WISHED_BYTES

CORNERS = {"red": (0, 0), "lime": (1, 0), "blue": (0, 1), "yellow": (1, 1)}


def encoded(image, kind="PNG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def noise(width, height):
    return Image.frombytes("RGB", (width, height), random.Random(7).randbytes(width * height * 3))


def poster(width, height):
    """Four coloured quarters: a cut corner would be missed."""
    image = Image.new("RGB", (width, height))
    for color, (right, below) in CORNERS.items():
        box = (right * width // 2, below * height // 2, (1 + right) * width // 2, (1 + below) * height // 2)
        image.paste(color, box)
    return image


def decoded(content):
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@settings(max_examples=60, deadline=None)
@given(st.integers(8, 400), st.integers(8, 400), st.floats(0.05, 1), st.floats(1, 20))
def test_all_four_corners_are_there_and_the_shape_is_the_asked_one(width, height, low, high):
    made = render(poster(width, height), Recipe(KEPT_SIDE, 1_000_000, low, high))
    assert made is not None
    image = decoded(made[0])
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", made[1:])
    assert low <= image.width / image.height <= high
    left, top = (image.width - width) // 2, (image.height - height) // 2
    expected = poster(width, height)
    for right, below in CORNERS.values():
        x, y = (right * (width - 1) or 1), (below * (height - 1) or 1)
        seen, meant = image.getpixel((left + x, top + y)), expected.getpixel((x, y))
        assert all(abs(a - b) < 100 for a, b in zip(seen, meant, strict=True)), (right, below, seen, meant)


@pytest.mark.parametrize("size", [(1, 1), (1, 100), (100, 1), (1, 2560), (2560, 26), (2560, 2560)])
def test_the_smallest_and_the_longest_are_drawn(size):
    made = draw_by(encoded(Image.new("RGB", size, "navy")), [str(Recipe(KEPT_SIDE, 1_000_000, 4 / 5, 1.91))])[0]
    assert made is not None
    image = decoded(made.content)
    assert (image.width, image.height) == (made.width, made.height)
    assert 4 / 5 <= image.width / image.height <= 1.91


@pytest.mark.parametrize("most", [4_000_000, 300_000, 20_000])
def test_the_wildest_picture_is_made_light_enough_and_no_lighter_than_it_must(most):
    made = draw_by(jpeg(noise(1000, 750), 90), [f"jpeg {KEPT_SIDE} {most} any"])[0]
    assert made is not None and min(most, 900_000) * 0.3 < len(made.content) <= most
    assert decoded(made.content).size == (made.width, made.height)


def test_what_cannot_be_so_light_is_not_drawn_and_the_others_are():
    made = draw_by(encoded(noise(400, 300)), ["jpeg 2560 100 any", "jpeg 2560 900000 any"])
    assert made[0] is None and made[1] is not None


def test_what_one_could_see_through_is_white():
    glass = Image.new("RGBA", (40, 30), (0, 0, 255, 0))
    glass.paste((0, 0, 255, 255), (0, 0, 20, 30))
    made = draw_by(encoded(glass), ["jpeg 2560 900000 any"])[0]
    assert made is not None
    image = decoded(made.content)
    assert image.getpixel((35, 15)) == (255, 255, 255) and image.getpixel((5, 15))[2] > 230


def test_the_colours_of_an_edge_go_on_in_what_is_padded():
    """A poster on a plain ground has no seam; nothing of its words stands in the padding."""
    plain = Image.new("RGB", (100, 400), (240, 230, 200))
    plain.paste((0, 0, 0), (30, 150, 70, 250))
    made = render(plain, Recipe(KEPT_SIDE, 1_000_000, 1, 1))
    assert made is not None
    image = decoded(made[0])
    assert image.size == (400, 400)
    for x in (0, 60, 140, 260, 399):
        assert all(abs(a - b) < 6 for a, b in zip(image.getpixel((x, 200)), (240, 230, 200), strict=True))


def test_the_same_recipe_draws_the_same_bytes():
    kept = jpeg(noise(300, 200), 90)
    recipe = ["jpeg 200 900000 0.8:1.91"]
    assert draw_by(kept, recipe) == draw_by(kept, recipe)


def test_what_is_kept_is_better_than_any_platform_needs():
    wild = redraw(encoded(noise(4000, 3000), "JPEG", quality=60))
    assert len(wild.content) <= WISHED_BYTES and max(wild.width, wild.height) >= 2048
    letters = Image.new("RGB", (200, 100), "white")
    letters.paste((200, 0, 0), (99, 0, 101, 100))  # a red stroke of two pixels, as thin letters have it
    stroke = decoded(redraw(encoded(letters)).content).getpixel((100, 50))
    assert all(abs(a - b) < 25 for a, b in zip(stroke, (200, 0, 0), strict=True))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\xff\xd8\xff\xe0damaged"])
def test_what_is_no_image_is_refused(content):
    with pytest.raises(ImageRefused):
        draw_by(content, ["jpeg 2560 900000 any"])
