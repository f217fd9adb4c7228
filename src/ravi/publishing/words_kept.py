"""A higher room that keeps posts' words announces itself: what it says of a post, who wrote those words there, and whose yes
to it is on its way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists

from ravi.accounts.models import Person
from ravi.publishing.models import Post
from ravi.publishing.pages.diff import Difference


@dataclass(frozen=True)
class ChangedPart:
    """One part of the words that the unit wrote otherwise."""

    name: str
    difference: Difference


@dataclass(frozen=True)
class Origin:
    """The words that a post began from: their version, who said yes to them before ("" for nobody), and what is otherwise."""

    version: int
    endorsed_by: str
    parts: Sequence[ChangedPart]


@dataclass(frozen=True)
class Keeper:
    """`note` is for the part `say` of core (state, title, text, url, action), None where there is nothing to say.

    `writers` are whoever wrote the words of a post; `written_by` asks the same in a query of posts. `said_by` asks there
    whether the person's yes was said to many posts at once and has not come to this one. `origin` is what approvers compare a
    post's words with.
    """

    note: Callable[[Post], Mapping[str, Any] | None]
    writers: Callable[[Post], set[int]]
    written_by: Callable[[Person], Exists]
    said_by: Callable[[Person], Exists]
    origin: Callable[[Post], Origin | None]


_keepers: dict[str, Keeper] = {}


def keeps(room: str, keeper: Keeper) -> None:
    """Announce a room; called from AppConfig.ready. The same room replaces."""
    _keepers[room] = keeper


def said_of(post: Post) -> list[Mapping[str, Any]]:
    """What rooms say of the post; asks nothing where its words are its own."""
    if not post.words_at:
        return []
    return [said for keeper in _keepers.values() if (said := keeper.note(post)) is not None]


def origin_of(post: Post) -> Origin | None:
    """From which words of a higher room it began; asks nothing where its words are its own."""
    found = (keeper.origin(post) for keeper in _keepers.values()) if post.words_at else iter(())
    return next((one for one in found if one is not None), None)


def writers_of(post: Post) -> set[int]:
    """Who wrote its words in a higher room; asks nothing where they are its own."""
    return set().union(*(keeper.writers(post) for keeper in _keepers.values())) if post.words_at else set()


def written_by(person: Person) -> list[Exists]:
    """For a query of posts: that the person wrote its words in a higher room."""
    return [keeper.written_by(person) for keeper in _keepers.values()]


def said_by(person: Person) -> list[Exists]:
    """For a query of posts: that the person's yes is on its way to it."""
    return [keeper.said_by(person) for keeper in _keepers.values()]
