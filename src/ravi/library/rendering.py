"""Draws a kept image anew by recipes, in a process of its own with little memory and time: bytes in, bytes out.

Run as `python -m ravi.library.rendering RECIPE...`: the kept image on stdin; on stdout one line of JSON with the sides
and the length of each rendition (null where its bytes cannot be few enough), then their bytes one after the other.
"""

import json
import sys
from collections.abc import Sequence
from typing import IO

from PIL import Image

from ravi.library.recipe import Recipe, within
from ravi.library.reencode import Refused, hold_limits, jpeg, opened, refusals

# Into so many patches an edge is melted, whose colours go on in what is padded: calm, and a plain poster has no seam.
PATCHES = 6
# How much of the picture its edge is, along the way to the other edge.
EDGE = 1 / 32

# So many times too heavy, the next step would be in vain: it is passed over, since each costs a quarter of a second.
FAR_ABOVE = 2

Rendered = tuple[bytes, int, int]


def render(picture: Image.Image, recipe: Recipe) -> Rendered | None:
    """(JPEG, width, height); None where no step has few enough bytes."""
    flat, steps = _on_white(picture), recipe.steps(max(picture.size))
    for side, quality in steps:
        drawn = _padded(_scaled(flat, side), recipe)
        content = jpeg(drawn, quality)
        if len(content) <= recipe.most_bytes:
            return content, drawn.width, drawn.height
        if len(content) > FAR_ABOVE * recipe.most_bytes:
            next(steps, None)
    return None


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A"))
    return flat


def _scaled(picture: Image.Image, side: int) -> Image.Image:
    sides = within(picture.width, picture.height, side)
    return picture if sides == picture.size else picture.resize(sides, Image.Resampling.LANCZOS)


def _padded(picture: Image.Image, recipe: Recipe) -> Image.Image:
    """The whole picture in the middle of a canvas of an allowed shape, on both sides the melted colours of its edge."""
    width, height = recipe.padded(picture.width, picture.height)
    if (width, height) == picture.size:
        return picture
    canvas = Image.new("RGB", (width, height))
    left, top = (width - picture.width) // 2, (height - picture.height) // 2
    right, bottom = left + picture.width, top + picture.height
    across, down = max(1, round(picture.width * EDGE)), max(1, round(picture.height * EDGE))
    if left or right < width:
        _melt(canvas, picture.crop((0, 0, across, picture.height)), (0, 0, left, height))
        _melt(canvas, picture.crop((picture.width - across, 0, *picture.size)), (right, 0, width, height))
    else:
        _melt(canvas, picture.crop((0, 0, picture.width, down)), (0, 0, width, top))
        _melt(canvas, picture.crop((0, picture.height - down, *picture.size)), (0, bottom, width, height))
    canvas.paste(picture, (left, top))
    return canvas


def _melt(canvas: Image.Image, edge: Image.Image, box: tuple[int, int, int, int]) -> None:
    sides = (box[2] - box[0], box[3] - box[1])
    if not all(sides):
        return
    patches = (1, PATCHES) if edge.width < edge.height else (PATCHES, 1)
    melted = edge.resize(patches, Image.Resampling.BOX).resize(sides, Image.Resampling.BICUBIC)
    canvas.paste(melted, box[:2])


def main(recipes: Sequence[str], source: IO[bytes], target: IO[bytes]) -> None:
    """Answer one image."""
    hold_limits()
    try:
        with refusals():
            picture = opened(source.read())
            drawn = [render(picture, Recipe.read(recipe)) for recipe in recipes]
    except Refused as refused:
        target.write(json.dumps({"refused": str(refused)}).encode() + b"\n")
        return
    head = [one and {"length": len(one[0]), "width": one[1], "height": one[2]} for one in drawn]
    target.write(json.dumps({"drawn": head}).encode() + b"\n" + b"".join(one[0] for one in drawn if one))


if __name__ == "__main__":
    main(sys.argv[1:], sys.stdin.buffer, sys.stdout.buffer)
