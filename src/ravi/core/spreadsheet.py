"""Files for spreadsheets: Excel reads their Persian, and none of their cells runs as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

# A cell that begins like this is run as a formula by spreadsheets.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """The text so that no spreadsheet runs it (ASVS 5.0, 1.2.10)."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def plain_cell(text: str) -> str:
    """What was meant by a cell that `safe_cell` may have written."""
    inner = text.removeprefix("'")
    return inner if inner.startswith(_FORMULA_STARTS) else text


def as_csv(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Every cell quoted, after the byte order mark that Excel needs."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in (heading, *rows):
        writer.writerow([safe_cell(cell) for cell in row])
    return out.getvalue()
