"""Sending a post for approval: what each channel would get is frozen, measured and named by its hash."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import audit, clock
from ravi.library.queries import hold_media
from ravi.publishing.errors import DraftRefused, NothingToSend, NotNow, PostExpired
from ravi.publishing.models import Copy, Post
from ravi.publishing.queries.approver import steps_asked
from ravi.publishing.queries.shown import frozen_copies
from ravi.publishing.rules import Act, PostState, is_due_possible, is_expired
from ravi.publishing.services import steps
from ravi.publishing.services.asking import ask
from ravi.publishing.services.fitting import fit_post
from ravi.publishing.services.freezing import frozen


@dataclass(frozen=True)
class Submission:
    """What waits for a yes, and what cannot go, each with its counts."""

    post: Post
    ready: tuple[Copy, ...]
    blocked: tuple[Copy, ...]


@transaction.atomic
def submit_post(post: Post, *, by: Person, expected_revision: int | None = None, asks: bool = True) -> Submission:
    """Freeze one copy per chosen channel and ask for approval. The same form again gives the same answer.

    Without `asks` the caller tells the approvers itself, once for many posts.

    Copies that cannot go are reported, never cut; the others stay. Raises PermissionDenied, NotNow, PostExpired,
    DraftRefused for an impossible time, NothingToSend.
    """
    steps.require_writer(post, by)
    fit_post(post, by=by)  # before the post is held: nobody else waits while images are drawn
    current = steps.taken(post)
    steps.require_writer(current, by)
    if expected_revision is not None and expected_revision != current.revision:
        raise NotNow(_("Somebody changed this message after you opened it. Read it again, then send it for approval."))
    steps.require_going(current)
    if current.state == PostState.SUBMITTED:
        return _submission(current, list(frozen_copies(current)))
    state = steps.state_after(current, Act.SUBMIT)
    steps.require_first(current)
    _check_times(current)
    _check_kept(current)
    audit.hold(current.institution_id)  # the head does not change the steps between reading and freezing them
    current.steps = steps_asked(current)
    copies = frozen(current)
    submission = _submission(current, copies)
    if not submission.ready:
        raise NothingToSend(_why_nothing(current, copies), copies)
    Copy.objects.bulk_create(copies)
    current.state, current.submitted_at = state, clock.now()
    current.save(update_fields=["state", "submitted_at", "steps"])
    counts = {"ready": len(submission.ready), "blocked": len(submission.blocked)}
    steps.note("submit_post", current, by, counts)
    if asks:
        ask(current, by, len({copy.channel_id for copy in submission.ready}))
    return submission


def _check_times(post: Post) -> None:
    now = clock.now()
    if post.due_at is not None and not is_due_possible(post.due_at, now):
        raise DraftRefused(_("The time of this message is past, or more than a year away. Choose another."))
    if post.valid_until is not None and is_expired(post.valid_until, now, post.due_at):
        raise PostExpired(post.valid_until)


def _check_kept(post: Post) -> None:
    if hold_media(post.images.values_list("media_id", flat=True)):
        raise DraftRefused(_("An image of this message was erased. Take it out or choose another."))


def _submission(post: Post, copies: Sequence[Copy]) -> Submission:
    return Submission(
        post=post,
        ready=tuple(copy for copy in copies if not copy.problems),
        blocked=tuple(copy for copy in copies if copy.problems),
    )


def _why_nothing(post: Post, copies: Sequence[Copy]) -> str:
    if not copies and post.corrects_id:
        return _("Nothing of that message stands anywhere, so there is nothing to correct. Write a new message.")
    if not copies:
        return _("No channel is chosen. Choose where this message goes.")
    return _("No copy of this message can go out. Shorten it, or give the platforms their own words.")
