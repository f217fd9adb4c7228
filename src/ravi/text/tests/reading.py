"""Reads case files: ours beside the tests, and the shared ones where they are present."""

from collections.abc import Iterator
from pathlib import Path

from ravi.text.lines import unescape

OWN = Path(__file__).parent / "cases"
SHARED = Path(__file__).parents[5] / "shared" / "cases"


def rows(path: Path) -> Iterator[list[str]]:
    if path.exists():
        for line in path.read_text("utf-8").split("\n")[1:]:
            if line:
                yield [unescape(cell) for cell in line.split("\t")]
