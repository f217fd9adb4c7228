"""Draws an uploaded image anew, in a process of its own with little memory and time: bytes in, bytes out.

Run as `python -m ravi.library.reencode`: the file on stdin; on stdout one line of JSON, then the new bytes. Nothing of
the old file but its pixels gets through: no EXIF, no place, no comment, no profile, no second frame, nothing appended.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from PIL import Image, ImageCms, ImageFile, ImageOps, PngImagePlugin

from ravi.library.rules import KEPT_SIDE, MAX_PIXELS, SHARP_COLOURS_FROM, STEPS, WISHED_BYTES, image_format

MEMORY_BYTES = 1_200 * 1024 * 1024
CPU_S = 20


class Refused(Exception):
    """The code of a sentence in ravi.library.errors."""


def reencode(content: bytes) -> tuple[bytes, str, int, int]:
    """(bytes, media type, width, height). Raises Refused."""
    with refusals():
        return _encode(opened(content))


@contextmanager
def refusals() -> Iterator[None]:
    """Whatever goes wrong with a picture is refused by one of our codes."""
    try:
        yield
    except MemoryError as error:
        raise Refused("too_heavy") from error
    except (OSError, ValueError, SyntaxError, IndexError, KeyError, TypeError, EOFError) as error:
        raise Refused("damaged") from error


def opened(content: bytes) -> Image.Image:
    """The picture and nothing else of the file: RGB, or RGBA where something is transparent."""
    kind = image_format(content[:16])
    if kind is None:
        raise Refused("not_an_image")
    return _open(content, kind)


def _open(content: bytes, kind: str) -> Image.Image:
    image: Image.Image = Image.open(io.BytesIO(content), formats=(kind,))
    if image.width * image.height > MAX_PIXELS:
        raise Refused("too_many_pixels")
    image.draft("RGB", (KEPT_SIDE, KEPT_SIDE))  # JPEG only: decodes at a fraction of its size where that is enough
    image.seek(0)
    profile = image.info.get("icc_profile")
    orientation = image.getexif().get(0x0112, 1)
    image = _plain_mode(image)
    image.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    image = _to_srgb(image, profile)
    image.info.clear()
    return _upright(image, orientation)


def _plain_mode(image: Image.Image) -> Image.Image:
    """RGB, or RGBA where something is transparent."""
    if image.mode.startswith("I;16") or image.mode in {"I", "F"}:
        image = image.point(lambda value: value / 256).convert("L")
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        image = image.convert("RGBA")
        lowest = image.getchannel("A").getextrema()[0]
        return image if isinstance(lowest, int | float) and lowest < 255 else image.convert("RGB")
    return image.convert("RGB")


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as they were meant, since the profile itself goes; a profile that cannot be read is left out."""
    if not profile:
        return image
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        drawn = ImageCms.profileToProfile(image, theirs, ImageCms.createProfile("sRGB"), outputMode=image.mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return drawn or image


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.info["exif"] = exif.tobytes()
    upright = ImageOps.exif_transpose(image)
    upright.info.clear()
    return upright


def _encode(image: Image.Image) -> tuple[bytes, str, int, int]:
    if image.mode == "RGBA":
        out = io.BytesIO()
        image.save(out, "PNG", optimize=True, pnginfo=PngImagePlugin.PngInfo())
        return out.getvalue(), "image/png", image.width, image.height
    for side, quality in STEPS:
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
        drawn = jpeg(image, quality)
        if len(drawn) <= WISHED_BYTES:
            break
    return drawn, "image/jpeg", image.width, image.height


def jpeg(image: Image.Image, quality: int) -> bytes:
    """An RGB image as a JPEG that says nothing but its pixels."""
    out = io.BytesIO()
    subsampling = 0 if quality >= SHARP_COLOURS_FROM else 2
    # A progressive file is written in one piece: where sharp colours of a wild picture need more, Pillow calls it broken.
    ImageFile.MAXBLOCK = max(ImageFile.MAXBLOCK, 3 * image.width * image.height)
    image.save(
        out,
        "JPEG",
        quality=quality,
        subsampling=subsampling,
        optimize=True,
        progressive=True,
        exif=b"",
        icc_profile=None,
    )
    return out.getvalue()


def hold_limits() -> None:
    """Little memory and time, and no file, for this process from here on."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it answers through a pipe and writes no file
    Image.MAX_IMAGE_PIXELS = None  # our own limit is asked before anything is decoded


def main(source: IO[bytes], target: IO[bytes]) -> None:
    """Answer one file."""
    hold_limits()
    try:
        content, media_type, width, height = reencode(source.read())
    except Refused as refused:
        target.write(json.dumps({"refused": str(refused)}).encode() + b"\n")
        return
    target.write(json.dumps({"media_type": media_type, "width": width, "height": height}).encode() + b"\n" + content)


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
