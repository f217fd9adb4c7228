"""What one person has to do now, read from the rooms below in a handful of queries whatever the numbers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.delivery.queries import deliveries_visible_to
from ravi.delivery.rules import OPEN, OPEN_STAGE, TROUBLE, State
from ravi.publishing.models import Copy, Post, Writer
from ravi.publishing.queries import note_awaiting, posts_awaiting, posts_visible_to
from ravi.publishing.rules import PostState

# What is older stands on its message's page; the desk is for now.
DESK_DAYS = 14
MOST = 20
MOST_POSTS = 400
DRAFTS = 5
ASKING = frozenset({*TROUBLE, State.HELD})


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
    """Everything on one person's desk; the lists are cut at MOST."""

    awaiting: list[Post]
    returned: list[Post]
    drafts: list[Post]
    troubles: list[Trouble]
    going: list[Going]

    @property
    def is_empty(self) -> bool:
        """Nothing waits and nothing goes out."""
        return not (self.awaiting or self.returned or self.drafts or self.troubles or self.going)


def desk_of(person: Person) -> Desk:
    """The person's desk at this moment: two queries."""
    rows = _deliveries(person)
    posts = _posts(person, {row.post_id for row in rows})
    by_id = {post.pk: post for post in posts}
    awaiting = sorted((post for post in posts if post.awaits), key=_submitted)
    if len(posts) < MOST_POSTS:
        note_awaiting(person, len(awaiting))
    return Desk(
        awaiting=awaiting[:MOST],
        returned=[post for post in posts if post.is_mine and post.state == PostState.RETURNED][:MOST],
        drafts=[post for post in posts if post.is_mine and post.state == PostState.DRAFT][:DRAFTS],
        troubles=_troubles(rows, by_id),
        going=_going(rows, by_id),
    )


class Row(NamedTuple):
    """Copies of one post in one state: how many, the earliest due time, the latest change."""

    post_id: int
    state: str
    copies: int
    due_at: datetime
    changed_at: datetime


def _deliveries(person: Person) -> list[Row]:
    """What asks for somebody, and every state of the posts of which something is still open."""
    since = clock.now() - timedelta(days=DESK_DAYS)
    visible = deliveries_visible_to(person)
    going = visible.filter(stage=OPEN_STAGE).values("post_id")
    asking = Q(trouble_at__gte=since)
    found = visible.filter(asking | Q(post_id__in=going)).values("post_id", "state")
    rows = found.annotate(copies=Count("id"), due=Min("due_at"), changed=Max("changed_at")).order_by("-changed")
    return [Row(*row) for row in rows.values_list("post_id", "state", "copies", "due", "changed")]


def _posts(person: Person, named: Collection[int]) -> list[Any]:
    """Every post that has a place on the desk, latest first, with `awaits`, `is_mine` and its `blocked` copies."""
    since = clock.now() - timedelta(days=DESK_DAYS)
    own = Writer.objects.filter(post=OuterRef("pk"), person=person)
    frozen = Copy.objects.filter(post=OuterRef("pk"), revision=OuterRef("revision")).exclude(problems=[])
    stuck = Exists(frozen) & Q(state__in=[PostState.SUBMITTED, PostState.APPROVED], submitted_at__gte=since)
    counted = frozen.order_by().values("post").annotate(n=Count("id")).values("n")
    return list(
        posts_visible_to(person)
        .annotate(
            awaits=Exists(posts_awaiting(person).filter(pk=OuterRef("pk"))),
            is_mine=Exists(own),
            blocked=Coalesce(Subquery(counted), 0),
            is_stuck=ExpressionWrapper(stuck, output_field=BooleanField()),
        )
        .filter(
            Q(pk__in=named)
            | Q(awaits=True)
            | Q(is_stuck=True)
            | Q(is_mine=True, state__in=[PostState.DRAFT, PostState.RETURNED])
        )
        .order_by("-edited_at", "-id")[:MOST_POSTS]
    )


def _submitted(post: Any) -> datetime:
    return cast(datetime, post.submitted_at)


def _troubles(rows: Iterable[Row], posts: Mapping[int, Any]) -> list[Trouble]:
    since = clock.now() - timedelta(days=DESK_DAYS)
    asking = [
        Trouble(posts[row.post_id], row.state, row.copies)
        for row in rows
        if row.state in ASKING and row.post_id in posts and row.changed_at >= since
    ]
    held_back = [Trouble(post, "blocked", post.blocked) for post in posts.values() if post.is_stuck]
    return [*asking, *held_back]


def _going(rows: Iterable[Row], posts: Mapping[int, Any]) -> list[Going]:
    counts: dict[int, dict[State, int]] = defaultdict(dict)
    due: dict[int, datetime] = {}
    for row in rows:
        counts[row.post_id][State(row.state)] = row.copies
        if State(row.state) in OPEN:
            due[row.post_id] = min(row.due_at, due.get(row.post_id, row.due_at))
    now = clock.now()
    found = [Going(posts[key], counts[key], moment, moment > now) for key, moment in due.items() if key in posts]
    return sorted(found, key=lambda going: going.due_at)[:MOST]
