"""How long images take to be fitted: ten of each sort, for every platform that takes images (docs/performance.md).

.venv/bin/python tools/fitting.py
"""

import io
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import TypeVar

from PIL import Image, ImageFilter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from ravi.library.drawing import Drawn, draw_by, redraw
from ravi.library.fitting import recipe_for
from ravi.platforms import registry
from ravi.platforms.contract import MediaItem

IMAGES = 10
T = TypeVar("T")


def photo(number: int) -> bytes:
    """Twelve million pixels with the grain of a phone's."""
    noise = Image.frombytes("RGB", (2000, 1500), Random(number).randbytes(9_000_000))
    return _encoded(noise.resize((4000, 3000)).filter(ImageFilter.GaussianBlur(1)), "JPEG")


def poster(number: int) -> bytes:
    """A tall one, as designers make them for a wall."""
    image = Image.new("RGB", (1200, 3600), (230, 240, 20 * number))
    image.paste((20, 60, 90), (100, 100, 1100, 900))
    return _encoded(image, "PNG")


def glass(number: int) -> bytes:
    """One that can be seen through, with grain: the heaviest that is kept."""
    colours = Random(number).randbytes(2_000 * 1_500 * 4)
    return _encoded(Image.frombytes("RGBA", (2_000, 1_500), colours), "PNG")


def _encoded(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def recipes(kept: Drawn) -> list[str]:
    """Each once, for every platform with a profile."""
    item = MediaItem("", kept.media_type, width=kept.width, height=kept.height, size_bytes=len(kept.content))
    found = (recipe_for(item, profile) for profile in registry.own().values())
    return sorted({str(recipe) for recipe in found if recipe})


def measured() -> Iterator[dict[str, object]]:
    platforms = sum(bool(profile.media_types) for profile in registry.own().values())
    for made in (photo, poster, glass):
        uploads = [made(number) for number in range(IMAGES)]
        kept, upload_s, upload_cpu_s = _timed(lambda them=uploads: [redraw(one) for one in them])
        drawn, fitting_s, fitting_cpu_s = _timed(lambda them=kept: [draw_by(one.content, recipes(one)) for one in them])
        yield {
            "sort": made.__name__,
            "images": IMAGES,
            "platforms": platforms,
            "kept_bytes": sum(len(one.content) for one in kept) // IMAGES,
            "renditions": sum(len(one) for one in drawn),
            "upload_s": round(upload_s, 1),
            "upload_cpu_s": round(upload_cpu_s, 1),
            "fitting_s": round(fitting_s, 1),
            "fitting_cpu_s": round(fitting_cpu_s, 1),
        }


def _timed(work: Callable[[], T]) -> tuple[T, float, float]:
    """What it gave, the seconds that passed, and the processor's seconds of the child processes."""
    began, before = time.monotonic(), _cpu_s()
    return work(), time.monotonic() - began, _cpu_s() - before


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    for line in measured():
        print(json.dumps(line))
