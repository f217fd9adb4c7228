"""The safe level: one code point per letter, no hidden characters, tidy space; hardly anything a reader could see."""

import unicodedata

import regex

from ravi.text.composition import composed
from ravi.text.normalise.protected import ARABIC_LETTER, BOUNDARY, LATIN, OTHER, WORD, hide

LETTERS = str.maketrans("يىكڪھہە٠١٢٣٤٥٦٧٨٩", "ییککههه۰۱۲۳۴۵۶۷۸۹") | {0x06C0: "ه\u0654", 0x06C2: "ه\u0654"}
SPACES = str.maketrans(
    dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
    )
)
CONTROL = regex.compile(r"[\x00-\x08\x0e-\x1f\x7f]++")
INVISIBLE = regex.compile(r"[\u061c\u180e\u200b\u202a-\u202e\u2060-\u2064\u206a-\u206f\ufeff]")
LINE_END = regex.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# The word ligatures from U+FDFA on (salawat, basmala, rial) are signs of their own.
PRESENTATION = regex.compile(r"[\ufb50-\ufdcf\ufdf0-\ufdf9\ufe70-\ufefc]++")
SOFT_HYPHEN = regex.compile(rf"(?<={ARABIC_LETTER}{WORD}?)[\u00ad\u00ac]++(?={ARABIC_LETTER})", regex.VERSION1)
# A line of them is a rule, one that carries a vowel shows the vowel, and «هـ» is the abbreviation of hijri.
TATWEEL = regex.compile(
    rf"(?<={ARABIC_LETTER}\p{{M}}{{0,3}})(?<!(?<!{ARABIC_LETTER})ه)\u0640++|(?<!\u0640)\u0640++(?={ARABIC_LETTER})",
    regex.VERSION1,
)
JOINER = rf"[{LATIN}{OTHER}\p{{L}}\p{{M}}\p{{N}}\u200d\u0640]"
ZWNJ_ALONE = regex.compile(rf"(?<!{JOINER})\u200c++|\u200c++(?!{JOINER}|\u200c)", regex.VERSION1)
ZWNJ_RUN = regex.compile(r"\u200c{2,}+")
SPACE_RUN = regex.compile(r"(?<=[^ \n]) {2,}+|(?<![^\n]) {2,}+(?![-*•+ ]|\p{N}+[.)\-])")
TRAILING = regex.compile(r"(?<![ \t])[ \t]++(?=\n|\Z)")
BLANK_LINES = regex.compile(r"\n{3,}+")
ROUNDS = 8


def settled_safe(text: str) -> str:
    """A removed character can bring the two halves of an address together, so the rules run until nothing changes."""
    for _ in range(ROUNDS):
        before, text = text, safe_once(text)
        if text == before:
            break
    return text


def safe_once(text: str) -> str:
    hidden = hide(LINE_END.sub("\n", CONTROL.sub("", text)))
    prose = without_unbalanced(INVISIBLE.sub("", hidden.text)).translate(SPACES)
    prose = PRESENTATION.sub(lambda run: _letters(run.group()), composed(prose))
    prose = composed(prose.translate(LETTERS)).translate(LETTERS)
    prose = TATWEEL.sub("", SOFT_HYPHEN.sub("\u200c", prose))
    prose = ZWNJ_ALONE.sub("", ZWNJ_RUN.sub("\u200c", prose))
    prose = TRAILING.sub("", SPACE_RUN.sub(" ", prose))
    return hidden.restore(BLANK_LINES.sub("\n\n", prose))


def _letters(run: str) -> str:
    """Presentation forms as letters; a lone vowel form would bring a space along."""
    return "".join(unicodedata.normalize("NFKC", form).removeprefix(" ") for form in run)


def without_unbalanced(text: str) -> str:
    """Isolates that never close, and closings of nothing, would turn the rest of the line around."""
    open_at: list[int] = []
    odd: set[int] = set()
    for mark in BOUNDARY.finditer(text):
        if mark.group() == "\n":
            odd.update(open_at)
            open_at.clear()
        elif mark.group() != "\u2069":
            open_at.append(mark.start())
        elif open_at:
            open_at.pop()
        else:
            odd.add(mark.start())
    odd.update(open_at)
    return "".join(character for place, character in enumerate(text) if place not in odd) if odd else text
