"""Sending a post for approval: what each channel would get is frozen, measured and named by its hash."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import audit, clock
from ravi.delivery.payload import freeze_payload, media_entry, payload_hash
from ravi.library.queries import hold_media
from ravi.platforms.compose import content_of
from ravi.platforms.contract import Content
from ravi.publishing.errors import DraftRefused, NothingToSend, NotNow, PostExpired
from ravi.publishing.models import Copy, Post
from ravi.publishing.queries.approver import steps_asked
from ravi.publishing.queries.draft import chosen_channels, fields_of
from ravi.publishing.queries.preview import CHANNEL_CLOSED, Preview, previews
from ravi.publishing.queries.shown import frozen_copies, open_channel_ids
from ravi.publishing.rules import Act, PostState, Topic, is_due_possible, is_expired
from ravi.publishing.services import steps
from ravi.publishing.services.asking import ask
from ravi.publishing.services.fitting import fit_post


@dataclass(frozen=True)
class Submission:
    """What waits for a yes, and what cannot go, each with its counts."""

    post: Post
    ready: tuple[Copy, ...]
    blocked: tuple[Copy, ...]


@transaction.atomic
def submit_post(post: Post, *, by: Person, expected_revision: int | None = None) -> Submission:
    """Freeze one copy per chosen channel and ask for approval. The same form again gives the same answer.

    Copies that cannot go are reported, never cut; the others stay. Raises PermissionDenied, NotNow, PostExpired,
    DraftRefused for an impossible time, NothingToSend.
    """
    steps.require_writer(post, by)
    fit_post(post, by=by)  # before the post is held: nobody else waits while images are drawn
    current = steps.taken(post)
    steps.require_writer(current, by)
    if expected_revision is not None and expected_revision != current.revision:
        raise NotNow(_("Somebody changed this message after you opened it. Read it again, then send it for approval."))
    if current.state == PostState.SUBMITTED:
        return _submission(current, list(frozen_copies(current)))
    state = steps.state_after(current, Act.SUBMIT)
    _check_times(current)
    _check_kept(current)
    audit.hold(current.institution_id)  # the head does not change the steps between reading and freezing them
    current.steps = steps_asked(current)
    copies = _freeze(current)
    submission = _submission(current, copies)
    if not submission.ready:
        raise NothingToSend(_why_nothing(copies), copies)
    Copy.objects.bulk_create(copies)
    current.state, current.submitted_at = state, clock.now()
    current.save(update_fields=["state", "submitted_at", "steps"])
    counts = {"ready": len(submission.ready), "blocked": len(submission.blocked)}
    steps.note("submit_post", current, by, counts)
    ask(current, by, len(submission.ready))
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


def _freeze(post: Post) -> list[Copy]:
    open_ids = open_channel_ids(post)
    return [
        _copy(post, preview, content_of(preview.parts, preview.fitted), preview.channel.pk in open_ids)
        for preview in previews(fields_of(post), chosen_channels(post), is_final=True)
    ]


def _copy(post: Post, preview: Preview, content: Content, is_open: bool) -> Copy:
    payload = freeze_payload(
        post_id=post.pk,
        channel_id=preview.channel.pk,
        text=content.text,
        title=content.title,
        lang=content.lang,
        link=content.link,
        entities=[{"kind": m.kind, "start": m.start, "end": m.end, "href": m.href} for m in content.marks],
        media=[media_entry(item) for item in content.media],
        pin=content.pin,
        valid_until=post.valid_until,
    )
    problems = list(preview.problems)
    if not is_open:
        problems.append({"code": CHANNEL_CLOSED, "unit": "field", "actual": 0, "limit": 1})
    return Copy(
        institution_id=post.institution_id,
        post=post,
        revision=post.revision,
        channel=preview.channel,
        platform=preview.channel.platform,
        variant_name=preview.fitted.name,
        payload=payload,
        content_hash=payload_hash(payload),
        problems=problems,
        steps=post.steps,
        needs_expert=post.topic == Topic.HEALTH,
        frozen_at=clock.now(),
    )


def _submission(post: Post, copies: Sequence[Copy]) -> Submission:
    return Submission(
        post=post,
        ready=tuple(copy for copy in copies if not copy.problems),
        blocked=tuple(copy for copy in copies if copy.problems),
    )


def _why_nothing(copies: Sequence[Copy]) -> str:
    if not copies:
        return _("No channel is chosen. Choose where this message goes.")
    return _("No copy of this message can go out. Shorten it, or give the platforms their own words.")
