"""Which signs Ravi's own letters have; what they lack is named to the writer and never drawn as an empty box."""

from typing import Final

import regex

# What core/static/ravi/font holds and a reader sees. A test compares it with the font itself.
DRAWN: Final = (
    r"\x20-\x7e\u00a0\u00ab\u00b0-\u00b3\u00b7\u00bb\u00d7\u00f7\u060c\u060d\u0610-\u0612\u0615\u061b\u061f\u0621-\u063a"
    r"\u063d\u0640-\u0658\u065a\u065b\u0660-\u0671\u0674\u0679\u067c\u067e\u0681\u0685\u0686\u0688\u0689\u0691\u0693\u0695"
    r"\u0696\u0698\u069a\u06a0\u06a1\u06a4\u06a9-\u06ad\u06af\u06b5\u06ba\u06bc-\u06be\u06c0-\u06c3\u06c6-\u06d0\u06d2-\u06d5"
    r"\u06dc-\u06de\u06e9\u06f0-\u06f9\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u2032\u2033\u2039\u203a\u2074\u20ac\u2212"
    r"\u25cc\ufdfc"
)
# Half-space, joiner, the two marks of direction and the ends of an island: they have no shape and change that of others.
SHAPING: Final = r"\u200c-\u200f\u2066\u2068\u2069"
# Nor do they carry more marks than a word has, a tashdid and a vowel: a pile of them would leave its line.
_LACKING = regex.compile(rf"[^\n{DRAWN}{SHAPING}]|\p{{M}}{{3}}")
_GRAPHEME = regex.compile(r"\X")
_GAP = regex.compile(r" *\n *| {2,}")
MOST_NAMED: Final = 5


def lacking(text: str) -> list[str]:
    """The signs that the letters lack, each once, as a person sees them: an emoji of several parts is one."""
    found = (one for one in _GRAPHEME.findall(text) if _LACKING.search(one))
    return list(dict.fromkeys(found))


def without_lacking(text: str) -> str:
    """The text without those signs, and without the gaps that they leave."""
    kept = "".join(one for one in _GRAPHEME.findall(text) if not _LACKING.search(one))
    closed: str = _GAP.sub(lambda gap: "\n" if "\n" in gap.group() else " ", kept)
    return closed.strip()


def named(signs: list[str]) -> str:
    """For a sentence: the signs themselves, and the code of one that nobody sees."""
    shown = [sign if sign.isprintable() else f"U+{ord(sign[0]):04X}" for sign in signs[:MOST_NAMED]]
    return " ".join(shown) + (" …" if len(signs) > MOST_NAMED else "")
