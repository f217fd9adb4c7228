"""Tells two versions of a text apart by whole words, so that a person sees at once what a yes is about. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

SAME, GONE, NEW = "same", "del", "ins"
_WORDS = re.compile(r"\s+|[^\s]+")
_UNSEEN = re.compile(r"[\u200c\u200d\u200e\u200f\u2066-\u2069\s]")
# Beyond this many words per paragraph the word comparison would cost seconds; the paragraph is shown whole.
_MOST_WORDS = 2_000


@dataclass(frozen=True)
class Run:
    """A stretch of words that stayed, went or came; `is_unseen` when the eye sees no difference (a half-space)."""

    kind: str
    text: str
    is_unseen: bool = False


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of the newer text with what changed in it."""

    runs: tuple[Run, ...]

    @property
    def is_changed(self) -> bool:
        return any(run.kind != SAME for run in self.runs)


@dataclass(frozen=True)
class Difference:
    """All paragraphs, how many changes there are, and whether paragraphs without a change stand between them."""

    paragraphs: tuple[Paragraph, ...]
    count: int

    @property
    def changed(self) -> tuple[Paragraph, ...]:
        return tuple(paragraph for paragraph in self.paragraphs if paragraph.is_changed)

    @property
    def has_unseen(self) -> bool:
        return any(run.is_unseen for paragraph in self.paragraphs for run in paragraph.runs)


def difference(before: str, after: str) -> Difference:
    """What changed from `before` to `after`; equal texts have a count of 0."""
    paragraphs = tuple(Paragraph(tuple(runs)) for runs in _paragraphs(_split(before), _split(after)) if runs)
    return Difference(paragraphs, sum(_changes(paragraph.runs) for paragraph in paragraphs))


def _split(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _paragraphs(before: list[str], after: list[str]) -> Iterator[list[Run]]:
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            yield from ([Run(SAME, line)] for line in after[j1:j2])
        else:
            for old, new in zip_longest(before[i1:i2], after[j1:j2], fillvalue=""):
                yield _words(old, new)


def _words(old: str, new: str) -> list[Run]:
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    if not a or not b or max(len(a), len(b)) > _MOST_WORDS:
        return _pair(old, new)
    runs: list[Run] = []
    gone = new = ""
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        old_words, new_words = "".join(a[i1:i2]), "".join(b[j1:j2])
        is_between = tag == "equal" and not new_words.strip() and bool(gone or new) and j2 < len(b) and i2 < len(a)
        if tag == "equal" and not is_between:
            runs += [*_pair(gone, new), Run(SAME, new_words)]
            gone = new = ""
        else:  # changes that only a space keeps apart are read as one change
            gone, new = gone + old_words, new + new_words
    return [*runs, *_pair(gone, new)]


def _pair(old: str, new: str) -> list[Run]:
    """Old words, a space, new words: without the space two numbers would be read as one; outer spaces stay outside."""
    unseen = bool(old and new) and _UNSEEN.sub("", old) == _UNSEEN.sub("", new)
    gone, come = old.strip(), new.strip()
    longer = new if come else old
    head, tail = longer[: len(longer) - len(longer.lstrip())], longer[len(longer.rstrip()) :]
    middle = " " if gone and come else ""
    runs = [Run(SAME, head), Run(GONE, gone, unseen), Run(SAME, middle), Run(NEW, come, unseen), Run(SAME, tail)]
    if not gone and not come:
        return [Run(SAME, new or old)] if new or old else []
    return [run for run in runs if run.text]


def _changes(runs: tuple[Run, ...]) -> int:
    """A pair of gone and new words is one change."""
    kinds = [run.kind for run in runs if run.kind != SAME or run.text.strip()]
    return sum(1 for i, kind in enumerate(kinds) if kind == GONE or (kind == NEW and (i == 0 or kinds[i - 1] != GONE)))
