"""Draws a text card: the words, and the thread that leads from them to the unit that says them."""

from dataclasses import dataclass
from functools import cached_property

from PIL import Image, ImageDraw

from ravi.library.card import COLOURS, MEASURES, Card
from ravi.library.lettering.drawing import as_jpeg, diamond, disc, draw_lines, lay
from ravi.library.lettering.face import BOLD, MEDIUM, REGULAR, Face
from ravi.library.lettering.paragraph import direction
from ravi.library.lettering.setting import Line, Paragraph, WordTooWide, broken, paragraphs

TITLE, TITLE_STEP, WORDS_STEP, BETWEEN = 1.42, 1.5, 1.72, 0.5
NAME_STEP, BELOW, INDENT, THREAD = 1.6, 0.84, 1.5, 4


class DoesNotFit(Exception):
    """The words are too many for the shape at its smallest type: `lines` where there is room for `room`."""

    def __init__(self, lines: int, room: int) -> None:
        super().__init__(lines, room)
        self.lines, self.room = lines, room


@dataclass(frozen=True)
class Block:
    """Paragraphs of one face at one size."""

    face: Face
    size: int
    step: float
    paragraphs: tuple[tuple[Line, ...], ...]

    @property
    def gap(self) -> float:
        return self.step * BETWEEN

    @property
    def height(self) -> float:
        if not self.paragraphs:
            return 0
        return self.count * self.step + (len(self.paragraphs) - 1) * self.gap

    @property
    def count(self) -> int:
        return sum(map(len, self.paragraphs))


class Sheet:
    """One card while it is being drawn. Raises DoesNotFit and WordTooWide when it is made."""

    def __init__(self, card: Card) -> None:
        self.card, self.measures, self.colours = card, MEASURES[card.shape], COLOURS[card.theme]
        self.bold, self.plain = Face(BOLD, card.lang), Face(REGULAR if card.title else MEDIUM, card.lang)
        self.indent = self.measures.name * INDENT
        self.foot = self._foot()
        self.title, self.words = self._fitted()

    @cached_property
    def way(self) -> str:
        """The side on which the card begins: that of its first letter."""
        return direction(self.card.said)

    @property
    def left(self) -> float:
        return self.measures.side + (self.indent if self.way == "ltr" else 0)

    @property
    def right(self) -> float:
        return self.measures.width - self.measures.side - (self.indent if self.way == "rtl" else 0)

    @property
    def foot_top(self) -> float:
        return self.measures.height - self.measures.bottom - sum(block.height for block in self.foot)

    @property
    def room(self) -> float:
        """The height for title and words."""
        return self.foot_top - self.measures.name * 1.4 - self.measures.top

    def _block(self, found: list[Paragraph], face: Face, size: int, step: float) -> Block:
        lines = (broken(one, (self.right - self.left) / size, face.width) for one in found)
        return Block(face, size, step * size, tuple(map(tuple, lines)))

    def _foot(self) -> tuple[Block, Block]:
        size = self.measures.name
        name, below = Face(BOLD, self.card.lang), Face(REGULAR, self.card.lang)
        return (
            self._block(paragraphs(self.card.unit, name.width), name, size, NAME_STEP),
            self._block(paragraphs(self.card.below, below.width), below, round(size * BELOW), NAME_STEP),
        )

    def _fitted(self) -> tuple[Block, Block]:
        """The largest type in which everything stands."""
        title = paragraphs(self.card.title, self.bold.width)
        words = paragraphs(self.card.words, self.plain.width)
        for size in range(self.measures.largest, self.measures.smallest - 1, -2):
            is_last = size - 2 < self.measures.smallest
            try:
                blocks = self._sized(title, words, size)
            except WordTooWide:
                if is_last:
                    raise
                continue
            if self._height(*blocks) <= self.room:
                return blocks
        raise self._too_long(*blocks)

    def _sized(self, title: list[Paragraph], words: list[Paragraph], size: int) -> tuple[Block, Block]:
        return (
            self._block(title, self.bold, round(size * TITLE), TITLE_STEP),
            self._block(words, self.plain, size, WORDS_STEP),
        )

    def _height(self, title: Block, words: Block) -> float:
        return title.height + words.height + (words.gap if title.count and words.count else 0)

    def _too_long(self, title: Block, words: Block) -> DoesNotFit:
        step = words.step or title.step
        over = self._height(title, words) - self.room
        lines = title.count + words.count
        return DoesNotFit(lines, max(0, lines - int(-(-over // step))))

    def drawn(self) -> Image.Image:
        """The whole card."""
        image = Image.new("RGBA", (self.measures.width, self.measures.height), self.colours.ground)
        draw = ImageDraw.Draw(image)
        top = self.measures.top + (self.room - self._height(self.title, self.words)) / 2
        self._draw_thread(image, draw, top)
        below = self._draw_block(draw, self.title, top, self.colours.title)
        self._draw_block(draw, self.words, below + (self.words.gap if self.title.count else 0), self.colours.words)
        below = self._draw_block(draw, self.foot[0], self.foot_top, self.colours.title)
        self._draw_block(draw, self.foot[1], below, self.colours.second)
        return image.convert("RGB")

    def _draw_block(self, draw: ImageDraw.ImageDraw, block: Block, top: float, fill: str) -> float:
        for at, lines in enumerate(block.paragraphs):
            draw_lines(
                draw, lines, block.face, size=block.size, left=self.left, right=self.right, top=top, step=block.step,
                fill=fill,
            )  # fmt: skip
            top += len(lines) * block.step + (block.gap if at + 1 < len(block.paragraphs) else 0)
        return top

    def _draw_thread(self, image: Image.Image, draw: ImageDraw.ImageDraw, top: float) -> None:
        """From a diamond, the message, to a bead, the one who says it."""
        across = self.measures.side if self.way == "ltr" else self.measures.width - self.measures.side
        first = (self.title if self.title.count else self.words).step
        begins, ends = round(top + first / 2), round(self.foot_top + self.foot[0].step / 2)
        draw.line([(across, begins), (across, ends)], fill=self.colours.thread, width=THREAD)
        for shape, half, down in ((diamond, 0.42, begins), (disc, 0.34, ends)):
            around = round(self.measures.name * half)
            lay(image, (across - around, down - around, across + around, down + around), self.colours.bead, shape)


def draw_card(card: Card) -> tuple[bytes, str, int, int]:
    """(bytes, media type, width, height). Raises DoesNotFit, WordTooWide."""
    image = Sheet(card).drawn()
    return as_jpeg(image), "image/jpeg", image.width, image.height
