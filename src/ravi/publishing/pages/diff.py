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
    """A stretch of words that stayed, went or came; `is_unseen` when the eye sees no difference (a half-space, a mark)."""

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
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(Run(SAME, "".join(b[j1:j2])))
        else:
            runs += _pair("".join(a[i1:i2]), "".join(b[j1:j2]))
    return _joined(runs)


def _pair(old: str, new: str) -> list[Run]:
    unseen = _UNSEEN.sub("", old) == _UNSEEN.sub("", new)
    return [Run(kind, text, unseen) for kind, text in ((GONE, old), (NEW, new)) if text]


def _joined(runs: list[Run]) -> list[Run]:
    """Changes that only a space keeps apart are read as one change."""
    joined: list[Run] = []
    for index, run in enumerate(runs):
        between = run.kind == SAME and not run.text.strip()
        if between and 0 < index < len(runs) - 1:
            joined += [Run(GONE, run.text), Run(NEW, run.text)]
        else:
            joined.append(run)
    return list(_merged(joined))


def _merged(runs: list[Run]) -> Iterator[Run]:
    gone = new = ""
    for run in [*runs, Run(SAME, "")]:
        if run.kind == GONE:
            gone += run.text
        elif run.kind == NEW:
            new += run.text
        else:
            yield from _pair(gone, new)
            gone = new = ""
            if run.text:
                yield run


def _changes(runs: tuple[Run, ...]) -> int:
    """A pair of gone and new words is one change."""
    kinds = [run.kind for run in runs]
    return sum(1 for i, kind in enumerate(kinds) if kind == GONE or (kind == NEW and (i == 0 or kinds[i - 1] != GONE)))
