"""Ravi's own letters in one weight: shaped by HarfBuzz through Raqm, which asks the system's FriBidi for the order."""

import ctypes
from functools import cache
from pathlib import Path
from typing import Final

from PIL import ImageFont

import ravi
from ravi.library.lettering.paragraph import Direction

FONT: Final = Path(ravi.__file__).parent / "core" / "static" / "ravi" / "font" / "vazirmatn-33.0.3.woff2"
FRIBIDI: Final = "libfribidi.so.0"
PACKAGE: Final = "libfribidi0"
REGULAR, MEDIUM, BOLD = 400, 550, 700
# Above and under the baseline, at a type size of one: no letter with its marks reaches further.
ASCENT, DESCENT = 1.03, 0.54
_MEASURED_AT = 256


def can_draw() -> bool:
    """Whether the library is there that puts mixed text into order. Asked anew each time, since it can be installed."""
    try:
        ctypes.CDLL(FRIBIDI)
    except OSError:
        return False
    return True


@cache
def _font(weight: int, size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(FONT), size, layout_engine=ImageFont.Layout.RAQM)
    font.set_variation_by_axes([weight])
    return font


class Face:
    """One weight of the letters, in a language; sizes are in pixels."""

    def __init__(self, weight: int, lang: str) -> None:
        self.weight, self.lang = weight, lang

    def at(self, size: float) -> ImageFont.FreeTypeFont:
        """The letters at a size."""
        return _font(self.weight, size)

    def width(self, text: str, direction: Direction) -> float:
        """How far a text leads the pen, at a type size of one."""
        return self.at(_MEASURED_AT).getlength(text, direction=direction, language=self.lang) / _MEASURED_AT
