"""Which words differ between a text and its normalised form, so that a person can see, take or undo each."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import regex

Reason = Literal["half_space", "digits", "quotes", "ellipsis", "punctuation", "letters", "hidden", "spacing"]
WORD = regex.compile(r"\S+")
MARKS = regex.compile(r"[\p{M}\p{Cf}\p{Cc}\u0640\u00ac]++")
SAME = str.maketrans(
    "يىكڪھہەۀۂ٬٫٪“”«»،؛؟٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "ییکک" + "ه" * 5 + ",.%" + '"' * 4 + ",;?" + "0123456789" * 2
) | {"…": "..."}
ZWNJ = "\u200c"
QUOTES = frozenset("«»")
PUNCTUATION = frozenset("،؛؟٪٫٬")
PERSIAN_DIGITS = frozenset("۰۱۲۳۴۵۶۷۸۹")


@dataclass(frozen=True)
class Suggestion:
    """Put `after` in place of text[start:end], which is `before`."""

    start: int
    end: int
    before: str
    after: str
    reason: Reason


def changes(before: str, after: str) -> list[Suggestion]:
    """The whole-word edits that lead from `before` to `after`, in order; each stands alone, all give `after`."""
    return list(_changes(before, after))


def _changes(before: str, after: str) -> Iterator[Suggestion]:
    """Both texts say the same letters in the same order, so blocks of words close where the letters meet again."""
    old, new = list(WORD.finditer(before)), list(WORD.finditer(after))
    i = j = old_done = new_done = 0
    while i < len(old) or j < len(new):
        first_i, first_j = i, j
        i, j = _meeting(old, new, i, j)
        old_start, old_end = _extent(old, first_i, i, old_done)
        new_start, new_end = _extent(new, first_j, j, new_done)
        yield from _edit(before, after, (old_done, old_start), (new_done, new_start))
        yield from _edit(before, after, (old_start, old_end), (new_start, new_end))
        old_done, new_done = old_end, new_end
    yield from _edit(before, after, (old_done, len(before)), (new_done, len(after)))


def _meeting(old: list[regex.Match[str]], new: list[regex.Match[str]], i: int, j: int) -> tuple[int, int]:
    """The ends of the shortest two runs of words, from `i` and `j`, that hold the same letters."""
    left: list[str] = []
    right: list[str] = []
    left_length = right_length = 0
    while i < len(old) or j < len(new):
        if i < len(old) and (left_length <= right_length or j == len(new)):
            left.append(skeleton(old[i].group()))
            left_length, i = left_length + len(left[-1]), i + 1
        else:
            right.append(skeleton(new[j].group()))
            right_length, j = right_length + len(right[-1]), j + 1
        if left_length == right_length and left_length and "".join(left) == "".join(right):
            break
    return i, j


def _extent(words: list[regex.Match[str]], first: int, last: int, done: int) -> tuple[int, int]:
    return (words[first].start(), words[last - 1].end()) if last > first else (done, done)


def _edit(before: str, after: str, old: tuple[int, int], new: tuple[int, int]) -> Iterator[Suggestion]:
    was, becomes = before[slice(*old)], after[slice(*new)]
    if was != becomes:
        yield Suggestion(*old, was, becomes, reason_of(was, becomes))


def skeleton(word: str) -> str:
    """What both spellings of a word share: its letters, digits and signs, folded; no marks, no hidden characters."""
    return unicodedata.normalize("NFKD", MARKS.sub("", word)).translate(SAME)


def reason_of(was: str, becomes: str) -> Reason:
    added = set(becomes) - set(was)
    if becomes.count(ZWNJ) > was.count(ZWNJ):
        return "half_space"
    for signs, reason in REASONS:
        if added & signs:
            return reason
    if [c for c in was if not c.isspace()] == [c for c in becomes if not c.isspace()]:
        return "spacing"
    if MARKS.sub("", was) == becomes:
        return "hidden"
    return "letters" if MARKS.sub("", was) != MARKS.sub("", becomes) else "hidden"


REASONS: tuple[tuple[frozenset[str], Reason], ...] = (
    (QUOTES, "quotes"),
    (frozenset("…"), "ellipsis"),
    (PERSIAN_DIGITS, "digits"),
    (PUNCTUATION, "punctuation"),
)
