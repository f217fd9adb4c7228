"""When one handle could be read as another: letters, digits and pairs that look alike fold into one skeleton."""

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

LONGEST_HANDLE = 200
# What the eye takes for another letter: Cyrillic, Greek and Latin ones, digits of three scripts.
LIKE = str.maketrans({
    "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "ё": "e", "һ": "h", "н": "h", "і": "l", "ї": "l",
    "ј": "j", "к": "k", "м": "m", "п": "n", "о": "o", "р": "p", "ԛ": "q", "г": "r", "ѕ": "s", "т": "t",
    "υ": "u", "ԝ": "w", "х": "x", "у": "y", "ӏ": "l", "ь": "b", "б": "b", "з": "e", "α": "a", "β": "b",
    "γ": "y", "ε": "e", "η": "n", "ι": "l", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t", "χ": "x",
    "ω": "w", "0": "o", "۰": "o", "٠": "o", "1": "l", "۱": "l", "١": "l", "i": "l", "|": "l", "!": "l",
    "ı": "l", "5": "s", "$": "s", "3": "e", "8": "b", "٥": "o", "۵": "o", "@": "a",
})  # fmt: skip
PERSIAN = str.maketrans("يىكڪھہەةآأإٱۀ", "ییککههههااااه")
PAIRS = (("rn", "m"), ("vv", "w"), ("nn", "m"))


@dataclass(frozen=True)
class Difference:
    """`typed` stands at `position` where the other handle has `ours`; either may be empty."""

    position: int
    typed: str
    ours: str


def skeleton(handle: str) -> str:
    """Handles with one skeleton look alike: case, separators, hidden characters and look-alike letters are gone."""
    decomposed = unicodedata.normalize("NFKD", handle[:LONGEST_HANDLE].strip().lstrip("@＠").translate(PERSIAN))
    seen = "".join(character for character in decomposed.casefold() if unicodedata.category(character)[0] not in "MCZ")
    folded = "".join(c for c in seen.translate(LIKE) if c not in "_.-‐‑–—ـ·")
    for pair, letter in PAIRS:
        folded = folded.replace(pair, letter)
    return folded


def looks_like(typed: str, ours: str) -> bool:
    """Whether two different handles could be taken for each other."""
    return plain(typed) != plain(ours) and skeleton(typed) == skeleton(ours)


def plain(handle: str) -> str:
    """The handle as platforms compare it: without @ and case."""
    return handle[:LONGEST_HANDLE].strip().lstrip("@＠").casefold()


def difference(typed: str, ours: str) -> list[Difference]:
    """Which letters differ, in order."""
    first, second = plain(typed), plain(ours)
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return [
        Difference(start, first[start:end], second[other_start:other_end])
        for kind, start, end, other_start, other_end in matcher.get_opcodes()
        if kind != "equal"
    ]
