"""Whether the ledger still says what the audit chain holds of it; people's own acts are links one by one."""

import json
from collections.abc import Iterator

from ravi.core import audit
from ravi.core.canonical import sha256
from ravi.delivery.models import LedgerEntry

Line = tuple[int, int, str, str, int]
AT_ONCE = 5_000


def ledger_problems(institution_id: int) -> tuple[int, list[str]]:
    """(lines that the chain holds, what is wrong with them as sentences). Call it inside the institution's tenant.

    What was written after the last link is not yet held by any; an engine links it within seconds.
    """
    lines = _Lines(institution_id)
    links = audit.entries(institution_id).filter(subject_type="delivery.ledger")
    problems: list[str] = []
    for seq, body in links.values_list("seq", "body").iterator(AT_ONCE):
        told = json.loads(body)["facts"]
        before, held = lines.until(told["first"] - 1), lines.until(told["last"])
        if before:
            problems.append(f"Of the ledger {len(before)} lines from {before[0][0]} on are held by no link.")
        if len(held) != told["rows"]:
            problems.append(f"Link {seq} holds {told['rows']} lines of the ledger, and {len(held)} are there.")
        elif sha256(held) != told["sha256"]:
            problems.append(
                f"Lines {told['first']} to {told['last']} of the ledger are not those that link {seq} holds."
            )
    return lines.seen, problems


class _Lines:
    """The engines' lines in their order, each read once."""

    def __init__(self, institution_id: int) -> None:
        rows = LedgerEntry.objects.filter(institution_id=institution_id).exclude(owner="").order_by("id")
        wanted = rows.values_list("id", "delivery_id", "before", "after", "attempt")
        self._rows: Iterator[Line] = wanted.iterator(AT_ONCE)
        self._next = next(self._rows, None)
        self.seen = 0

    def until(self, last: int) -> list[Line]:
        """Those up to this number."""
        found: list[Line] = []
        while self._next is not None and self._next[0] <= last:
            found.append(self._next)
            self._next = next(self._rows, None)
        self.seen += len(found)
        return found
