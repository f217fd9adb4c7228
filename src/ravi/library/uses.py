"""Who carries media: the room above that puts them into messages announces itself, and the library asks it here."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from ravi.accounts.models import Person
from ravi.library.rules import LONGEST_LIST


@dataclass(frozen=True)
class Use:
    """One message that carries something of the library, and where it stands."""

    title: str
    url: str
    bead: str
    standing: str


@dataclass(frozen=True)
class Place:
    """One published copy: the channel, and its link ("" where the platform gave none)."""

    platform: str
    handle: str
    link: str


@dataclass(frozen=True)
class Fate:
    """What an erasure does to one message: `published` stands where it is, `waiting` copies leave the line.

    `moving` are on their way at this very moment, or nobody knows of them; `withdrawal_url` is "" for whoever may not.
    """

    use: Use
    becomes: str
    published: Sequence[Place]
    waiting: int
    moving: int
    withdrawal_url: str

    @property
    def first_published(self) -> Sequence[Place]:
        return self.published[:LONGEST_LIST]

    @property
    def more_published(self) -> int:
        return max(len(self.published) - LONGEST_LIST, 0)


Used = Mapping[int, Sequence[Use]]


@dataclass(frozen=True)
class Carrier:
    """`uses`: id of media -> the messages in sight of the person that carry it, the newest first.

    `fates`: those messages as an erasure of the media with these bytes finds them, and how many others there are.
    `hold`: the messages that carry it, held until the transaction ends. `others`: whether more carry it than these.
    `let_go`: does to messages that are held what an erasure does, for a reason; how many copies left the line.
    """

    uses: Callable[[Collection[int], Person], Used]
    fates: Callable[[Collection[int], Collection[str], Person], tuple[Sequence[Fate], int]]
    hold: Callable[[Collection[int]], frozenset[int]]
    others: Callable[[Collection[int], Collection[int]], bool]
    let_go: Callable[[Collection[int], Collection[str], Person, str], int]


_carriers: list[Carrier] = []


def carries(carrier: Carrier) -> None:
    """Called from AppConfig.ready; the last one holds."""
    _carriers[:] = [carrier]


def uses_of(media_ids: Collection[int], person: Person) -> Used:
    """Where these are used, as far as this person may know. None, and no question, for no ids."""
    return _carriers[0].uses(media_ids, person) if media_ids else {}


def fates_of(media_ids: Collection[int], hashes: Collection[str], person: Person) -> tuple[Sequence[Fate], int]:
    """What an erasure would do, message by message, and how many messages are out of this person's sight."""
    return _carriers[0].fates(media_ids, hashes, person)


def hold_carriers(media_ids: Collection[int]) -> frozenset[int]:
    """The messages that carry these, held until the transaction ends."""
    return _carriers[0].hold(media_ids)


def has_other_carriers(media_ids: Collection[int], held: Collection[int]) -> bool:
    """Whether a message carries them that is not among those held."""
    return _carriers[0].others(media_ids, held)


def let_carriers_go(media_ids: Collection[int], hashes: Collection[str], *, by: Person, reason: str) -> int:
    """The messages lose what is erased: those that wait leave the queue. How many copies left the line."""
    return _carriers[0].let_go(media_ids, hashes, by, reason)
