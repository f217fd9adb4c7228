"""When one handle could be taken for another, and where exactly the two differ. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ravi.text.lookalike import skeleton

# Shorter handles have too many honest neighbours.
MIN_LETTERS = 5
SEPARATORS = str.maketrans("", "", "._-")
# What imitators hang on to a name; a name with one of these is never another name of ours.
DRESS = ("official", "real", "rasmi", "channel", "news", "info", "support", "ir", "fa", "tv", "app", "bot", "admin")


@dataclass(frozen=True)
class Spot:
    """A stretch of both handles, typed and ours; equal stretches stand between the different ones."""

    typed: str
    ours: str

    @property
    def is_different(self) -> bool:
        """Whether the two are not the same here."""
        return self.typed != self.ours


def resembles(typed: str, ours: str) -> bool:
    """Whether somebody could take `typed` for `ours`: like letters, other separators, one slip, or a dress."""
    if len(ours) < MIN_LETTERS or typed == ours:
        return False
    bare_typed, bare_ours = _bare(typed), _bare(ours)
    return bare_typed == bare_ours or is_one_slip(bare_typed, bare_ours) or _is_dressed(bare_typed, bare_ours)


def spots(typed: str, ours: str) -> Sequence[Spot]:
    """Both handles cut where they differ."""
    matcher = SequenceMatcher(None, typed, ours, autojunk=False)
    return [Spot(typed[i1:i2], ours[j1:j2]) for _tag, i1, i2, j1, j2 in matcher.get_opcodes()]


def is_one_slip(first: str, second: str) -> bool:
    """Whether one letter more, one less, one other or two swapped make one of the other."""
    if abs(len(first) - len(second)) > 1:
        return False
    start = next(
        (n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second))
    )
    rest_first, rest_second = first[start:], second[start:]
    return (
        rest_first[1:] == rest_second[1:]
        or rest_first[1:] == rest_second
        or rest_first == rest_second[1:]
        or (rest_first[:2] == rest_second[1::-1] and rest_first[2:] == rest_second[2:])
    )


def _bare(handle: str) -> str:
    return skeleton(handle).translate(SEPARATORS)


def _is_dressed(typed: str, ours: str) -> bool:
    if ours not in typed:
        return False
    before, _ours, after = typed.partition(ours)
    dresses = {_bare(word) for word in DRESS}
    is_long_name = len(ours) >= 10  # such a whole name inside another one is no accident
    return is_long_name or {before, after} <= dresses | {""}
