"""What else ends with a unit: each room says what would follow, and does it in the same transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ravi.accounts.models import Person, Unit


@dataclass(frozen=True)
class Follower:
    """`foretell(unit, successor)` gives sentences for the page that asks; `follow(unit, successor, by)` does it.

    `hold(unit)` takes the rows that `follow` changes before the record is held, as every other act does: whoever has one
    of them waits for the record, and would wait for ever. `follow` may wait for no row. Without a successor the unit ends
    alone.
    """

    foretell: Callable[[Unit, Unit | None], Sequence[str]]
    hold: Callable[[Unit], object]
    follow: Callable[[Unit, Unit | None, Person], None]


FOLLOWERS: dict[str, Follower] = {}


def follows(room: str, follower: Follower) -> None:
    """Called by a higher room when the apps are ready."""
    FOLLOWERS[room] = follower
