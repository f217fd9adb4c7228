"""What becomes of messages when something that they carry is erased: nothing of it goes out, and their writers are told."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.core.canonical import JSON
from ravi.delivery import services as ledger
from ravi.delivery.carrying import copies_with
from ravi.delivery.rules import UNSENT
from ravi.publishing.models import Approval, Post, Return
from ravi.publishing.queries.carried import post_ids_with
from ravi.publishing.queries.correction import open_correction
from ravi.publishing.queries.post import writer_ids
from ravi.publishing.rules import LONGEST_NOTE, Act, PostState
from ravi.publishing.services import steps
from ravi.publishing.services.withdrawal import GONE


@dataclass(frozen=True)
class Left:
    """What left one message: copies that waited, and whether the message itself left the queue."""

    cancelled: int
    is_returned: bool


def hold(media_ids: Collection[int]) -> frozenset[int]:
    """The messages that carry these, held against everybody else until the transaction ends."""
    held = Post.objects.filter(pk__in=post_ids_with(media_ids)).order_by("pk").select_for_update()
    return frozenset(held.values_list("pk", flat=True))


def has_others(media_ids: Collection[int], held: Collection[int]) -> bool:
    """Whether somebody has put one of these into another message meanwhile."""
    return bool(post_ids_with(media_ids) - set(held))


def let_go(media_ids: Collection[int], hashes: Collection[str], by: Person, reason: str) -> int:
    """Cancel what waits, give back what waits for a yes, tell the writers; how many copies left the line.

    What is on its way at this moment goes out whole or not at all: an engine that finds the bytes gone sends nothing.
    """
    posts = Post.objects.filter(pk__in=post_ids_with(media_ids)).order_by("pk")
    return sum(_let_go(post, hashes, by, reason) for post in posts)


def _let_go(post: Post, hashes: Collection[str], by: Person, reason: str) -> int:
    left = Left(0, False)
    if post.state == PostState.SUBMITTED:
        left = Left(0, True)
    elif post.state == PostState.APPROVED:
        left = _stopped(post, hashes, by)
    if left.is_returned:
        _give_back(post, by, reason)
    if post.state != PostState.WITHDRAWN:
        steps.note("lose_media", post, by, {"cancelled": left.cancelled, "to": post.state})
        _tell(post, by, left)
    return left.cancelled


def _stopped(post: Post, hashes: Collection[str], by: Person) -> Left:
    """Copies that carry it leave the line, and no yes to them holds any more; one that is out keeps its own."""
    carrying = copies_with([post.pk], hashes)
    cancelled = ledger.cancel(list(carrying.filter(state__in=UNSENT).values_list("pk", flat=True)), by=by)
    out = carrying.filter(state__in=GONE | UNSENT)  # an unclear one that waits to be repeated may be out
    named = Q(pk__in=())
    for sha256 in hashes:
        named |= Q(copy__payload__contains=sha256)
    yeses = Approval.objects.filter(named, copy__post=post, voided_at=None)
    yeses.exclude(content_hash__in=list(out.values_list("content_hash", flat=True))).update(voided_at=clock.now())
    return Left(cancelled, not Approval.objects.filter(copy__post=post, voided_at=None).exists())


def _give_back(post: Post, by: Person, reason: str) -> None:
    before = PostState(post.state)
    steps.void_approvals(post)
    post.state = steps.state_after(post, Act.ERASE)
    if post.corrects_id and open_correction(post.corrects_id) not in (None, post):
        post.state = PostState.WITHDRAWN  # newer words are being written: nobody mends these
    note = _("An image of this message was erased: %(reason)s. Take it out or choose another.") % {"reason": reason}
    Return.objects.create(
        institution_id=post.institution_id,
        post=post,
        revision=post.revision,
        by=by,
        note=note[:LONGEST_NOTE],
        at=clock.now(),
    )
    post.revision += 1
    post.save(update_fields=["state", "revision"])
    if before is PostState.SUBMITTED:
        steps.answer_request(post)


def _tell(post: Post, by: Person, left: Left) -> None:
    said: dict[str, JSON] = {"who": by.name, "count": left.cancelled, "is_returned": left.is_returned}
    steps.tell_of(post, (writer_ids(post) | {post.author_id}) - {by.pk}, "post_lost_media", "post", said)
