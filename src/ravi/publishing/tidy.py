"""What the safe level changed and what the typo level would, as changes that a person can see and take. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from ravi.text.normalise import normalise

_PIECES = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Change:
    """`before` stands at [start, end) of the text that is changed (in code points); `after` takes its place."""

    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True)
class Tidied:
    """The text that goes out, the text as it was typed, and every place where they differ."""

    text: str
    typed: str
    changes: tuple[Change, ...]


def tidied(typed: str, lang: str) -> Tidied:
    """The safe level of the text's language. Other languages than Persian come out as they are."""
    text = normalise(typed, lang=lang, level="safe")
    return Tidied(text, typed, changes(typed, text))


def typo_suggestions(text: str, lang: str) -> tuple[Change, ...]:
    """What the typo level would change in a text that is already tidied; nothing is changed by asking."""
    return changes(text, normalise(text, lang=lang, level="typo"))


def accept_suggestion(text: str, change: Change) -> str:
    """The text with one suggestion taken. Raises ValueError when the text is no longer the one it was made for."""
    if text[change.start : change.end] != change.before:
        raise ValueError("This suggestion belongs to an earlier text.")
    return text[: change.start] + change.after + text[change.end :]


def changes(before: str, after: str) -> tuple[Change, ...]:
    """The differences, word by word, so that a person sees whole words."""
    if before == after:
        return ()
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    starts = [0]
    for piece in old:
        starts.append(starts[-1] + len(piece))
    blocks = SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    return tuple(
        Change(starts[first], starts[last], "".join(old[first:last]), "".join(new[new_first:new_last]))
        for kind, first, last, new_first, new_last in blocks
        if kind != "equal"
    )
