"""Who carries media: the room above that puts them into messages announces itself, and the library asks it here."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from ravi.accounts.models import Person


@dataclass(frozen=True)
class Use:
    """One message that carries something of the library, and where it stands."""

    title: str
    url: str
    bead: str
    standing: str


Used = Mapping[int, Sequence[Use]]


@dataclass(frozen=True)
class Carrier:
    """`uses`: id of media -> the messages in sight of the person that carry it, the newest first."""

    uses: Callable[[Collection[int], Person], Used]


_carriers: list[Carrier] = []


def carries(carrier: Carrier) -> None:
    """Called from AppConfig.ready; the last one holds."""
    _carriers[:] = [carrier]


def uses_of(media_ids: Collection[int], person: Person) -> Used:
    """Where these are used, as far as this person may know. None, and no question, for no ids."""
    return _carriers[0].uses(media_ids, person) if media_ids else {}
