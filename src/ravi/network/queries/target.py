"""Which units a message reaches now."""

from ravi.accounts.queries import places_of_institution
from ravi.network.models import Message, Target
from ravi.network.rules import Aim, Place, TargetKind, units_of


def aim_of(target: Target) -> Aim:
    """The row as a value."""
    return Aim(TargetKind(target.kind), target.unit_id, target.unit_kind)


def reached_unit_ids(message: Message) -> list[int]:
    """Ids of the units that the message's aims reach today."""
    return reached_by([aim_of(target) for target in message.targets.all()], message.unit_id, message.institution_id)


def reached_by(aims: list[Aim], issuer_id: int, institution_id: int) -> list[int]:
    """The same for aims that are only being chosen."""
    places = [Place(*row) for row in places_of_institution(institution_id)]
    return units_of(aims, places, issuer_id)
