"""What taking posts back does to their copies, before it is done and while it goes on; a few questions for any number."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from ravi.delivery.brief import BriefLine, brief_lines
from ravi.delivery.pace_left import removals_end_at
from ravi.delivery.queries import CopyLine
from ravi.delivery.read_back.rules import ReadBackOutcome
from ravi.delivery.removals import removals_of
from ravi.delivery.rules import UNSENT, Action, State
from ravi.directory.models import Channel
from ravi.directory.queries import Carrier, carriers_of
from ravi.platforms import registry
from ravi.platforms.contract import Deletable
from ravi.publishing.models import Post


@dataclass(frozen=True)
class Weighed:
    """How many copies a program removes, people are asked to remove, never go, and may be out without anybody knowing."""

    removed: int = 0
    by_hand: int = 0
    cancelled: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class Progress:
    """How far removals have come. `ends_at` is when the last one can be done at the platforms' own pace; None: nothing goes."""

    removed: int
    going: int
    by_hand: int
    unknown: int
    failed: int
    never_went: int
    ends_at: datetime | None
    read_back: tuple[ReadBackOutcome, ...] = ()  # of each removal that went out

    @property
    def total(self) -> int:
        return self.removed + self.going + self.by_hand + self.unknown + self.failed


def is_removable(line: CopyLine | BriefLine, channel: Channel | Carrier) -> bool:
    """Not where the platform has no door for it, nor where a person published the copy, or found it and Ravi knows no
    address of it: what a person pasted is no name by which a program finds it, whatever the channel's adapter is today."""
    if line.by_hand:
        return False
    has_address = line.state != "sent" or bool(line.remote_id)
    return has_address and issubclass(registry.adapter(channel.adapter, channel.platform), Deletable)


def what_withdrawal_does(post_ids: Collection[int]) -> Weighed:
    """For the page that asks before all of these are taken back."""
    found = brief_lines(_chain(post_ids), [Action.PUBLISH])
    lines = [line for mine in found.values() for line in mine]
    standing = [line for line in lines if line.state == State.SENT]
    channels = carriers_of({line.channel_id for line in standing})
    removed = sum(is_removable(line, channels[line.channel_id]) for line in standing)
    return Weighed(
        removed=removed,
        by_hand=len(standing) - removed,
        cancelled=sum(line.state in UNSENT for line in lines),
        unknown=sum(line.state in (State.UNKNOWN, State.SENDING, State.CLAIMED) for line in lines),
    )


def how_withdrawn(post_ids: Collection[int], now: datetime) -> Progress:
    """Every copy of the posts and of their corrections, by what became of it."""
    chain = _chain(post_ids)
    found = removals_of(chain, now)
    states = found.states
    return Progress(
        removed=states.get(State.SENT, 0) - found.still,
        going=found.open - found.waits,
        by_hand=states.get(State.HELD, 0),
        unknown=found.waits + states.get(State.UNKNOWN, 0),
        failed=states.get(State.FAILED, 0) + states.get(State.MISSED, 0) + found.still,
        never_went=found.never_went,
        ends_at=removals_end_at(chain, now),
        read_back=tuple(outcome for outcome, count in found.read_back.items() for _one in range(count)),
    )


def _chain(post_ids: Collection[int]) -> list[int]:
    """The posts with their corrections."""
    return list(Post.objects.filter(Q(pk__in=post_ids) | Q(corrects__in=post_ids)).values_list("pk", flat=True))
