"""Something that the demo's people did at a moment of the past, and whose copies went out with it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Event:
    """`happen` does it, with the web's clock held where it belongs, and gives the ids of posts whose copies now go."""

    moment: datetime
    happen: Callable[[], Collection[int]]
