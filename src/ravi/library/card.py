"""What a text card is: its words, its shape, its colours, and from which it is drawn anew. Pure; the letterer reads it too."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

LONGEST_TITLE: Final = 120
LONGEST_WORDS: Final = 700


class Shape(StrEnum):
    """The outlines that platforms show whole."""

    SQUARE = "square"
    PORTRAIT = "portrait"
    STORY = "story"
    WIDE = "wide"


@dataclass(frozen=True)
class Measures:
    """Of one shape, in pixels: sides, what stays free at the edges, and the smallest and largest type of the words."""

    width: int
    height: int
    side: int
    top: int
    bottom: int
    smallest: int
    largest: int
    name: int


# A story's upper and lower edge lie under the platform's own buttons. The smallest type is 11 points on a phone that is
# 360 wide.
MEASURES: Final[Mapping[Shape, Measures]] = {
    Shape.SQUARE: Measures(1080, 1080, 88, 96, 84, 34, 84, 34),
    Shape.PORTRAIT: Measures(1080, 1350, 88, 120, 96, 34, 88, 36),
    Shape.STORY: Measures(1080, 1920, 96, 270, 330, 36, 92, 38),
    Shape.WIDE: Measures(1200, 675, 80, 64, 56, 30, 60, 28),
}


class Theme(StrEnum):
    """The pigments of a manuscript on paper, as on every page of Ravi."""

    PAPER = "paper"
    LAPIS = "lapis"
    SAFFRON = "saffron"
    VERMILION = "vermilion"
    INK = "ink"


@dataclass(frozen=True)
class Colours:
    """Ground, title, words, the foot's second line, and the thread with its beads."""

    ground: str
    title: str
    words: str
    second: str
    thread: str
    bead: str


COLOURS: Final[Mapping[Theme, Colours]] = {
    Theme.PAPER: Colours("#f4f4f0", "#1a2f69", "#191f2a", "#47505c", "#6d84bf", "#25418c"),
    Theme.LAPIS: Colours("#25418c", "#ffffff", "#e7ebf6", "#c9d4f2", "#a7bbf5", "#eebb5c"),
    Theme.SAFFRON: Colours("#fbefd6", "#6b3f00", "#191f2a", "#5c4a2a", "#b36b00", "#8a5300"),
    Theme.VERMILION: Colours("#a8321b", "#ffffff", "#fdf3f0", "#fae0d8", "#f5a18d", "#ffffff"),
    Theme.INK: Colours("#191e26", "#eebb5c", "#e8eaed", "#b9c0ca", "#6a82c4", "#e0a63a"),
}


@dataclass(frozen=True)
class Card:
    """All that decides how a card looks: the same card is the same bytes. `below` stands under the unit's name."""

    title: str
    words: str
    shape: Shape
    theme: Theme
    unit: str
    below: str
    lang: str = "fa"

    @property
    def said(self) -> str:
        """What stands in the picture, for those who do not see it."""
        return "\n".join(part for part in (self.title, self.words) if part)

    def recipe(self) -> dict[str, str]:
        """For keeping it beside the picture."""
        return {name: str(value) for name, value in asdict(self).items()}


def card_of(recipe: Mapping[str, Any]) -> Card:
    """The card that `recipe` wrote. Raises KeyError, ValueError."""
    return Card(
        str(recipe["title"]),
        str(recipe["words"]),
        Shape(recipe["shape"]),
        Theme(recipe["theme"]),
        str(recipe["unit"]),
        str(recipe["below"]),
        str(recipe["lang"]),
    )
