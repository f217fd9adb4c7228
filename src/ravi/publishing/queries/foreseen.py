"""What carrying newer words to many messages does to each copy that stands, before a word of it is written."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ravi.delivery.corrected import copies_of, standing_on
from ravi.delivery.models import Delivery
from ravi.delivery.rules import State
from ravi.directory.models import Channel
from ravi.directory.queries import channels_by_id
from ravi.publishing.correction import Door, Way, as_answer, ways_of
from ravi.publishing.draft import DraftFields
from ravi.publishing.queries.correction import corrections_of, door_to, standing_of
from ravi.publishing.queries.preview import previews

# While one of these holds, the change of a copy waits for its outcome.
_UNDECIDED = frozenset({State.UNKNOWN, State.SENDING, State.CLAIMED})
_Door = tuple[str, str]  # adapter and platform


@dataclass(frozen=True)
class Foreseen:
    """What would happen to one copy if the yes came now; `way` is None where the new words do not fit. `could_pin`: it is
    answered where a program can pin."""

    post_id: int
    channel: Channel
    way: Way | None
    waits_for_outcome: bool
    could_pin: bool


def standing_copies(post_ids: Collection[int]) -> dict[int, dict[int, Delivery]]:
    """Message -> channel -> the copy that its readers see, or will see. Two queries."""
    of = {pk: pk for pk in post_ids}
    of |= {later.pk: pk for pk, mine in corrections_of(post_ids).items() for later in mine}
    found: dict[int, list[Delivery]] = {pk: [] for pk in post_ids}
    for copy in copies_of(of):
        found[of[copy.post_id]].append(copy)
    return {pk: standing_on(copies) for pk, copies in found.items()}


def foreseen(post_ids: Collection[int], fields: DraftFields) -> list[Foreseen]:
    """For messages without images, and new words that each of them gets. They are measured once for each platform; the
    very copies are measured when the corrections are sent for approval."""
    standing = standing_copies(post_ids)
    channels = channels_by_id({channel_id for mine in standing.values() for channel_id in mine})
    plain, answers = _fitting(channels.values(), fields), _fitting(channels.values(), as_answer(fields))
    found = []
    for post_id, mine in standing.items():
        for channel_id, copy in mine.items():
            channel = channels[channel_id]
            name = channel.adapter, channel.platform
            door = door_to(channel, fits=answers[name])
            way = _way(door, copy, plain[name])
            could_pin = way is Way.REPLY and door.pins
            found.append(Foreseen(post_id, channel, way, State(copy.state) in _UNDECIDED, could_pin))
    return found


def _way(door: Door, copy: Delivery, fits: bool) -> Way | None:
    way = ways_of(standing_of(copy), door, (), replaces=False)[0]
    return way if way is Way.REPLY or fits else None


def _fitting(channels: Iterable[Channel], fields: DraftFields) -> Mapping[_Door, bool]:
    first: dict[_Door, Channel] = {}
    for channel in channels:
        first.setdefault((channel.adapter, channel.platform), channel)
    shown = previews(fields, list(first.values()), is_final=False)
    return {(one.channel.adapter, one.channel.platform): not one.problems for one in shown}
