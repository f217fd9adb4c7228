"""The typo level: what a careful Persian editor would write; ambiguous cases stay as they are."""

import regex

from ravi.text.normalise.numerals import persian_numerals
from ravi.text.normalise.protected import hide
from ravi.text.normalise.punctuation import persian_punctuation
from ravi.text.normalise.safe import ROUNDS, settled_safe
from ravi.text.normalise.spelling import joined

PERSIAN_LETTER = regex.compile(r"[\u0621-\u063a\u0641-\u064a\u067e\u0686\u0698\u06a9\u06af\u06cc]")


def settled_typo(text: str) -> str:
    text = settled_safe(text)
    for _ in range(ROUNDS):
        before, text = text, typo_once(text)
        if text == before:
            break
        text = settled_safe(text)
    return text


def typo_once(text: str) -> str:
    hidden = hide(text)
    return hidden.restore("\n".join(_line(line) for line in hidden.text.split("\n")))


def _line(line: str) -> str:
    """A line without a Persian letter is somebody else's: English, code, a table of codes."""
    if not PERSIAN_LETTER.search(line):
        return line
    return joined(persian_punctuation(persian_numerals(line)))
