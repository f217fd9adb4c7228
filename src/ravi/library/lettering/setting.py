"""Sets words in a box: breaks lines at words, balances them, and finds the largest type in which nothing is cut. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ravi.library.lettering.paragraph import Direction, direction, in_context, pieces
from ravi.text.bidi import isolate_runs

# How wide a text stands at a type size of one, in a direction.
Measure = Callable[[str, Direction], float]


class WordTooWide(Exception):
    """One word is wider than a line; `word` is that word."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True)
class Line:
    """What stands on one line, with the marks of its neighbours; `width` at a type size of one."""

    text: str
    direction: Direction
    width: float


@dataclass(frozen=True)
class Paragraph:
    """The pieces of one paragraph with their widths at a type size of one."""

    pieces: tuple[str, ...]
    widths: tuple[float, ...]
    space: float
    direction: Direction


def paragraphs(text: str, measure: Measure) -> list[Paragraph]:
    """Every paragraph that says something, measured once for all sizes."""
    return [_paragraph(isolate_runs(one), measure) for one in text.split("\n") if one.strip()]


def _paragraph(text: str, measure: Measure) -> Paragraph:
    way = direction(text)
    found = tuple(pieces(text))
    return Paragraph(found, tuple(measure(piece, way) for piece in found), measure(" ", way), way)


def broken(paragraph: Paragraph, width: float, measure: Measure) -> list[Line]:
    """As few lines as the width allows, as equal as they can be. Raises WordTooWide."""
    widest = max(range(len(paragraph.pieces)), key=lambda at: paragraph.widths[at])
    if paragraph.widths[widest] > width:
        raise WordTooWide(paragraph.pieces[widest])
    fewest = _breaks(paragraph, width)
    return list(_lines(paragraph, _breaks(paragraph, _narrowest(paragraph, width, len(fewest))), measure))


def _narrowest(paragraph: Paragraph, width: float, count: int) -> float:
    """The least width that still needs no more lines: what balances them."""
    low, high = max(paragraph.widths), width
    for _step in range(12):
        middle = (low + high) / 2
        if len(_breaks(paragraph, middle)) <= count:
            high = middle
        else:
            low = middle
    return high


def _breaks(paragraph: Paragraph, width: float) -> list[int]:
    """The index after the last piece of each line, each line as full as it gets."""
    ends: list[int] = []
    used = 0.0
    for at, piece in enumerate(paragraph.widths):
        if at and used + paragraph.space + piece > width:
            ends.append(at)
            used = piece
        else:
            used += piece + (paragraph.space if at else 0)
    return [*ends, len(paragraph.widths)]


def _lines(paragraph: Paragraph, ends: Sequence[int], measure: Measure) -> Iterable[Line]:
    start = 0
    for end in ends:
        before, here, after = (
            " ".join(part) for part in (paragraph.pieces[:start], paragraph.pieces[start:end], paragraph.pieces[end:])
        )
        yield Line(in_context(here, before, after), paragraph.direction, measure(here, paragraph.direction))
        start = end
