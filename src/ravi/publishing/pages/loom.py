"""Weaves copies into the loom: a row is a unit, a column a platform, a bead a copy; finds what needs a person. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

# What asks for a person first; the first of these that a cell holds is the cell's bead.
URGENCY = (
    "unknown",
    "failed",
    "blocked",
    "missed",
    "held",
    "by_hand",
    "sending",
    "claimed",
    "pending",
    "sent_by_hand",
    "sent",
    "superseded",
    "cancelled",
)
NEEDS = frozenset({"unknown", "failed", "blocked", "missed", "held", "by_hand"})
GOING = frozenset({"pending", "claimed", "sending"})
# What an unknown copy has for a code while Ravi is about to look by itself.
LOOKING = "looking"
# The code of a removal that waits for a person's hand.
REMOVAL = "removal"
DONE = frozenset({"sent", "sent_by_hand"})
OVER = frozenset({"cancelled", "superseded"})


@dataclass(frozen=True)
class Bead:
    """One copy as the loom sees it. `delivery_id` is None for a copy that never became a delivery."""

    unit_id: int
    unit_name: str
    group: str
    platform: str
    state: str
    delivery_id: int | None = None
    code: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Cell:
    """All copies of one unit on one platform; usually one."""

    platform: str
    beads: tuple[Bead, ...]

    @property
    def bead(self) -> Bead | None:
        return min(self.beads, key=lambda bead: URGENCY.index(bead.state)) if self.beads else None

    @property
    def needs(self) -> bool:
        return any(bead.state in NEEDS for bead in self.beads)


@dataclass(frozen=True)
class Row:
    """One unit's thread."""

    unit_id: int
    name: str
    cells: tuple[Cell, ...]

    @property
    def total(self) -> int:
        return sum(len(cell.beads) for cell in self.cells)

    @property
    def sent(self) -> int:
        return sum(bead.state in DONE for cell in self.cells for bead in cell.beads)

    @property
    def needs(self) -> bool:
        return any(cell.needs for cell in self.cells)

    @property
    def is_going(self) -> bool:
        return any(bead.state in GOING for cell in self.cells for bead in cell.beads)


@dataclass(frozen=True)
class Group:
    """Units of one kind."""

    key: str
    rows: tuple[Row, ...]


def weave(beads: Sequence[Bead], platforms: Sequence[str], groups: Sequence[str]) -> list[Group]:
    """Rows in the order in which the beads' units come, groups in the given order; empty groups are left out."""
    by_unit: dict[int, list[Bead]] = {}
    for bead in beads:
        by_unit.setdefault(bead.unit_id, []).append(bead)
    rows: dict[str, list[Row]] = {}
    for unit_id, mine in by_unit.items():
        cells = tuple(Cell(p, tuple(bead for bead in mine if bead.platform == p)) for p in platforms)
        rows.setdefault(mine[0].group, []).append(Row(unit_id, mine[0].unit_name, cells))
    return [Group(key, tuple(rows[key])) for key in [*groups, *sorted(set(rows) - set(groups))] if key in rows]


def only(groups: Iterable[Group], show: str) -> list[Group]:
    """The rows that the filter chip asks for: "needs", "going", or all of them."""
    wanted = {"needs": attrgetter("needs"), "going": attrgetter("is_going")}.get(show)
    if wanted is None:
        return list(groups)
    kept = [Group(group.key, tuple(row for row in group.rows if wanted(row))) for group in groups]
    return [group for group in kept if group.rows]


def tally(beads: Iterable[Bead]) -> dict[str, int]:
    """How many copies are in each state."""
    counts: dict[str, int] = {}
    for bead in beads:
        counts[bead.state] = counts.get(bead.state, 0) + 1
    return counts


def summed(counts: Mapping[str, int], states: Iterable[str]) -> int:
    """How many copies are in any of `states`."""
    return sum(counts.get(state, 0) for state in states)


@dataclass(frozen=True)
class Cause:
    """What several copies have in common: a state, a platform and a reason."""

    state: str
    platform: str
    code: str
    detail: str
    beads: tuple[Bead, ...]

    @property
    def count(self) -> int:
        return len(self.beads)

    @property
    def unit_count(self) -> int:
        return len({bead.unit_id for bead in self.beads})


def causes(beads: Iterable[Bead]) -> list[Cause]:
    """What needs a person, by cause, the most urgent and largest first. Copies held by a stop have one cause."""
    found: dict[tuple[str, str, str], list[Bead]] = {}
    for bead in beads:
        if bead.state in NEEDS:
            is_stop = bead.state == "held" and bead.code in ("", "stop")
            key = ("held", "", "") if is_stop else (bead.state, bead.platform, bead.code)
            found.setdefault(key, []).append(bead)
    made = [Cause(*key, detail=mine[0].detail, beads=tuple(mine)) for key, mine in found.items()]
    return sorted(made, key=lambda cause: (URGENCY.index(cause.state), -cause.count))
