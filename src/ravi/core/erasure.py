"""A former colleague's personal text is taken out of every room: each announces in `erasure.py` what it holds.

Ids stay, so that who wrote, approved and stopped what still hangs together and the audit chain still verifies.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.module_loading import autodiscover_modules


@dataclass(frozen=True)
class Erased:
    """Whose text goes, and what stands in its place."""

    person_id: int
    institution_id: int
    username: str
    name: str
    label: str


Eraser = Callable[[Erased], None]
ERASERS: dict[str, Eraser] = {}


def erases(name: str) -> Callable[[Eraser], Eraser]:
    """Announce what a room does, under a name of its own; called in the eraser's transaction, inside the tenant."""

    def announce(eraser: Eraser) -> Eraser:
        ERASERS[name] = eraser
        return eraser

    return announce


def erase(erased: Erased) -> None:
    """Every room's part."""
    autodiscover_modules("erasure")
    for name in sorted(ERASERS):
        ERASERS[name](erased)
