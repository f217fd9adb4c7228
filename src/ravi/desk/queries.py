"""What one person has to do now, read from the rooms below in a handful of queries whatever the numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Max, Min, Q

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.delivery.queries import counts_of, deliveries_visible_to
from ravi.delivery.rules import OPEN, TROUBLE, State
from ravi.publishing.models import Copy, Post
from ravi.publishing.queries import posts_awaiting, posts_returned_to, posts_visible_to
from ravi.publishing.rules import PostState

# What is older stands on its message's page; the desk is for now.
DESK_DAYS = 14
MOST = 20
DRAFTS = 5


@dataclass(frozen=True)
class Trouble:
    """Copies of one post that are in one state and ask for a person."""

    post: Post
    state: str
    count: int


@dataclass(frozen=True)
class Going:
    """A post with copies in line or on their way. `counts` maps every state to its number of copies."""

    post: Post
    counts: Mapping[State, int]
    due_at: datetime
    is_later: bool


@dataclass(frozen=True)
class Desk:
    """Everything on one person's desk. The lists are cut at MOST; `awaiting_count` is whole."""

    awaiting: list[Post]
    awaiting_count: int
    returned: list[Post]
    drafts: list[Post]
    troubles: list[Trouble]
    going: list[Going]

    @property
    def is_empty(self) -> bool:
        """Nothing waits and nothing goes out."""
        return not (self.awaiting or self.returned or self.drafts or self.troubles or self.going)


def desk_of(person: Person) -> Desk:
    """The person's desk at this moment."""
    rows = _deliveries(person)
    blocked = _blocked(person)
    posts = posts_visible_to(person).in_bulk({post_id for post_id, *_rest in rows} | blocked.keys())
    awaiting = list(posts_awaiting(person)[: MOST + 1])
    return Desk(
        awaiting=awaiting[:MOST],
        awaiting_count=len(awaiting) if len(awaiting) <= MOST else posts_awaiting(person).count(),
        returned=list(posts_returned_to(person)[:MOST]),
        drafts=list(Post.objects.filter(author=person, state=PostState.DRAFT).order_by("-edited_at")[:DRAFTS]),
        troubles=_troubles(rows, blocked, posts),
        going=_going(rows, posts),
    )


def awaiting_count(person: Person) -> int:
    """For the navigation: how many messages wait for this person's yes."""
    return posts_awaiting(person).count()


Row = tuple[int, str, int, datetime, datetime]


def _deliveries(person: Person) -> list[Row]:
    """(post, state, copies, earliest due, latest change) of what is open or asks for somebody."""
    since = clock.now() - timedelta(days=DESK_DAYS)
    asking = Q(state__in=[*TROUBLE, State.HELD], changed_at__gte=since)
    found = deliveries_visible_to(person).filter(Q(state__in=OPEN) | asking)
    return list(
        found.values("post_id", "state")
        .annotate(copies=Count("id"), due=Min("due_at"), changed=Max("changed_at"))
        .order_by("-changed", "post_id")
        .values_list("post_id", "state", "copies", "due", "changed")
    )


def _blocked(person: Person) -> dict[int, int]:
    """Post -> how many of its copies cannot go, for posts that wait or are out."""
    since = clock.now() - timedelta(days=DESK_DAYS)
    posts = posts_visible_to(person).filter(
        state__in=[PostState.SUBMITTED, PostState.APPROVED], submitted_at__gte=since
    )
    frozen = Copy.objects.filter(post__in=posts.values("pk")).exclude(problems=[])
    current = frozen.filter(revision=F("post__revision"))
    return dict(current.values_list("post_id").annotate(Count("id")).order_by("-post_id")[:MOST])


def _troubles(rows: Iterable[Row], blocked: Mapping[int, int], posts: Mapping[int, Post]) -> list[Trouble]:
    asking = [
        Trouble(posts[post_id], state, copies)
        for post_id, state, copies, _due, _changed in rows
        if State(state) not in OPEN and post_id in posts
    ]
    held_back = [Trouble(posts[post_id], "blocked", copies) for post_id, copies in blocked.items() if post_id in posts]
    return [*asking, *held_back]


def _going(rows: Iterable[Row], posts: Mapping[int, Post]) -> list[Going]:
    due: dict[int, datetime] = {}
    for post_id, state, _copies, first, _changed in rows:
        if State(state) in OPEN and post_id in posts:
            due[post_id] = min(first, due.get(post_id, first))
    counts, now = counts_of(list(due)), clock.now()
    found = [Going(posts[key], counts[key], moment, moment > now) for key, moment in due.items()]
    return sorted(found, key=lambda going: going.due_at)[:MOST]
