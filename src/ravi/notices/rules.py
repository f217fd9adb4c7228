"""Which kinds of notices exist and how each speaks; higher rooms announce them, this one knows no domain word. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ravi.core.canonical import JSON

Params = Mapping[str, JSON]


@dataclass(frozen=True)
class Kind:
    """`bead` is the sign beside the line (core.beads); `sentence` makes the words in the reader's language.

    What `is_urgent` also wakes people: it goes out in their quiet hours.
    """

    name: str
    bead: str
    sentence: Callable[[Mapping[str, Any]], str]
    is_urgent: Callable[[Mapping[str, Any]], bool] = lambda _params: False


_kinds: dict[str, Kind] = {}


class UnknownKind(LookupError):
    """A notice of a kind that no room announced."""


def register(kind: Kind) -> None:
    """Announce a kind; called from AppConfig.ready. The same name replaces."""
    _kinds[kind.name] = kind


def kind(name: str) -> Kind:
    """Raises UnknownKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(f"No room announced notices of the kind {name!r}.") from None
