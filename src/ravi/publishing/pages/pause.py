"""A pause in words: what is paused, by whom, and which messages it holds back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.delivery.models import StopOrder
from ravi.delivery.pages.stop_targets import Target, weighed
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


def orders_in_force(person: Person) -> list[StopOrder]:
    """The pauses of the person's institution, newest first."""
    return [order for order in active_stops(person.institution_id) if order.scope == Scope.TOPIC]


def pauses(orders: Sequence[StopOrder], person: Person) -> list[Stop]:
    """In words, each with how many copies it keeps back."""
    return told(orders, person, weigh_at=clock.now()) if orders else []


def held_posts(orders: Sequence[StopOrder], person: Person) -> tuple[list[HeldPost], int]:
    """The messages in sight that these hold back, the first ones to be due, and how many more there are."""
    paused = {order.key for order in orders}
    line = line_of(paused, person) if paused else []
    posts = posts_visible_to(person).select_related("unit").in_bulk([one for one, _copies, _at in line[:MOST_POSTS]])
    held = [HeldPost(posts[pk], copies, first) for pk, copies, first in line[:MOST_POSTS] if pk in posts]
    return held, max(len(line) - MOST_POSTS, 0)


def topics(person: Person) -> list[Target]:
    """(topic, its name with the number of copies that a pause would hold now)."""
    found = weighed(person, [(f"{Scope.TOPIC}:{topic}", str(Post.TopicChoice(topic).label)) for topic in PAUSABLE])
    return [(target.partition(":")[2], name) for target, name in found]
