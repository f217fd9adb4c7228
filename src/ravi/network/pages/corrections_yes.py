"""What an approver reads before one yes to the corrections of many units: the new words once, what differs, whom they reach."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ravi.accounts.models import Person
from ravi.delivery.payload import is_pinned
from ravi.network.models import CorrectedAnswer, Version
from ravi.network.pages.shared_yes import Row, Shown, row_of
from ravi.network.pages.words import changes
from ravi.network.queries.correct_message import answers_to_correct, correction_of
from ravi.network.queries.corrections_yes import corrections_of_version
from ravi.network.queries.version import older_versions
from ravi.publishing.correction import Way
from ravi.publishing.models import Copy
from ravi.publishing.pages.approval import Words, words
from ravi.publishing.pages.correction import BEADS, pinned_title, titled
from ravi.publishing.pages.diff import Difference, difference
from ravi.publishing.queries import copies_that_wait, grouped
from ravi.publishing.queries.correction import latest_of
from ravi.publishing.queries.shown import APART


@dataclass(frozen=True)
class Own:
    """One unit's own words: all of its texts, and what differs from what is out."""

    row: Row
    texts: Sequence[Words]
    difference: Difference


@dataclass(frozen=True)
class Corrections:
    """The whole page: headquarters' words with the units that get them unchanged, and each unit's own apart."""

    same: Shown
    own: Sequence[Own]
    ways: Sequence[tuple[str, str]]
    difference: Difference | None
    left: int = 0  # units of which no correction is written yet

    @property
    def units(self) -> int:
        return len(self.same.rows) + len(self.own)


def shown(person: Person, version: Version) -> Corrections:
    """What waits for this person's one yes; the questions grow only with units that wrote in words of their own."""
    listed = corrections_of_version(person, version)
    waiting = copies_that_wait([one.post_id for one in listed if one.post_id])
    pairs = [(one, copies) for one in listed if (copies := waiting.get(one.post_id or 0))]
    same = [pair for pair in pairs if not pair[0].parts]
    texts = words(grouped([copy for _one, copies in same for copy in copies], apart=(*APART, "post")))
    older = older_versions(version).order_by("-number").first()
    return Corrections(
        same=Shown(texts, [_row(*pair) for pair in same]),
        own=[_own(*pair) for pair in pairs if pair[0].parts],
        ways=_ways([copy for _one, copies in pairs for copy in copies]),
        difference=changes(older, version) if older and same else None,
        left=answers_to_correct(version).count() if correction_of(version) else 0,
    )


def _own(one: CorrectedAnswer, copies: Sequence[Copy]) -> Own:
    assert one.post is not None and one.post.corrects is not None  # only written corrections wait
    out = latest_of(one.post.corrects)
    told = difference(f"{out.title}\n{out.text}", f"{one.post.title}\n{one.post.text}")
    return Own(_row(one, copies), words(grouped(copies)), told)


def _row(one: CorrectedAnswer, copies: Sequence[Copy]) -> Row:
    return row_of(one.post_id or 0, one.adoption.offer.unit.name, copies)


def _ways(copies: Sequence[Copy]) -> list[tuple[str, str]]:
    """(bead, sentence); of a copy that has not left, that it is exchanged."""
    first: dict[tuple[int, int], Way] = {}
    for copy in sorted(copies, key=lambda one: one.way != Way.IN_PLACE):
        first.setdefault((copy.post_id, copy.channel_id), Way(copy.way))
    counts = Counter(first.values())
    ways = [(BEADS[way], titled(way, counts[way])) for way in BEADS if counts[way]]
    pinned = sum(is_pinned(copy.payload) for copy in copies)
    return [*ways, ("node", pinned_title(pinned))] if pinned else ways
