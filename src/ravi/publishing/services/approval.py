"""The yes: of another person, to exactly the hashes shown, carried to the ledger in the same transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person
from ravi.core import clock
from ravi.core.canonical import JSON
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
from ravi.publishing.queries.approver import living_yeses
from ravi.publishing.queries.post import is_expert_for, writer_ids
from ravi.publishing.queries.shown import ShownSet, shown_set
from ravi.publishing.rules import (
    APPROVED_BY,
    Act,
    Need,
    PostState,
    Topic,
    Yes,
    is_expired,
    is_own_work,
    need,
    released_at,
    set_digest,
    spread_at,
)
from ravi.publishing.services import steps
from ravi.publishing.services.asking import ask_next
from ravi.publishing.services.correction import order_correction, order_of, write_orders
from ravi.publishing.services.withdrawal import CARRYING
from ravi.publishing.words_kept import writers_of


@dataclass(frozen=True)
class Approved:
    """What one yes did: a row per hash, and a delivery per copy (their ids); none while `need` names another yes."""

    post: Post
    approvals: tuple[Approval, ...]
    delivery_ids: tuple[int, ...]
    need: Need = Need.NOBODY


def approve_post(post: Post, *, by: Person, hashes: Collection[str]) -> Approved:
    """`by` says yes to exactly the copies with these hashes; with the last yes they are ordered: now, or at the post's time.

    The same yes again gives the same answer. Raises PermissionDenied, OwnWork, TextUnread, NotNow, PostHalted,
    ShownSetChanged, ChannelsClosed, PostExpired, NothingToSend; then nothing was approved.
    """
    return approve_shown(post, by=by, digest=set_digest(hashes), hashes=hashes)


@transaction.atomic
def approve_shown(post: Post, *, by: Person, digest: str, hashes: Collection[str] = (), hold_s: int = 0) -> Approved:
    """The same for a form: `digest` names the shown set (queries.shown_set). What would go at once goes `hold_s` later."""
    current = steps.taken(post)
    steps.require_going(current)
    given = living_yeses(current)
    if by.pk in {yes.approver_id for yes in given}:
        return _again(current, by, digest)
    if current.state == PostState.APPROVED:
        require(by, APPROVED_BY[Topic(current.topic)], current.unit_id)
        return _again(current, by, digest)
    state = _require_yes_of(by, current, given)
    shown = shown_set(current)
    _check(shown, digest, hashes)
    mine = Yes(by.pk, is_expert_for(by, current))
    approvals = Approval.objects.bulk_create(
        _approval(copy, current, by, len(given) + 1, mine) for copy in shown.copies
    )
    left = need(Topic(current.topic), current.steps, [*given, mine])
    steps.note("approve_post", current, by, {"set": shown.digest, "copies": len(approvals), "step": len(given) + 1})
    steps.answer_request(current)
    if left is not Need.NOBODY:
        ask_next(current, by, [*given, mine], len(approvals))
        return Approved(current, tuple(approvals), (), left)
    current.state = state
    return _release(current, by, shown, approvals, hold_s)


def _require_yes_of(person: Person, post: Post, given: Collection[Yes]) -> PostState:
    """The state after this person's yes, given now or beforehand. Raises where it is not theirs to say."""
    steps.require_next(post, person, given)
    state = steps.state_after(post, Act.APPROVE)
    steps.require_first(post)
    if is_own_work(person.pk, post.author_id, writer_ids(post) | writers_of(post)):
        raise OwnWork
    return state


def _release(post: Post, by: Person, shown: ShownSet, approvals: list[Approval], hold_s: int) -> Approved:
    """The last yes is there: what was approved goes into the line."""
    now = post.approved_at = clock.now()
    post.save(update_fields=["state", "approved_at"])
    planned = post.due_at or spread_at(now, post.spread_s, post.valid_until)
    due_at = released_at(planned, post.valid_until, now, hold_s)
    deliveries: Sequence[Delivery]
    if post.corrects_id:
        deliveries = order_correction(post, shown.copies, by, due_at=due_at)
    else:
        deliveries = order_copies(post, shown.copies, by, due_at=due_at)
    _tell(post, by, len(deliveries))
    return Approved(post, tuple(approvals), tuple(delivery.pk for delivery in deliveries))


def _again(post: Post, by: Person, digest: str) -> Approved:
    """The same yes once more. Raises ShownSetChanged for another set, NotNow for somebody whose yes is not among them."""
    live = list(
        Approval.objects.filter(copy__post=post, voided_at=None).select_related("approver", "copy").order_by("id")
    )
    mine = tuple(approval for approval in live if approval.approver_id == by.pk)
    if digest != set_digest({approval.content_hash for approval in mine or live}):
        raise ShownSetChanged
    if not mine:
        raise NotNow(_("%(who)s has already approved this message.") % {"who": live[0].approver.name})
    left = need(Topic(post.topic), post.steps, living_yeses(post))
    lines = board([post.pk]).get(post.pk, [])
    return Approved(post, mine, tuple(line.delivery_id for line in lines if line.action in CARRYING), left)


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


def _approval(copy: Copy, post: Post, by: Person, step: int, yes: Yes, rule_id: int | None = None) -> Approval:
    return Approval(
        institution_id=copy.institution_id,
        copy=copy,
        content_hash=copy.content_hash,
        author_id=post.author_id,
        approver=by,
        step=step,
        is_expert=yes.is_expert,
        rule_id=rule_id,
        at=clock.now(),
    )


def live_copies(post: Post) -> QuerySet[Copy]:
    """The copies of the post that have every yes that they need."""
    live = Approval.objects.filter(copy=OuterRef("pk"), voided_at=None).order_by().values("copy")
    yeses = Subquery(live.annotate(n=Count("id")).values("n"))
    whole = Copy.objects.filter(post=post, revision=post.revision).annotate(yeses=yeses)
    return whole.filter(yeses__gte=F("steps")).select_related("channel__unit").order_by("id")


def order_copies(post: Post, copies: Sequence[Copy], by: Person, *, due_at: datetime | None) -> Sequence[Delivery]:
    """Write approved copies into the ledger; None means now (or as the post's spread says), and so does a time that
    passed while they waited.

    Raises PublishingRefused, and then none of them stands there.
    """
    steps.require_going(post)
    at = due_at or spread_at(clock.now(), post.spread_s, post.valid_until)
    return write_orders([order_of(copy, post, at) for copy in copies], by)


def _tell(post: Post, by: Person, count: int) -> None:
    writers = writer_ids(post) | {post.author_id}
    steps.tell_of(post, writers, "post_approved", "board", {"who": by.name, "count": count})


@transaction.atomic
def approve_by_rule(post: Post, rule_id: int, approver: Person, *, by: Person, is_emergency: bool = False) -> Approved:
    """The yes that `approver` gave beforehand, to what waits now; `by` sent it. The database asks the rule once more.

    It is that one person's yes and no more. `is_emergency`: the copies go in the emergency lane. Raises what
    `approve_post` raises, of `approver`'s rights as they are now.
    """
    current = steps.taken(post)
    given = living_yeses(current)
    if approver.pk in {yes.approver_id for yes in given}:
        raise NotNow(_("%(who)s has already approved this message.") % {"who": approver.name})
    steps.require_going(current)
    state = _require_yes_of(approver, current, given)
    shown = shown_set(current)
    _check(shown, shown.digest, ())
    mine = Yes(approver.pk, is_expert_for(approver, current))
    if is_emergency:
        current.is_emergency = True
        current.save(update_fields=["is_emergency"])
    rows = [_approval(copy, current, approver, len(given) + 1, mine, rule_id) for copy in shown.copies]
    approvals = Approval.objects.bulk_create(rows)
    facts: dict[str, JSON] = {"set": shown.digest, "copies": len(approvals), "step": len(given) + 1, "rule": rule_id}
    steps.note("approve_by_rule", current, by, facts | {"person": approver.pk})
    steps.answer_request(current)
    left = need(Topic(current.topic), current.steps, [*given, mine])
    if left is not Need.NOBODY:
        ask_next(current, approver, [*given, mine], len(approvals))
        return Approved(current, tuple(approvals), (), left)
    current.state = state
    return _release(current, approver, shown, approvals, 0)
