"""What one person has to do now, read from the rooms below in a handful of queries whatever the numbers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from django.db.models import (
    BooleanField,
    CharField,
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.delivery.queries import deliveries_visible_to
from ravi.delivery.read_back.queries import cases_visible_to
from ravi.delivery.rules import OPEN_STAGE, Action, Code, State
from ravi.network.queries import answering_unit_ids
from ravi.publishing.models import Copy, Post, Writer
from ravi.publishing.queries import note_awaiting, posts_awaiting, posts_visible_to
from ravi.publishing.rules import PostState

# What is older stands on its message's page; the desk is for now.
DESK_DAYS = 14
MOST = 20
MOST_POSTS = 400
DRAFTS = 5
# A change that the platform said yes to and that does not stand: its copy is published, and still asks for a person.
OTHERWISE = "otherwise"


@dataclass(frozen=True)
class Trouble:
    """Copies of one post that are in one state and ask for a person."""

    post: Post
    state: str
    count: int
    refused: int = 0  # of them, held because the platform does not take the channel's key
    looking: int = 0  # of them, unknown ones where Ravi is about to look by itself
    removals: int = 0  # of them, not publications but what should have taken copies back


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
    by_hand: int = 0  # copies that wait for somebody's hand, also of messages of headquarters on the unit's channels

    @property
    def is_empty(self) -> bool:
        """Nothing waits and nothing goes out."""
        return not (self.awaiting or self.returned or self.drafts or self.troubles or self.going or self.by_hand)


def desk_of(person: Person, *, together: Collection[int] = ()) -> Desk:
    """The person's desk at this moment: three queries, each a step into an index; what went out long ago is not read.

    `together` are posts that wait under one yes to many: they wait there, and not once more each by itself.
    """
    due = _due(person)
    rows = _rows(person, list(due))
    posts = _posts(person, {row.post_id for row in rows}, together)
    by_id = {post.pk: post for post in posts}
    awaiting = sorted((post for post in posts if post.awaits), key=_submitted)
    if len(posts) < MOST_POSTS:
        note_awaiting(person, len(awaiting) + len(together))
    return Desk(
        awaiting=awaiting[:MOST],
        returned=[post for post in posts if post.is_mine and post.state == PostState.RETURNED][:MOST],
        drafts=[post for post in posts if post.is_mine and post.state == PostState.DRAFT][:DRAFTS],
        troubles=_troubles(rows, by_id, answering_unit_ids(person)),
        going=_going(rows, due, by_id),
        by_hand=sum(row.by_hand for row in rows) if rights(person).may(Ability.WRITE_POST) else 0,
    )


class Row(NamedTuple):
    """Copies of one post at one stage: how many, and the latest change where they ask for somebody."""

    post_id: int
    stage: str
    copies: int
    refused: int
    looking: int
    removals: int
    by_hand: int
    changed_at: datetime | None


def _rows(person: Person, going: Collection[int]) -> list[Row]:
    """What came into trouble lately, and every stage of the posts that go out next, in one query."""
    visible = deliveries_visible_to(person)
    since = clock.now() - timedelta(days=DESK_DAYS)
    asking = visible.filter(trouble_at__gte=since).values("post_id", "stage")
    stages = visible.filter(post_id__in=going).values("post_id", "stage")
    never = Value(None, output_field=DateTimeField())
    refused = Count("pk", filter=Q(error_code=Code.CREDENTIALS))
    looking = Count("pk", filter=Q(look_at__isnull=False))
    hands = Q(stage=State.HELD, error_code=Code.BY_HAND)
    counted_here = {
        "copies": Count("*"),
        "refused": refused,
        "looking": looking,
        "removals": Count("pk", filter=Q(action=Action.DELETE) & ~hands),
        "by_hand": Count("pk", filter=hands),
    }
    asked = asking.annotate(**counted_here, changed=Max("trouble_at"))
    nothing = {name: Value(0) for name in counted_here if name != "copies"}
    told = stages.annotate(copies=Count("*"), **nothing, changed=never)
    found, counted = (rows.values_list(*Row._fields[:7], "changed").order_by() for rows in (asked, told))
    otherwise = _otherwise(person, since, nothing)
    return [Row(*row) for row in found.union(otherwise, *([counted] if going else []), all=True)]


def _otherwise(person: Person, since: datetime, nothing: Mapping[str, Value]) -> QuerySet[Delivery, Any]:
    """Changes that do not stand, by their posts, as a stage of their own."""
    cases = cases_visible_to(person).filter(read_back__looked_at__gte=since)
    stage = Value(OTHERWISE, output_field=CharField())
    named = cases.annotate(as_stage=stage).values("post_id", "as_stage")
    counted = named.annotate(copies=Count("*"), **nothing, changed=Max("read_back__looked_at"))
    return counted.values_list("post_id", "as_stage", *Row._fields[2:7], "changed").order_by()


def _due(person: Person) -> dict[int, datetime]:
    """The posts that go out next, and when their first open copy is due."""
    rows = deliveries_visible_to(person).filter(stage=OPEN_STAGE).values("post_id").annotate(due=Min("due_at"))
    return dict(rows.order_by("due").values_list("post_id", "due")[:MOST])


def _posts(person: Person, named: Collection[int], together: Collection[int]) -> list[Any]:
    """Every post that has a place on the desk, latest first, with `awaits`, `is_mine` and its `blocked` copies."""
    since = clock.now() - timedelta(days=DESK_DAYS)
    own = Writer.objects.filter(post=OuterRef("pk"), person=person)
    frozen = Copy.objects.filter(post=OuterRef("pk"), revision=OuterRef("revision")).exclude(problems=[])
    stuck = Q(state__in=[PostState.SUBMITTED, PostState.APPROVED], submitted_at__gte=since) & Exists(frozen)
    counted = frozen.order_by().values("post").annotate(n=Count("id")).values("n")
    alone = posts_awaiting(person).exclude(pk__in=together)
    return list(
        posts_visible_to(person)
        .annotate(
            awaits=Exists(alone.filter(pk=OuterRef("pk"))),
            is_mine=Exists(own),
            blocked=Coalesce(Subquery(counted), 0),
            is_stuck=ExpressionWrapper(stuck, output_field=BooleanField()),
        )
        # Each way onto the desk is a step into an index of its own.
        .filter(
            Q(pk__in=named)
            | Q(state=PostState.SUBMITTED, awaits=True)
            | stuck
            | Q(state__in=[PostState.DRAFT, PostState.RETURNED], is_mine=True)
        )
        .order_by("-edited_at", "-id")[:MOST_POSTS]
    )


def _submitted(post: Any) -> datetime:
    return cast(datetime, post.submitted_at)


def _troubles(rows: Iterable[Row], posts: Mapping[int, Any], own: Collection[int]) -> list[Trouble]:
    """What is blocked asks those who can write it otherwise: whoever wrote it, and whoever writes in its unit."""
    latest = sorted(((row.changed_at, row) for row in rows if row.changed_at), key=lambda pair: pair[0], reverse=True)
    asking = [
        Trouble(posts[row.post_id], row.stage, count, row.refused, row.looking, removals)
        for _at, row in latest
        if row.post_id in posts
        for count, removals in ((row.copies - row.removals - row.by_hand, 0), (row.removals, row.removals))
        if count
    ]
    stuck = [post for post in posts.values() if post.is_stuck and (post.is_mine or post.unit_id in own)]
    return [*asking, *(Trouble(post, "blocked", post.blocked) for post in stuck)]


def _going(rows: Iterable[Row], due: Mapping[int, datetime], posts: Mapping[int, Any]) -> list[Going]:
    counts: dict[int, dict[State, int]] = defaultdict(dict)
    for row in rows:
        if row.changed_at is None:
            counts[row.post_id][State.PENDING if row.stage == OPEN_STAGE else State(row.stage)] = row.copies
    now = clock.now()
    return [Going(posts[key], counts[key], at, at > now) for key, at in due.items() if key in posts and key in counts]
