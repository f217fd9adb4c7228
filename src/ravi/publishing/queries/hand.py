"""What waits for somebody's hand, and whose hands those are."""

from collections.abc import Collection

from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.delivery.models import Delivery
from ravi.directory.queries import holdings_of


def may_do_by_hand(person: Person, delivery: Delivery) -> bool:
    """Whoever writes for the unit, and the channel's custodians: they hold the account."""
    return delivery.pk in done_by(person, [delivery])


def done_by(person: Person, deliveries: Collection[Delivery]) -> set[int]:
    """Those of the deliveries that this person may do. One query at most beside the rights."""
    mine = rights(person)
    found = {one.pk for one in deliveries if mine.may(Ability.WRITE_POST, one.unit_id)}
    if len(found) < len(deliveries):
        kept = {channel for channel, keeper in holdings_of({d.channel_id for d in deliveries}) if keeper == person.pk}
        found |= {one.pk for one in deliveries if one.channel_id in kept}
    return found
