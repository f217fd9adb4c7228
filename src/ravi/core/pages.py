"""Where rooms announce their entries of the main navigation, so that the shell knows no room by name."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise


@dataclass(frozen=True)
class NavEntry:
    """One entry. `count` gives the number beside it (0 = none); `tab`: whether the phone's bar shows it (at most 5)."""

    name: str
    label: str | Promise
    url_name: str
    icon: str
    order: int
    may: Callable[[HttpRequest], bool] = lambda _request: True
    count: Callable[[HttpRequest], int] = lambda _request: 0
    tab: bool = True
    short: str | Promise = ""


_entries: dict[str, NavEntry] = {}


def register(entry: NavEntry) -> None:
    """Announce an entry; called from AppConfig.ready. The same name replaces."""
    _entries[entry.name] = entry


def entries() -> list[NavEntry]:
    """All entries in their order."""
    return sorted(_entries.values(), key=lambda entry: entry.order)
