"""Puts a unit's name on a picture: on a soft plate, in the corner where least is hidden."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter, ImageStat

from ravi.library.lettering.drawing import FINER, as_jpeg, disc, draw_lines, lay
from ravi.library.lettering.face import BOLD, REGULAR, Face
from ravi.library.lettering.paragraph import direction
from ravi.library.lettering.setting import Line, WordTooWide, broken, paragraphs
from ravi.library.stamp import (
    CORNERS,
    DARK,
    EDGE_SHARE,
    LIGHT,
    SMALLEST_TYPE,
    TYPE_SHARE,
    WIDEST_SHARE,
    Corner,
    Plate,
    Stamp,
)

SECOND, STEP, PADDING, BEAD, ROUND = 0.8, 1.55, 0.62, 0.2, 0.5
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Sign:
    """The lines of a name, at one size of type."""

    stamp: Stamp
    size: int
    name: tuple[Line, ...]
    second: tuple[Line, ...]

    @property
    def indent(self) -> float:
        """The bead and the space after it."""
        return self.size * BEAD * 5

    @property
    def width(self) -> int:
        widest = max(
            [line.width * self.size for line in self.name] + [line.width * self.second_size for line in self.second]
        )
        return round(widest + self.indent + 2 * self.size * PADDING)

    @property
    def height(self) -> int:
        return round(
            len(self.name) * self.size * STEP + len(self.second) * self.second_size * STEP + self.size * PADDING
        )

    @property
    def second_size(self) -> int:
        return round(self.size * SECOND)


def sign_for(stamp: Stamp, width: int, height: int) -> Sign:
    """As large as the picture asks, and smaller where a long name would else cross it. Raises WordTooWide."""
    wished = max(SMALLEST_TYPE, round(min(width, height) * TYPE_SHARE))
    for size in range(wished, SMALLEST_TYPE - 1, -1):
        try:
            return _sign(stamp, size, width * WIDEST_SHARE, lines=1)
        except WordTooWide:
            continue
    return _sign(stamp, SMALLEST_TYPE, width * WIDEST_SHARE, lines=9)


def _sign(stamp: Stamp, size: int, widest: float, *, lines: int) -> Sign:
    room = widest - size * (BEAD * 5 + 2 * PADDING)
    name = _set(stamp.unit, Face(BOLD, stamp.lang), room / size)
    second = _set(stamp.institution, Face(REGULAR, stamp.lang), room / round(size * SECOND))
    if max(len(name), len(second)) > lines:
        raise WordTooWide(stamp.unit)
    return Sign(stamp, size, name, second)


def _set(text: str, face: Face, width: float) -> tuple[Line, ...]:
    return tuple(line for one in paragraphs(text, face.width) for line in broken(one, width, face.width))


def box_of(corner: Corner, sign: Sign, width: int, height: int) -> Box:
    """Where the plate lies."""
    edge = round(min(width, height) * EDGE_SHARE)
    left = edge if corner in (Corner.BOTTOM_LEFT, Corner.TOP_LEFT) else width - edge - sign.width
    top = edge if corner in (Corner.TOP_LEFT, Corner.TOP_RIGHT) else height - edge - sign.height
    return left, top, left + sign.width, top + sign.height


def calmest(image: Image.Image, sign: Sign) -> Corner:
    """The corner with the fewest edges and shades under the plate; of equals the first of CORNERS."""
    grey = image.convert("L")
    edges = grey.filter(ImageFilter.FIND_EDGES)

    def unrest(corner: Corner) -> int:
        box = box_of(corner, sign, *image.size)
        return round(ImageStat.Stat(edges.crop(box)).mean[0] * 4 + ImageStat.Stat(grey.crop(box)).stddev[0])

    return min(CORNERS, key=unrest)


def plate_for(image: Image.Image, box: Box) -> Plate:
    """Light on what is light, dark on what is dark: the plate stays quiet, its own letters are read on either."""
    return LIGHT if ImageStat.Stat(image.convert("L").crop(box)).mean[0] >= 128 else DARK


def stamped(image: Image.Image, stamp: Stamp) -> Image.Image:
    """The picture with the name on it. Raises WordTooWide."""
    sign = sign_for(stamp, *image.size)
    corner = calmest(image.convert("RGB"), sign) if stamp.corner is Corner.CALMEST else stamp.corner
    box = box_of(corner, sign, *image.size)
    done = image.convert("RGBA")
    _draw(done, sign, box, plate_for(image.convert("RGB"), box))
    return done if image.mode == "RGBA" else done.convert("RGB")


def _draw(image: Image.Image, sign: Sign, box: Box, plate: Plate) -> None:
    left, top, right, _bottom = box
    lay(image, box, plate.ground, lambda draw, corner: _rounded(draw, corner, sign.size), cover=plate.cover)
    padding, way, around = sign.size * PADDING, direction(sign.stamp.unit), sign.size * BEAD
    across = right - padding - around if way == "rtl" else left + padding + around
    first = top + padding / 2 + sign.size * STEP / 2
    lay(image, (across - around, first - around, across + around, first + around), plate.bead, disc)
    begins = left + padding + (sign.indent if way == "ltr" else 0)
    ends = right - padding - (sign.indent if way == "rtl" else 0)
    draw = ImageDraw.Draw(image)
    _draw_part(draw, sign.name, Face(BOLD, sign.stamp.lang), sign.size, (begins, ends, top + padding / 2), plate)
    below = top + padding / 2 + len(sign.name) * sign.size * STEP
    _draw_part(draw, sign.second, Face(REGULAR, sign.stamp.lang), sign.second_size, (begins, ends, below), plate)


def _rounded(draw: ImageDraw.ImageDraw, corner: tuple[int, int], size: int) -> None:
    draw.rounded_rectangle((0, 0, *corner), radius=size * ROUND * FINER, fill=255)


def _draw_part(
    draw: ImageDraw.ImageDraw,
    lines: Sequence[Line],
    face: Face,
    size: int,
    at: tuple[float, float, float],
    plate: Plate,
) -> None:
    left, right, top = at
    draw_lines(draw, lines, face, size=size, left=left, right=right, top=top, step=size * STEP, fill=plate.name)


def draw_stamp(content: bytes, stamp: Stamp) -> tuple[bytes, str, int, int]:
    """(bytes, media type, width, height) of one of our own kept images. Raises OSError, WordTooWide."""
    image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
    done = stamped(image if image.mode == "RGBA" else image.convert("RGB"), stamp)
    if done.mode != "RGBA":
        return as_jpeg(done), "image/jpeg", done.width, done.height
    out = io.BytesIO()
    done.save(out, "PNG", optimize=True)
    return out.getvalue(), "image/png", done.width, done.height
