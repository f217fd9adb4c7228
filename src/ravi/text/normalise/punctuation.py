"""Persian quotes, comma, semicolon, question mark, ellipsis, and the spaces around them."""

import regex

from ravi.text.normalise.protected import LATIN, OTHER
from ravi.text.normalise.words import AFTER_QUOTE

P = r"\u0621-\u063a\u0641-\u064a\u067e\u0686\u0698\u06a9\u06af\u06cc\u0654"
N = "۰-۹"
H = LATIN + OTHER
CLOSED = rf"[{P}{N}٪»)\]{OTHER}\p{{M}}]"

STRAIGHT = regex.compile(r'(?<![^\s(\[«:،؛])"(?=\S)([^"«»]*+)(?<=\S)"(?=[\s.,،؛:!؟?)\]»…]|$)')
CURLY = regex.compile(r"“([^“”«»]*+)”")
HAS_PERSIAN = regex.compile(f"[{P}]")
ELLIPSIS = regex.compile(rf"(?<![.{LATIN}])\.{{3}}(?!\.)")
COMMA_AFTER_PROSE = regex.compile(rf"(?<={CLOSED}) *,(?=[ {P}«{H}(]|$)|(?<={LATIN}) *,(?= *[{P}])")
SEMICOLON_AFTER_PROSE = regex.compile(rf"(?<={CLOSED}) *;(?=[ {P}«{H}(]|$)|(?<={LATIN}) *;(?= *[{P}])")
QUESTION = regex.compile(rf"(?<={CLOSED}) *\?(?=[\s!?؟»)\]…\"{OTHER}{P}]|$)|(?<=[؟!])\?")
SPACE_BEFORE = regex.compile(rf"(?<=[{P}{N}{H}»)\]٪…\p{{M}}]) ++(?=[،؛؟!](?![^\s«»)\]،؛؟!.{P}{N}{H}]))")
SPACE_BEFORE_STOP = regex.compile(rf"(?<=[{P}»)\p{{M}}]) ++(?=[.:](?:\s|$))")
STOP_LATE = regex.compile(rf"(?<=[{P}»)\p{{M}}]{{2}}) ++\.(?=[{P}]{{2}})")
SPACE_AFTER = regex.compile(rf"(?<=[،؛])(?=[{P}«({H}])|(?<=[{P}»)][،؛])(?=[{N}0-9])|(?<=[{P}»)][؟!:])(?=[{P}«])")
STOP_INSIDE = regex.compile(
    rf"(?<=(?<![{P}.])[{P}\u200c]{{3,40}}\.)(?=[{P}\u200c]{{3,40}}(?![{P}.]))(?!ایران(?![{P}]))"
)
QUOTE_INNER = regex.compile(r"(?<=«) ++| ++(?=»)")
BRACKET_INNER = regex.compile(r"\( *+([^()\n]*[^()\s]) *+\)")
BEFORE_QUOTE = regex.compile(rf"(?<=[{P}])(?=«)")
AFTER_CLOSING = regex.compile(rf"(?<=»)([{P}]++)")


def persian_punctuation(line: str) -> str:
    line = ELLIPSIS.sub("…", _quotes(line))
    line = COMMA_AFTER_PROSE.sub("،", line)
    line = SEMICOLON_AFTER_PROSE.sub("؛", line)
    line = QUESTION.sub("؟", line)
    line = SPACE_BEFORE_STOP.sub("", SPACE_BEFORE.sub("", line))
    line = STOP_LATE.sub(". ", line)
    line = STOP_INSIDE.sub(" ", SPACE_AFTER.sub(" ", line))
    line = BRACKET_INNER.sub(r"(\1)", QUOTE_INNER.sub("", line))
    return str(AFTER_CLOSING.sub(_after_closing, BEFORE_QUOTE.sub(" ", line)))


def _quotes(line: str) -> str:
    """Pairs around Persian words; inside «» the inner pair stays as it is."""

    def guillemets(found: regex.Match[str]) -> str:
        before = found.string[: found.start()]
        if not HAS_PERSIAN.search(found.group(1)) or before.count("«") > before.count("»"):
            return str(found.group())
        return f"«{found.group(1).strip(' ')}»"

    return str(CURLY.sub(guillemets, STRAIGHT.sub(guillemets, line)))


def _after_closing(found: regex.Match[str]) -> str:
    word = found.group(1)
    return word if word in AFTER_QUOTE else f" {word}"
