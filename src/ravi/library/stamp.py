"""A name on a picture: in which corner, how large, in which colours. Pure; the letterer reads it too."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

# Below this a name could not be read, or would hide the picture.
SMALLEST_SIDE: Final = 320
# Of the shorter side: the type's size, and the distance from the edge.
TYPE_SHARE, EDGE_SHARE = 0.042, 0.028
SMALLEST_TYPE: Final = 16
# Of the picture's width that the plate may take.
WIDEST_SHARE: Final = 0.72


class Corner(StrEnum):
    """Where the name stands; the calmest corner is looked for unless somebody says which."""

    CALMEST = "calmest"
    BOTTOM_LEFT = "bottom-left"
    BOTTOM_RIGHT = "bottom-right"
    TOP_LEFT = "top-left"
    TOP_RIGHT = "top-right"


CORNERS: Final = (Corner.BOTTOM_LEFT, Corner.BOTTOM_RIGHT, Corner.TOP_LEFT, Corner.TOP_RIGHT)


@dataclass(frozen=True)
class Plate:
    """What lies under the name: a colour that lets a little through, and letters that are read on it whatever is below."""

    ground: tuple[int, int, int]
    cover: float
    name: tuple[int, int, int]
    bead: tuple[int, int, int]


LIGHT: Final = Plate((255, 255, 255), 0.86, (25, 31, 42), (37, 65, 140))
DARK: Final = Plate((25, 30, 38), 0.80, (255, 255, 255), (238, 187, 92))


@dataclass(frozen=True)
class Stamp:
    """All that decides how a picture is stamped."""

    unit: str
    institution: str
    corner: Corner
    lang: str = "fa"

    def recipe(self) -> dict[str, Any]:
        """For keeping it beside the picture."""
        return {"unit": self.unit, "institution": self.institution, "corner": str(self.corner), "lang": self.lang}


def is_too_small(width: int, height: int) -> bool:
    """Whether no name could be read on it."""
    return min(width, height) < SMALLEST_SIDE


def stamp_of(unit: str, institution: str, corner: Corner) -> Stamp:
    """A headquarters that bears the institution's name says it once."""
    return Stamp(unit, "" if institution == unit else institution, corner)
