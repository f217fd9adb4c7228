"""The yes: of another person, to exactly the hashes shown, carried to the ledger in the same transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person
from ravi.core import clock
from ravi.delivery import services as ledger
from ravi.delivery.models import Delivery
from ravi.delivery.queries import board
from ravi.publishing.errors import (
    ChannelsClosed,
    NothingToSend,
    NotNow,
    OwnWork,
    PostExpired,
    PublishingRefused,
    ShownSetChanged,
)
from ravi.publishing.models import Approval, Copy, Post
from ravi.publishing.queries.post import writer_ids
from ravi.publishing.queries.shown import ShownSet, shown_set
from ravi.publishing.rules import APPROVED_BY, Act, PostState, Topic, is_expired, is_own_work, set_digest
from ravi.publishing.services import steps


@dataclass(frozen=True)
class Approved:
    """What one yes did: a row per hash, and a delivery per copy (their ids)."""

    post: Post
    approvals: tuple[Approval, ...]
    delivery_ids: tuple[int, ...]


def approve_post(post: Post, *, by: Person, hashes: Collection[str]) -> Approved:
    """`by` says yes to exactly the copies with these hashes, and they are ordered: now, or at the post's time.

    The same yes again gives the same answer. Raises PermissionDenied, OwnWork, NotNow, ShownSetChanged, ChannelsClosed,
    PostExpired, NothingToSend; then nothing was approved.
    """
    return approve_shown(post, by=by, digest=set_digest(hashes), hashes=hashes)


@transaction.atomic
def approve_shown(post: Post, *, by: Person, digest: str, hashes: Collection[str] = ()) -> Approved:
    """The same for a form: `digest` names the shown set (queries.shown_set)."""
    current = steps.taken(post)
    require(by, APPROVED_BY[Topic(current.topic)], current.unit_id)
    if current.state == PostState.APPROVED:
        return _again(current, by, digest)
    state = steps.state_after(current, Act.APPROVE)
    if is_own_work(by.pk, current.author_id, writer_ids(current)):
        raise OwnWork
    shown = shown_set(current)
    _check(shown, digest, hashes)
    approvals = Approval.objects.bulk_create(_approval(copy, by) for copy in shown.copies)
    current.state, current.approved_at = state, clock.now()
    current.save(update_fields=["state", "approved_at"])
    deliveries = order_copies(current, shown.copies, by, due_at=current.due_at)
    steps.answer_request(current)
    steps.note("approve_post", current, by, {"set": shown.digest, "copies": len(approvals)})
    _tell(current, by, len(deliveries))
    return Approved(current, tuple(approvals), tuple(delivery.pk for delivery in deliveries))


def _again(post: Post, by: Person, digest: str) -> Approved:
    live = list(Approval.objects.filter(copy__post=post, voided_at=None).select_related("approver").order_by("id"))
    if digest != set_digest(approval.content_hash for approval in live):
        raise ShownSetChanged
    if {approval.approver_id for approval in live} != {by.pk}:
        raise NotNow(_("%(who)s has already approved this message.") % {"who": live[0].approver.name})
    lines = board([post.pk]).get(post.pk, [])
    return Approved(post, tuple(live), tuple(line.delivery_id for line in lines if line.action == "publish"))


def _check(shown: ShownSet, digest: str, hashes: Collection[str]) -> None:
    if not shown.copies and shown.closed:
        raise ChannelsClosed([copy.channel for copy in shown.closed])
    if not shown.copies:
        raise NothingToSend(_("No copy of this message can go out."), shown.blocked)
    if digest != shown.digest:
        raise _why_changed(shown, digest, hashes)
    post, now = shown.post, clock.now()
    if post.valid_until is not None and is_expired(post.valid_until, now, post.due_at):
        raise PostExpired(post.valid_until)


def _why_changed(shown: ShownSet, digest: str, hashes: Collection[str]) -> PublishingRefused:
    """A set that was right until channels closed is told as that; anything else changed or is foreign."""
    with_closed = set_digest({*shown.hashes, *(copy.content_hash for copy in shown.closed)})
    if shown.closed and (digest == with_closed or {copy.content_hash for copy in shown.closed} & set(hashes)):
        return ChannelsClosed([copy.channel for copy in shown.closed])
    return ShownSetChanged()


def _approval(copy: Copy, by: Person) -> Approval:
    return Approval(
        institution_id=copy.institution_id,
        copy=copy,
        content_hash=copy.content_hash,
        author_id=copy.post.author_id,
        approver=by,
        at=clock.now(),
    )


def live_copies(post: Post) -> QuerySet[Copy]:
    """The copies of the post that have a yes now."""
    live = Approval.objects.filter(copy__post=post, copy__revision=post.revision, voided_at=None)
    return Copy.objects.filter(pk__in=live.values("copy_id")).select_related("channel__unit").order_by("id")


def order_copies(post: Post, copies: Sequence[Copy], by: Person, *, due_at: datetime | None) -> Sequence[Delivery]:
    """Write approved copies into the ledger; None means now, and so does a time that passed while they waited.

    Raises PublishingRefused, and then none of them stands there.
    """
    now = clock.now()
    orders = [
        ledger.CopyOrder(
            institution_id=post.institution_id,
            unit_id=copy.channel.unit_id,
            post_id=post.pk,
            channel_id=copy.channel_id,
            platform=copy.platform,
            adapter=copy.channel.adapter,
            target=copy.channel.address,
            payload=copy.payload,
            approved_hash=copy.content_hash,
            due_at=due_at or now,
            valid_until=post.valid_until,
        )
        for copy in copies
    ]
    try:
        return ledger.enqueue(orders, by=by, now=now)
    except ledger.ChannelNotPublic as error:
        raise PublishingRefused(
            _("A channel was closed at this very moment. Nothing was approved. Open the message again.")
        ) from error
    except ledger.AlreadyOrdered as error:
        raise PublishingRefused(_("These very words are already on their way to a channel.")) from error


def _tell(post: Post, by: Person, count: int) -> None:
    writers = writer_ids(post) | {post.author_id}
    steps.tell_of(post, writers, "post_approved", "board", {"who": by.name, "count": count})
