"""A pause in words: what is paused, by whom, and which messages it holds back."""

from dataclasses import dataclass
from datetime import datetime

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.delivery.pages.stops import Stop, told
from ravi.delivery.queries import active_stops, line_of
from ravi.delivery.rules import Scope
from ravi.publishing.models import Post
from ravi.publishing.queries.post import posts_visible_to
from ravi.publishing.rules import PAUSABLE

MOST_POSTS = 100


@dataclass(frozen=True)
class HeldPost:
    """A message of which copies have not left."""

    post: Post
    copies: int
    first_at: datetime


def pauses(person: Person) -> list[Stop]:
    """Those in force, newest first, each with how many copies it keeps back."""
    orders = [order for order in active_stops(person.institution_id) if order.scope == Scope.TOPIC]
    return told(orders, person, weigh_at=clock.now()) if orders else []


def held_posts(person: Person) -> tuple[list[HeldPost], int]:
    """The messages in sight that a pause in force holds back, the first ones to be due, and how many more there are."""
    paused = {order.key for order in active_stops(person.institution_id) if order.scope == Scope.TOPIC}
    line = line_of(paused, person) if paused else []
    posts = posts_visible_to(person).select_related("unit").in_bulk([one for one, _copies, _at in line[:MOST_POSTS]])
    held = [HeldPost(posts[pk], copies, first) for pk, copies, first in line[:MOST_POSTS] if pk in posts]
    return held, max(len(line) - MOST_POSTS, 0)


def weights(person: Person) -> dict[str, int]:
    """Topic -> how many copies a pause would hold now, of those in sight."""
    return {topic.value: sum(copies for _pk, copies, _at in line_of([topic], person)) for topic in PAUSABLE}
