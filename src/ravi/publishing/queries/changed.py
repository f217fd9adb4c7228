"""How far corrections have come, copy by copy, with the time at which each can be done at its platform's own pace."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ravi.delivery.pace_left import changes_end_at
from ravi.delivery.queries import CopyLine, board
from ravi.delivery.read_back.rules import CASES, ReadBackOutcome
from ravi.delivery.rules import Action
from ravi.publishing.changed import DONE, Fate, fate_before_order, fate_of
from ravi.publishing.models import Copy, Post
from ravi.publishing.rules import PostState


@dataclass(frozen=True)
class Changed:
    """One copy that a correction is for. `ends_at` is only there while it is in the line."""

    correction_id: int
    channel_id: int
    platform: str
    fate: Fate
    link: str = ""
    ends_at: datetime | None = None
    read_back: ReadBackOutcome | None = None  # of an edit that went out

    @property
    def is_done(self) -> bool:
        """Whether people read the new words, as far as anybody knows."""
        return self.fate in DONE and self.read_back not in CASES


def how_changed(corrections: Sequence[Post], now: datetime) -> list[Changed]:
    """Every copy of these corrections; four questions, whatever their number."""
    ids = [post.pk for post in corrections]
    lines, ends = board(ids, now=now), changes_end_at(ids, now)
    frozen = _frozen(corrections)
    return [
        _changed(post, channel_id, platform, is_blocked, _newest(lines.get(post.pk, ()), channel_id), ends)
        for post in corrections
        for (channel_id, platform), is_blocked in frozen.get(post.pk, {}).items()
    ]


def _changed(
    post: Post,
    channel_id: int,
    platform: str,
    is_blocked: bool,
    line: CopyLine | None,
    ends: Mapping[int, datetime],
) -> Changed:
    if line is None:
        fate = fate_before_order(PostState(post.state), is_blocked=is_blocked)
        return Changed(post.pk, channel_id, platform, fate)
    action = Action(line.action)
    fate = fate_of(line.state, action, line.waiting_for, by_hand=line.by_hand, is_reply=line.is_reply)
    ends_at = ends.get(line.delivery_id) if fate is Fate.IN_LINE else None
    return Changed(post.pk, channel_id, platform, fate, line.link, ends_at, line.read_back)


def _newest(lines: Collection[CopyLine], channel_id: int) -> CopyLine | None:
    mine = [line for line in lines if line.channel_id == channel_id and line.action in (Action.PUBLISH, Action.EDIT)]
    return mine[-1] if mine else None


def _frozen(corrections: Sequence[Post]) -> dict[int, dict[tuple[int, str], bool]]:
    """Correction -> channel and platform -> whether no way there can be gone."""
    revisions = {post.pk: post.revision for post in corrections}
    found: dict[int, dict[tuple[int, str], bool]] = {pk: {} for pk in revisions}
    rows = Copy.objects.filter(post_id__in=revisions).order_by("channel__unit__sort_key", "platform", "channel_id")
    for post_id, revision, channel_id, platform, problems in rows.values_list(
        "post_id", "revision", "channel_id", "platform", "problems"
    ):
        if revision == revisions[post_id]:
            mine, key = found[post_id], (channel_id, platform)
            mine[key] = mine.get(key, True) and bool(problems)
    return found
