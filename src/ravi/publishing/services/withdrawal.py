"""Taking a post back: what has not left is cancelled, what has is removed, by a program or by a person's hand."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import audit, clock
from ravi.delivery import services as ledger
from ravi.delivery.corrected import taken_away
from ravi.delivery.queries import CopyLine, board
from ravi.delivery.rules import UNSENT, Action
from ravi.delivery.taking_out import keep_back
from ravi.directory.queries import channels_by_id
from ravi.publishing.errors import NotNow
from ravi.publishing.models import Approval, Post
from ravi.publishing.queries.post import may_withdraw, writer_ids
from ravi.publishing.queries.withdrawal import is_removable
from ravi.publishing.rules import Act, PostState
from ravi.publishing.services import steps
from ravi.publishing.services.removal import removal

GONE = frozenset({"claimed", "sending", "sent", "unknown"})
# What brings words to people.
CARRYING = frozenset({Action.PUBLISH, Action.EDIT})


@dataclass(frozen=True)
class Withdrawal:
    """What became of the copies. `by_hand` went out where no program can remove them, or may have gone out there: people
    are asked to."""

    post: Post
    cancelled: int
    removals: tuple[int, ...]
    by_hand: tuple[CopyLine, ...]


@transaction.atomic
def withdraw_post(post: Post, *, by: Person, reason: str = "", by_keeper: bool = False) -> Withdrawal:
    """Cancel and remove every copy, and all that its corrections brought; one person suffices (head, approver or author).

    An approved correction goes with its message. `by_keeper`: the room that keeps its words has asked the rights there, and
    tells people itself. Raises PermissionDenied, NotNow.
    """
    current = steps.taken(post)
    # What people say they did is written under the same hold: the copies are read wholly before it, or wholly after.
    audit.hold(current.institution_id)
    state = steps.state_after(current, Act.WITHDRAW)
    if current.corrects_id and current.state == PostState.APPROVED:
        raise NotNow(_("A correction stays with its message: withdraw the message, or correct it once more."))
    if not (by_keeper and current.words_at) and not may_withdraw(by, current):
        raise PermissionDenied(_("The author, the approver or the head withdraws a message."))
    chain = [current, *Post.objects.select_for_update().filter(corrects=current).order_by("pk")]
    for one in chain:
        steps.void_approvals(one)
    lines = _lines(*chain)
    cancelled = ledger.cancel([line.delivery_id for line in lines if line.state in UNSENT], by=by)
    # A copy that waits to be repeated after an unclear attempt is not cancelled: it may be out, so its removal follows it.
    left = [line for line in _published(*chain) if line.state in GONE | UNSENT]
    removable, hands, by_hand = _split(left, current.title)
    removals = ledger.enqueue(removable, by=by, now=clock.now())
    ledger.enqueue(hands, by=by, now=clock.now())
    # What is found not to be there is not sent; what may be out is repeated only under its key, for the removal behind it.
    keep_back([line.delivery_id for line in lines if line.action == Action.PUBLISH], by=by, now=clock.now())
    for one in chain:
        _close(one, state)
    counts = {"cancelled": cancelled, "removals": len(removals), "by_hand": len(by_hand)}
    steps.note("withdraw_post", current, by, {**counts, "has_reason": bool(reason.strip())})
    if not by_keeper:
        _tell(current, by, reason)
    return Withdrawal(current, cancelled, tuple(delivery.pk for delivery in removals), tuple(by_hand))


def _close(post: Post, state: PostState) -> None:
    if post.state != state:
        post.state, post.withdrawn_at = state, clock.now()
        post.revision += 1
        post.save(update_fields=["state", "withdrawn_at", "revision"])
    steps.answer_request(post)


def has_left(post: Post) -> bool:
    """Whether some copy has gone out, or may have."""
    return any(line.state not in UNSENT | {"cancelled", "failed", "missed"} for line in _lines(post))


def cancel_unsent(post: Post, *, by: Person) -> bool:
    """Cancel every copy if none has left; False (and nothing changed that is not rolled back) when one has."""
    lines = _lines(post)
    unsent = [line.delivery_id for line in lines if line.state in UNSENT]
    if any(line.state in GONE for line in lines):
        return False
    # Between reading and cancelling the engine may take one: then the count differs and the caller rolls back.
    return not unsent or ledger.cancel(unsent, by=by) == len(unsent)


def _lines(*posts: Post) -> list[CopyLine]:
    return [line for lines in board([post.pk for post in posts]).values() for line in lines if line.action in CARRYING]


def _published(*posts: Post) -> list[CopyLine]:
    """What stands there or may: not what an earlier correction has taken away and published anew."""
    lines = [line for lines in board([post.pk for post in posts]).values() for line in lines]
    gone = taken_away([line.delivery_id for line in lines]) if len(posts) > 1 else frozenset()
    return [line for line in lines if line.action == Action.PUBLISH and line.delivery_id not in gone]


def _split(
    lines: Iterable[CopyLine], title: str
) -> tuple[list[ledger.CopyOrder], list[ledger.CopyOrder], list[CopyLine]]:
    """What a program removes, what people are asked to remove, and the copies that those are about."""
    lines = list(lines)
    channels = channels_by_id([line.channel_id for line in lines])
    orders, hands, by_hand = [], [], []
    for line in lines:
        channel = channels[line.channel_id]
        if is_removable(line, channel):
            orders.append(removal(line.delivery_id, line.post_id, channel, title, by_hand=False))
        else:
            hands.append(removal(line.delivery_id, line.post_id, channel, title, by_hand=True))
            by_hand.append(line)
    return orders, hands, by_hand


def _tell(post: Post, by: Person, reason: str) -> None:
    approvers = Approval.objects.filter(copy__post=post).values_list("approver_id", flat=True)
    people = writer_ids(post) | {post.author_id} | set(approvers)
    said = {"who": by.name, "reason": reason.strip()[:300]}
    steps.tell_of(post, people - {by.pk}, "post_withdrawn", "board", said)
