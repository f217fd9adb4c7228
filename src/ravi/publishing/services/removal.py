"""The orders that take copies back: by the platform's own door, or by a person's hand where there is none."""

from collections.abc import Iterable, Sequence

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.delivery import services as ledger
from ravi.delivery.models import Delivery
from ravi.delivery.payload import freeze_payload, payload_hash, title_in
from ravi.delivery.queries import asked_to_remove, not_taken_away
from ravi.delivery.rules import Action, Lane
from ravi.directory.models import Channel
from ravi.directory.queries import channels_by_id


def removal(of: int, post_id: int, channel: Channel, title: str, *, by_hand: bool) -> ledger.CopyOrder:
    """The order that takes one delivery back, due now."""
    payload = freeze_payload(post_id=post_id, channel_id=channel.pk, action="delete", text="", title=title)
    return ledger.CopyOrder(
        institution_id=channel.institution_id,
        unit_id=channel.unit_id,
        post_id=post_id,
        channel_id=channel.pk,
        platform=channel.platform,
        adapter=channel.adapter,
        target=channel.address,
        payload=payload,
        approved_hash=payload_hash(payload),
        due_at=clock.now(),
        lane=Lane.CORRECTION,
        action=Action.DELETE,
        of=of,
        by_hand=by_hand,
    )


def remove_by_hand(copies: Iterable[Delivery], *, by: Person | None) -> Sequence[Delivery]:
    """Ask people to remove these published copies; where somebody is asked already, nobody is asked twice."""
    listed = list(copies)
    asked = asked_to_remove(listed)
    channels = channels_by_id({one.channel_id for one in listed})
    orders = [
        removal(one.pk, one.post_id, channels[one.channel_id], title_in(one.payload), by_hand=True)
        for one in listed
        if one.pk not in asked
    ]
    return ledger.enqueue(orders, by=by, now=clock.now()) if orders else []


def removals_for_people(tried: Iterable[int]) -> Sequence[Delivery]:
    """What a program could not take away is asked of a person; `tried` are removals that came to nothing."""
    return remove_by_hand(not_taken_away(list(tried)), by=None)
