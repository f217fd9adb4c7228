"""Tells the people of a post about copies that failed, were missed or stay unknown: once each, and never none of them.

The ledger is asked for what is in trouble and was not told yet, so there is no cursor that could run past a row; a side
job asks all the time, and the pages on which people read notices ask first (docs/decisions/0011-notices-about-copies.md).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.urls import reverse

from ravi.accounts.queries import heads
from ravi.core import clock
from ravi.core.canonical import JSON
from ravi.delivery.queries import changed_since, long_unknown
from ravi.delivery.rules import Action, State
from ravi.notices.services import tell_more
from ravi.publishing.models import Approval, Post, Trouble, Writer
from ravi.publishing.services.correction import changes_for_people
from ravi.publishing.services.removal import removals_for_people

_EVER, _MONTH = datetime(2000, 1, 1, tzinfo=UTC), timedelta(days=31)

# Reckoned within: behind the wall between institutions only a finished moment may step into an index (PostgreSQL's
# leakproof functions); with the month taken off outside, all trouble there ever was would be read.
_SINCE = "(select coalesce(max(told_at), %s) - %s from publishing_trouble where institution_id = %s)"

# (delivery id, state, attempt): a copy that is unknown again after another attempt is told again.
Told = tuple[int, str, int]


def tell_troubles(institution_id: int) -> int:
    """Write the notices that are due in this institution; how many copies they speak of."""
    told = Trouble.objects.filter(delivery_id=OuterRef("pk"), state=OuterRef("state"), attempt=OuterRef("attempt"))
    # What came into trouble a month before somebody was last told was told: years of old trouble are not looked at.
    since = RawSQL(_SINCE, [_EVER, _MONTH, institution_id])  # noqa: S611 -- a constant with values
    settled = changed_since(since).filter(~Q(state=State.UNKNOWN) | long_unknown(clock.now()))
    waiting = settled.filter(~Exists(told)).values_list("pk", "state", "attempt", "post_id", "action")
    posts: dict[Told, tuple[int, str]] = {
        (pk, state, attempt): (post_id, _named(state, action)) for pk, state, attempt, post_id, action in waiting
    }
    if not posts:
        return 0
    with transaction.atomic():
        fresh = _claim(institution_id, posts)
        removals_for_people(told_now[0] for told_now in fresh if posts[told_now][1] == "unremoved")
        changes_for_people([told_now[0] for told_now in fresh if posts[told_now][1] in (State.FAILED, State.MISSED)])
        counts: dict[int, Counter[str]] = defaultdict(Counter)
        for told_now in fresh:
            post_id, name = posts[told_now]
            counts[post_id][name] += 1
        _tell(institution_id, counts)
    return len(fresh)


def _named(state: str, action: str) -> str:
    """What a notice counts: a removal that did not come about is no copy that did not go."""
    return "unremoved" if action == Action.DELETE and state != State.UNKNOWN else state


def _claim(institution_id: int, found: Iterable[Told]) -> list[Told]:
    """Of two sweeps at once only one gets each row: the other's insert finds it there."""
    ids, states, attempts = zip(*found, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into publishing_trouble (institution_id, delivery_id, state, attempt, told_at)"
            " select %s, * , %s from unnest(%s::bigint[], %s::text[], %s::int[])"
            " on conflict do nothing returning delivery_id, state, attempt",
            [institution_id, clock.now(), list(ids), list(states), list(attempts)],
        )
        return [(int(key), str(state), int(attempt)) for key, state, attempt in cursor.fetchall()]


def _tell(institution_id: int, counts: Mapping[int, Counter[str]]) -> None:
    people: dict[int, set[int]] = defaultdict(set)
    writers = Writer.objects.filter(post_id__in=counts).values_list("post_id", "person_id")
    approvers = Approval.objects.filter(copy__post_id__in=counts).values_list("copy__post_id", "approver_id")
    for post_id, person_id in [*writers, *approvers.distinct()]:
        people[post_id].add(person_id)
    leading = set(heads(institution_id).values_list("pk", flat=True))
    for post in Post.objects.filter(pk__in=counts).only("id", "title", "author_id"):
        params: dict[str, JSON] = {"title": post.title, **counts[post.pk]}
        url = reverse("publishing:board", args=[post.pk])
        told = people[post.pk] | {post.author_id} | (leading if counts[post.pk][State.UNKNOWN] else set())
        tell_more(told, "copies_troubled", params, url, institution_id=institution_id)
