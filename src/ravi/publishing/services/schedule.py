"""When a post goes out. The time is no part of what is approved, so moving it asks for no new yes."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.publishing.errors import DraftRefused, NotNow, PostExpired
from ravi.publishing.models import Post
from ravi.publishing.rules import PostState, is_due_possible, is_expired
from ravi.publishing.services import steps
from ravi.publishing.services.approval import live_copies, order_copies
from ravi.publishing.services.withdrawal import cancel_unsent


@transaction.atomic
def schedule_post(post: Post, due_at: datetime | None, *, by: Person, expected_revision: int | None = None) -> Post:
    """Send the post at `due_at`, or once approved (None); an approved post moves while nothing of it has left.

    Raises PermissionDenied, DraftRefused for an impossible time, PostExpired, NotNow.
    """
    current = steps.taken(post)
    steps.require_writer(current, by)
    if expected_revision is not None and expected_revision != current.revision:
        raise NotNow(_("Somebody changed this message after you opened it. Read it again, then choose its time."))
    if current.state == PostState.WITHDRAWN:
        raise NotNow(_("This message was withdrawn. Write a new one."))
    if current.corrects_id:
        raise NotNow(_("A correction has no time of its own: it goes as soon as it is approved."))
    if current.state == PostState.APPROVED:
        steps.refuse_corrected(current)
        steps.refuse_while_corrected(current)
    if current.due_at == due_at:
        return current
    steps.require_going(current)
    _check(current, due_at)
    before, current.due_at = current.due_at, due_at
    current.save(update_fields=["due_at"])
    if current.state == PostState.APPROVED:
        if not cancel_unsent(current, by=by):
            raise NotNow(_("Copies of this message have already gone out, so its time cannot move."))
        order_copies(current, list(live_copies(current)), by, due_at=due_at)
    facts = {"from": before.isoformat() if before else None, "to": due_at.isoformat() if due_at else None}
    steps.note("schedule_post", current, by, facts)
    return current


def _check(post: Post, due_at: datetime | None) -> None:
    now = clock.now()
    if due_at is not None and not is_due_possible(due_at, now):
        raise DraftRefused(_("That time is past, or more than a year away. Choose another."))
    if post.valid_until is not None and is_expired(post.valid_until, now, due_at):
        raise PostExpired(post.valid_until)
