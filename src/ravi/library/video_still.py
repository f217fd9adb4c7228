"""Draws the picture of a video that was made anew: a frame that shows something, or the one that was asked for."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, Any

import av
from PIL import Image, ImageStat

from ravi.library import video_rules as rules
from ravi.library.video_film import Refused, matrix_of, rotation_of

SIDE, QUALITY = 1280, 85
_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


def still(made: IO[bytes], at_ms: int | None = None) -> tuple[dict[str, Any], bytes]:
    """(width, height and length of the video as people see it, its picture as JPEG). Raises Refused."""
    made.seek(0)
    opened: Any = av.open(made, format="mov")
    if not opened.streams.video:
        raise Refused("no_picture")
    stream = opened.streams.video[0]
    duration_s = (opened.duration or 0) / av.time_base
    image = _at(opened, stream, at_ms / 1000) if at_ms is not None else _found(opened, stream, duration_s)
    if image is None:
        raise Refused("damaged")
    facts = {"width": image.width, "height": image.height, "duration_ms": max(1, round(duration_s * 1000))}
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True, exif=b"", icc_profile=None)
    return facts, out.getvalue()


def _found(opened: Any, stream: Any, duration_s: float) -> Image.Image | None:
    """The first that shows something, else the one with the most in it."""
    best, most = None, -1.0
    for image in _suggested(opened, stream, duration_s):
        told = ImageStat.Stat(image.convert("L").resize((64, 64)))
        if rules.looks_like_something(told.mean[0], told.stddev[0]):
            return image
        if told.stddev[0] > most:
            best, most = image, told.stddev[0]
    return best


def _suggested(opened: Any, stream: Any, duration_s: float) -> Iterator[Image.Image]:
    for moment_s in rules.suggested_moments(duration_s):
        image = _at(opened, stream, moment_s)
        if image is not None:
            yield image


def _at(opened: Any, stream: Any, moment_s: float) -> Image.Image | None:
    """The frame that is seen at that moment; the last one behind the end."""
    opened.seek(int(moment_s * av.time_base), backward=True)
    last = None
    for frame in opened.decode(stream):
        last = frame
        if frame.time is not None and frame.time + 0.001 >= moment_s:
            break
    return _upright(last) if last is not None else None


def _upright(frame: Any) -> Image.Image:
    image: Image.Image = frame.to_image()
    turn = _TURNS.get(rotation_of(matrix_of(frame)))
    return image.transpose(turn) if turn is not None else image
