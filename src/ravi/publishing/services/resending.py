"""Ordering copies once more that provably never went out: failed or missed. What was approved is still what is sent."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.delivery.corrected import hashes_of
from ravi.delivery.queries import board
from ravi.delivery.rules import Action, State
from ravi.publishing.errors import ChannelsClosed, NothingToSend, NotNow, PostExpired
from ravi.publishing.models import Copy, Post
from ravi.publishing.queries.shown import open_channel_ids
from ravi.publishing.rules import APPROVED_BY, PostState, Topic, is_expired
from ravi.publishing.services import steps
from ravi.publishing.services.approval import live_copies, order_copies

AGAIN = frozenset({State.FAILED, State.MISSED})


@transaction.atomic
def send_again(post: Post, delivery_ids: Collection[int], *, by: Person) -> list[int]:
    """New deliveries, due now, of the copies whose deliveries failed or were missed; their ids. Unknown ones stay.

    Asks for no new yes: the words are those that were approved. Raises PermissionDenied, NotNow, PostExpired,
    ChannelsClosed, NothingToSend.
    """
    current = steps.taken(post)
    _check(current, by)
    steps.refuse_corrected(current)
    steps.refuse_while_corrected(current)
    lines = [line for line in board([current.pk]).get(current.pk, []) if line.action == Action.PUBLISH]
    # A copy that went out, or is on its way, in another delivery is not sent a second time.
    settled = {line.channel_id for line in lines if line.state not in AGAIN | {State.CANCELLED, State.SUPERSEDED}}
    wanted = {line.channel_id for line in lines if line.delivery_id in delivery_ids and line.state in AGAIN} - settled
    copies = list(live_copies(current).filter(channel_id__in=wanted))
    if current.corrects_id:
        copies = _as_ordered(copies, delivery_ids)
    if not copies:
        raise NothingToSend(_("None of these copies can be sent again."))
    closed = _closed(current, copies)
    if closed:
        raise ChannelsClosed([copy.channel for copy in closed])
    made = order_copies(current, copies, by, due_at=None)
    steps.note("send_again", current, by, {"copies": len(made)})
    return [delivery.pk for delivery in made]


def _check(post: Post, by: Person) -> None:
    mine = rights(by)
    abilities = (Ability.WRITE_POST, APPROVED_BY[Topic(post.topic)])
    if not any(mine.may(ability, post.unit_id) for ability in abilities):
        raise PermissionDenied(_("This is for other roles."))
    if post.state != PostState.APPROVED:
        raise NotNow(_("This message is not approved, so nothing of it is sent."))
    if post.valid_until is not None and is_expired(post.valid_until, clock.now()):
        raise PostExpired(post.valid_until)


def _as_ordered(copies: Collection[Copy], delivery_ids: Collection[int]) -> list[Copy]:
    """Of the two ways that a correction may have had on a channel, the one that was tried."""
    tried = hashes_of(delivery_ids)
    return list({copy.channel_id: copy for copy in copies if copy.content_hash in tried}.values())


def _closed(post: Post, copies: list[Copy]) -> list[Copy]:
    open_ids = open_channel_ids(post)
    return [copy for copy in copies if copy.channel_id not in open_ids]
