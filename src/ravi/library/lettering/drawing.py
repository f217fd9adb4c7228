"""Puts set lines onto a picture."""

import io
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw

from ravi.library.lettering.face import ASCENT, DESCENT, Face
from ravi.library.lettering.setting import Line

Box = tuple[float, float, float, float]
Colour = str | tuple[int, int, int]
# Draws itself white into a mask whose last pixel is that corner.
Shape = Callable[[ImageDraw.ImageDraw, tuple[int, int]], None]
FINER = 4


def draw_lines(
    draw: ImageDraw.ImageDraw, lines: Sequence[Line], face: Face, *, size: int, left: float, right: float, top: float,
    step: float, fill: Colour,
) -> None:  # fmt: skip
    """Each line from the side where its paragraph begins; `top` is that of the first line's room, `step` high each."""
    for at, line in enumerate(lines):
        baseline = top + at * step + (step - (ASCENT + DESCENT) * size) / 2 + ASCENT * size
        begins, anchor = (right, "rs") if line.direction == "rtl" else (left, "ls")
        draw.text(
            (begins, baseline), line.text, fill=fill, font=face.at(size), anchor=anchor, direction=line.direction,
            language=face.lang,
        )  # fmt: skip


def lay(image: Image.Image, box: Box, colour: Colour, shape: Shape, *, cover: float = 1) -> None:
    """A shape with soft edges, drawn large and made small, over a part of an RGBA picture."""
    left, top, right, bottom = (round(side) for side in box)
    size = (right - left, bottom - top)
    mask = Image.new("L", (size[0] * FINER, size[1] * FINER))
    shape(ImageDraw.Draw(mask), (mask.width - 1, mask.height - 1))
    shade = mask.resize(size, Image.Resampling.BOX).point(lambda value: value * cover)
    layer = Image.new("RGB", size, colour).convert("RGBA")
    layer.putalpha(shade)
    image.alpha_composite(layer, (left, top))


def disc(draw: ImageDraw.ImageDraw, corner: tuple[int, int]) -> None:
    """A bead."""
    draw.ellipse((0, 0, *corner), fill=255)


def diamond(draw: ImageDraw.ImageDraw, corner: tuple[int, int]) -> None:
    """A message."""
    across, down = corner
    draw.polygon([(across / 2, 0), (across, down / 2), (across / 2, down), (0, down / 2)], fill=255)


def as_jpeg(image: Image.Image) -> bytes:
    """Letters keep their edges: no colour is halved. Nothing but pixels goes in."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92, subsampling=0, optimize=True, progressive=True, exif=b"", icc_profile=None)
    return out.getvalue()
