"""Words that a higher room has newer ones for: nothing of them leaves, and nobody says yes, until a person lets them go on."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.delivery.brief import BriefLine, brief_lines
from ravi.delivery.queries import CopyLine, board
from ravi.delivery.rules import UNSENT, Action, State
from ravi.delivery.taking_out import allow_again, keep_back, take_out
from ravi.notices.services import answer_all
from ravi.publishing.errors import NotNow
from ravi.publishing.models import Post
from ravi.publishing.queries.approver import living_yeses
from ravi.publishing.rules import PostState, is_expired
from ravi.publishing.services import steps
from ravi.publishing.services.approval import live_copies, order_copies
from ravi.publishing.services.asking import ask, ask_next
from ravi.publishing.services.withdrawal import CARRYING

Line = TypeVar("Line", CopyLine, BriefLine)
_IN_LINE = UNSENT | {State.CLAIMED}
_NEVER_LEAVES = frozenset({State.CANCELLED, State.SUPERSEDED})


@dataclass(frozen=True)
class Halted:
    """Ids of the posts that wait now, and how many copies were taken out of the line."""

    post_ids: tuple[int, ...]
    copies: int


@transaction.atomic
def halt_posts(post_ids: Collection[int], *, by: Person, and_changes: bool = False) -> Halted:
    """Take out of the line what has not left of these and of their corrections, whatever an engine holds, and let nobody
    say yes meanwhile. What is in flight or unknown does not come back into the line, whatever becomes of it.

    Edits of what is out go on, since the words that they take away are older still, unless all of it is to go
    (`and_changes`). For higher rooms, which know why and have asked the rights. The posts are held in the order of their
    numbers, before the audit chain; what has wholly gone out stays as it is.
    """
    mine = Post.objects.filter(Q(pk__in=post_ids) | Q(corrects__in=post_ids), halted_at=None)
    posts = list(mine.select_for_update().only("state", "institution").order_by("pk"))
    lines = brief_lines([post.pk for post in posts], CARRYING if and_changes else {Action.PUBLISH})
    waiting = [post for post in posts if _waits(post, lines.get(post.pk, []))]
    now = clock.now()
    unsent = [line.delivery_id for post in waiting for line in lines.get(post.pk, [])]
    taken = take_out(unsent, by=by, now=now)
    keep_back([line.delivery_id for post in waiting for line in _publications(lines.get(post.pk, []))], by=by, now=now)
    ids = [post.pk for post in waiting]
    Post.objects.filter(pk__in=ids).update(halted_at=now)
    if ids:
        urls = [reverse("publishing:approval", args=[pk]) for pk in ids]
        answer_all(steps.ASKING, urls, institution_id=posts[0].institution_id)
    return Halted(tuple(ids), len(taken))


@transaction.atomic
def go_on_post(post: Post, *, by: Person) -> Post:
    """The words go on as they are: what was taken out is ordered again, what waited for a yes waits for it again.

    Raises PermissionDenied, NotNow once its last day has passed, PublishingRefused.
    """
    current = steps.taken(post)
    steps.require_writer(current, by)
    if current.halted_at is None:
        return current
    steps.refuse_corrected(current)
    if is_expired(current.valid_until, clock.now()):
        raise NotNow(_("Its last day has passed, so it cannot go out any more."))
    since, current.halted_at = current.halted_at, None
    current.save(update_fields=["halted_at"])
    ordered, lines = 0, _publications(board([current.pk]).get(current.pk, []))
    allow_again([line.delivery_id for line in lines], by=by)
    if current.state == PostState.APPROVED:
        taken = [line for line in lines if line.state == State.CANCELLED and line.changed_at >= since]
        ordered = _order_again(current, taken, by)
    elif current.state == PostState.SUBMITTED:
        _ask_again(current, by)
    steps.note("go_on_post", current, by, {"copies": ordered})
    return current


def _order_again(post: Post, taken: Collection[CopyLine], by: Person) -> int:
    """At the time that they had, or now where it has passed."""
    if not taken:
        return 0
    copies = list(live_copies(post).filter(channel_id__in={line.channel_id for line in taken}))
    return len(order_copies(post, copies, by, due_at=min(line.due_at for line in taken)))


def _ask_again(post: Post, by: Person) -> None:
    given, count = living_yeses(post), post.copies.filter(revision=post.revision, problems=[]).count()
    if given:
        ask_next(post, by, given, count)
    else:
        ask(post, by, count)


def _waits(post: Post, lines: Collection[BriefLine]) -> bool:
    """Whether something of it could still leave: what waits, what may not have arrived, what could be sent again."""
    if post.state == PostState.WITHDRAWN:
        return False
    out = {line.channel_id for line in _publications(lines) if line.state == State.SENT}
    return post.state != PostState.APPROVED or any(
        line.state in _IN_LINE if line.action == Action.EDIT else _may_go(line, out) for line in lines
    )


def _may_go(line: BriefLine, out: Collection[int]) -> bool:
    return line.state not in _NEVER_LEAVES and line.channel_id not in out


def _publications(lines: Collection[Line]) -> list[Line]:
    return [line for line in lines if line.action == Action.PUBLISH]
