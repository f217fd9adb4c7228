"""Puts set lines onto a picture."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

from ravi.library.lettering.face import ASCENT, DESCENT, Face
from ravi.library.lettering.setting import Line


def draw_lines(
    draw: ImageDraw.ImageDraw, lines: Sequence[Line], face: Face, *, size: int, left: float, right: float, top: float,
    step: float, fill: str | tuple[int, int, int],
) -> None:  # fmt: skip
    """Each line from the side where its paragraph begins; `top` is that of the first line's room, `step` high each."""
    for at, line in enumerate(lines):
        baseline = top + at * step + (step - (ASCENT + DESCENT) * size) / 2 + ASCENT * size
        begins, anchor = (right, "rs") if line.direction == "rtl" else (left, "ls")
        draw.text(
            (begins, baseline), line.text, fill=fill, font=face.at(size), anchor=anchor, direction=line.direction,
            language=face.lang,
        )  # fmt: skip


def as_jpeg(image: Image.Image) -> bytes:
    """Letters keep their edges: no colour is halved. Nothing but pixels goes in."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92, subsampling=0, optimize=True, progressive=True, exif=b"", icc_profile=None)
    return out.getvalue()
