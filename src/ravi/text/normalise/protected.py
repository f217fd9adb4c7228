"""Finds what is not Persian prose (addresses, code, phones, doses, quotations) and hides it from the rules.

A hidden span becomes one character that no rule touches; `Hidden.restore` puts the spans back byte for byte.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import regex

# Unicode keeps these for a program's own use; where a text holds one, it is hidden like any other span.
LATIN, OTHER = "\ufdd0", "\ufdd1"

VOWEL = r"\u064b-\u0652\u0656-\u065e\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
ARABIC_LETTER = (
    r"[\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06fc\u06ff\u0750-\u077f]"
)
# Letters of Kurdish, South Azerbaijani, Urdu, Pashto and others that no Persian word has.
FOREIGN = (
    r"\u0672-\u067d\u067f-\u0685\u0687-\u0697\u0699-\u06a8\u06ab-\u06ae\u06b0-\u06bd\u06bf\u06c3-\u06cb\u06cd-\u06d3"
    r"\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f"
)
WORD = rf"[{VOWEL}\u0653-\u0655\u200c\u200d\u0640\p{{M}}]"
STOP = r"\s\x00-\x1f\x7f<>\"«»،؛؟\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufdd0-\ufdd2"
RAISED = r"⁰¹²³⁴-⁹⁺⁻ⁿ₀-₉"
DIGIT = "[0-9]"

PATTERNS = {
    "own": r"[\ufdd0-\ufdd2]",
    "fence": r"```(?:(?!```).)*+```",
    "code": r"`[^`\n]++`",
    "comment": r"<!--(?:(?!-->).)*+-->",
    "tag": r"</?[a-zA-Z!?][^<>\n]*+>",
    "attribute": r"""\b[a-zA-Z][\w:.\-]*+=(?:"[^"\n]*+"|'[^'\n]*+')""",
    "entity": r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});",
    "placeholder": r"\{\{[^{}\n]*+\}\}|\{%[^{}\n]*+%\}|\$?\{[\w.]*+\}|%\(\w+\)[a-z]|%[sd]\b",
    "keycap": r"[\p{Nd}#*]\ufe0f?\u20e3",
    "scheme": (
        r"(?<![a-zA-Z0-9])(?:[a-zA-Z][a-zA-Z0-9+.\-]{0,30}://|(?:mailto|tel|sms|geo|doi|urn|xmpp|magnet|data):)"
        rf"[^{STOP}]++"
    ),
    "email": r"(?<![a-zA-Z0-9._%+\-])[a-zA-Z0-9._%+\-]{1,64}@[\p{L}\p{N}\-]++(?:\.[\p{L}\p{N}\-]++)++",
    "mention": r"(?<![\p{L}\p{N}_])[@＠][\p{L}\p{N}_]++(?:[.\-@]++[\p{L}\p{N}_]++)*+",
    "hashtag": r"[#＃][\p{L}\p{N}\p{M}_\u200c\u200d]++",
    "marked": r"\u200e[^\u200e\n\u202a-\u202e\p{Arabic}]{1,100}+\u200e",
    "power": (
        rf"(?<![0-9.,])(?:{DIGIT}++(?:[.,]{DIGIT}++)*+ ?[×xX*·] ?)?"
        rf"\b10(?:\^[-−+]?{DIGIT}++|[{RAISED}]++)(?:/[\p{{Latin}}µμ]++)?"
    ),
    "phone": (
        r"(?<![\p{L}\p{N}.,/])"
        rf"(?:\+{DIGIT}(?:[ ().\-]{{0,2}}{DIGIT}){{6,14}}"
        rf"|00{DIGIT}{{2}}(?:[ \-]?{DIGIT}){{7,12}}"
        rf"|\(0{DIGIT}{{2,3}}\)[ \-]?{DIGIT}{{3,8}}(?:[ \-]{DIGIT}{{2,4}}){{0,3}}"
        rf"|0{DIGIT}{{2,3}}(?:[ \-]{DIGIT}{{2,8}}){{1,4}}|0{DIGIT}{{7,11}}"
        rf"|{DIGIT}{{4}}(?:[ \-]{DIGIT}{{4}}){{3}})"
        rf"(?![\p{{L}}\p{{N}}]|[.,/]{DIGIT})"
    ),
    # A Latin word, with what hangs together with it: COVID-19, kg/m², example.ir/path.
    "token": (
        rf"[\p{{Latin}}0-9µμΩ{RAISED}]"
        rf"(?:[\p{{Latin}}\p{{Mn}}0-9µμ{RAISED}]|[-._+/:'’^&~](?=[\p{{Latin}}0-9µμ]))*+"
        rf"(?P<tail>(?<=\.\p{{Latin}}{{2,24}})[/?][^{STOP}]*+)?"
    ),
    "vocalised": rf"{ARABIC_LETTER}(?:{ARABIC_LETTER}|{WORD})*+",
}


def one_of(names: list[str], first: str = "") -> regex.Pattern[str]:
    alternatives = "|".join(f"(?P<{name}>{PATTERNS[name]})" for name in names)
    return regex.compile(f"{first}(?:{alternatives})", regex.DOTALL | regex.VERSION1)


SPAN = one_of(list(PATTERNS))
# No other span begins with a Persian letter or a space: most of a text is passed over at once.
PLAIN_SPAN = one_of([name for name in PATTERNS if name != "vocalised"], first=r"(?![\u0620-\u064a\u066e-\u06d5\s])")
HAS_LATIN = regex.compile(rf"[\p{{Latin}}µμΩ{RAISED}]")
VOWELS = regex.compile(rf"[{VOWEL}]")
FOREIGN_LETTER = regex.compile(f"[{FOREIGN}]")
VOWEL_OR_FOREIGN = regex.compile(f"[{VOWEL}{FOREIGN}]")
ARABIC_WORD = regex.compile(PATTERNS["vocalised"], regex.VERSION1)
OVERRIDE = regex.compile(r"[\u202a-\u202e]")
BOUNDARY = regex.compile(r"[\u2066-\u2069\n]")


@dataclass(frozen=True)
class Hidden:
    text: str
    spans: list[str]

    def restore(self, text: str) -> str:
        spans = iter(self.spans)
        return str(regex.sub(f"[{LATIN}{OTHER}]", lambda _: next(spans), text))


def hide(text: str) -> Hidden:
    parts: list[str] = []
    spans: list[str] = []
    done = 0
    for start, end in [*_whole_spans(text), (len(text), len(text))]:
        for found_start, found_end, mask in _spans(text, done, start):
            parts += [text[done:found_start], mask]
            spans.append(text[found_start:found_end])
            done = found_end
        parts.append(text[done:start])
        if end > start:
            parts.append(OTHER)
            spans.append(text[start:end])
        done = end
    return Hidden("".join(parts), spans)


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    pattern = SPAN if VOWEL_OR_FOREIGN.search(text, start, end) else PLAIN_SPAN
    for found in pattern.finditer(text, start, end):
        kind = found.lastgroup if found.lastgroup != "tail" else "token"
        if kind == "vocalised":
            if is_foreign(found.group()):
                yield found.start(), found.end(), OTHER
        elif kind != "token":
            yield found.start(), found.end(), OTHER
        elif HAS_LATIN.search(found.group()):
            yield found.start(), found.end(), LATIN


def is_foreign(word: str) -> bool:
    """A fully vocalised (Arabic) word, or one with a letter that Persian does not have."""
    return sum(1 for _ in VOWELS.finditer(word)) > 1 or FOREIGN_LETTER.search(word) is not None


def _whole_spans(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for start, end in sorted([*isolates(text), *_foreign_lines(text)]):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
        else:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
    return spans


def isolates(text: str) -> Iterator[tuple[int, int]]:
    """The outermost balanced LRI/FSI … PDI of each line, unless it hides an override."""
    open_at: list[int] = []
    for mark in BOUNDARY.finditer(text):
        if mark.group() == "\n":
            open_at.clear()
        elif mark.group() != "\u2069":
            open_at.append(mark.start())
        elif open_at:
            start = open_at.pop()
            if text[start] != "\u2067" and not OVERRIDE.search(text, start, mark.end()):
                yield start, mark.end()


def _foreign_lines(text: str) -> Iterator[tuple[int, int]]:
    """Lines in another language of this script: at least two words, and one in four, that Persian could not have."""
    start = 0
    for line in text.split("\n"):
        if FOREIGN_LETTER.search(line):
            words = ARABIC_WORD.findall(line)
            foreign = sum(1 for word in words if FOREIGN_LETTER.search(word))
            if foreign >= 2 and foreign * 4 >= len(words) and not OVERRIDE.search(line):
                yield start, start + len(line)
        start += len(line) + 1
