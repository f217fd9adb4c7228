"""What taking posts back does to their copies, before it is done and while it goes on; a few questions for any number."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from ravi.delivery.pace_left import removals_end_at
from ravi.delivery.queries import CopyLine, board
from ravi.delivery.read_back.rules import ReadBackOutcome
from ravi.delivery.rules import OPEN, UNSENT, Action, State, Wait
from ravi.directory.models import Channel
from ravi.directory.queries import channels_by_id
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


def is_removable(line: CopyLine, channel: Channel) -> bool:
    """Not where the platform has no door for it, nor where a person published the copy, or found it and Ravi knows no
    address of it: what a person pasted is no name by which a program finds it, whatever the channel's adapter is today."""
    if line.by_hand:
        return False
    has_address = line.state != "sent" or bool(line.remote_id)
    return has_address and issubclass(registry.adapter(channel.adapter, channel.platform), Deletable)


def what_withdrawal_does(post_ids: Collection[int]) -> Weighed:
    """For the page that asks before all of these are taken back."""
    lines = [line for line in _lines(post_ids) if line.action == Action.PUBLISH]
    standing = [line for line in lines if line.state == State.SENT]
    channels = channels_by_id([line.channel_id for line in standing])
    removed = sum(is_removable(line, channels[line.channel_id]) for line in standing)
    return Weighed(
        removed=removed,
        by_hand=len(standing) - removed,
        cancelled=sum(line.state in UNSENT for line in lines),
        unknown=sum(line.state in (State.UNKNOWN, State.SENDING, State.CLAIMED) for line in lines),
    )


def how_withdrawn(post_ids: Collection[int], now: datetime) -> Progress:
    """Every copy of the posts and of their corrections, by what became of it."""
    lines = _lines(post_ids)
    removals = [line for line in lines if line.action == Action.DELETE]
    by_people = {line.channel_id for line in removals if line.by_hand}
    tried = [line for line in removals if line.by_hand or line.channel_id not in by_people]
    waits = [line for line in tried if line.state in OPEN and line.waiting_for in (Wait.COPY, Wait.UNKNOWN)]
    unknown = len(waits) + sum(line.state == State.UNKNOWN for line in tried)
    return Progress(
        removed=sum(line.state == State.SENT for line in tried),
        going=sum(line.state in OPEN for line in tried) - len(waits),
        by_hand=sum(line.state == State.HELD for line in tried),
        unknown=unknown,
        failed=sum(line.state in (State.FAILED, State.MISSED) for line in tried),
        never_went=_never_went(lines),
        ends_at=removals_end_at(_chain(post_ids), now),
        read_back=tuple(line.read_back for line in tried if line.read_back),
    )


def _never_went(lines: Iterable[CopyLine]) -> int:
    return sum(line.action == Action.PUBLISH and line.state == State.CANCELLED for line in lines)


def _lines(post_ids: Collection[int]) -> list[CopyLine]:
    return [line for lines in board(_chain(post_ids)).values() for line in lines]


def _chain(post_ids: Collection[int]) -> list[int]:
    """The posts with their corrections."""
    return list(Post.objects.filter(Q(pk__in=post_ids) | Q(corrects__in=post_ids)).values_list("pk", flat=True))
