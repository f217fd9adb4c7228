"""Joins endings and «می» to their words with a ZWNJ, where only one reading is possible."""

import regex

from ravi.text.normalise.protected import LATIN, OTHER
from ravi.text.normalise.words import (
    ADJECTIVES,
    AFTER_VOCATIVE,
    BEFORE_MAY,
    FUNCTION_WORDS,
    PLURALS,
    verb_forms,
)

L = r"\u0621-\u063a\u0641-\u064a\u067e\u0686\u0698\u06a9\u06af\u06cc\p{M}\u200c"
END = rf"(?![{L}{LATIN}])"
ZWNJ = "\u200c"
PLURAL = regex.compile(rf"(?<![{L}])([{L}]++|{LATIN}) ({'|'.join(sorted(PLURALS, key=len, reverse=True))}){END}")
COMPARATIVE = regex.compile(rf"(?<![{L}{LATIN}{OTHER}])([{L}]++) (تر(?:ین)?(?:ی|ها|های)?){END}")
VERB = regex.compile(rf"(?<![{L}])(?:([{L}]++|[{LATIN}{OTHER}]|\p{{N}}) ?+)?(?<![{L}])(ن?می) ([{L}]++)")
HEH = rf"(?<![{L}{LATIN}{OTHER}])([{L}]*[^\sاوي{ZWNJ}]ه)"
AFTER_HEH = regex.compile(rf"{HEH} (ای(?! (?:{'|'.join(AFTER_VOCATIVE.split())}){END})|اند|ایم|اید){END}")
YEH_AFTER_HEH = regex.compile(rf"{HEH} (ی)(?= [{L}«{LATIN}])")
VERBS = verb_forms()
TENS = {"ده"}  # «ده‌ها نفر»
TAKES_EZAFE = {"همه", "ده"}  # «همه‌ی مردم»


def joined(line: str) -> str:
    line = VERB.sub(_verb, line)
    line = PLURAL.sub(_plural, line)
    line = COMPARATIVE.sub(_comparative, line)
    return str(YEH_AFTER_HEH.sub(_after_heh, AFTER_HEH.sub(_after_heh, line)))


def _verb(found: regex.Match[str]) -> str:
    before, prefix, verb = found.groups()
    is_may = prefix == "می" and before is not None and (before in BEFORE_MAY or before[-1:].isnumeric())
    if is_may or verb not in VERBS:
        return str(found.group())
    start = found.start(2) - found.start()
    return f"{found.group()[:start]}{prefix}{ZWNJ}{verb}"


def _plural(found: regex.Match[str]) -> str:
    word, ending = found.groups()
    is_letter = len(word.strip(ZWNJ)) < 2 and word != LATIN
    return found.group() if is_letter or word in FUNCTION_WORDS - TENS else f"{word}{ZWNJ}{ending}"


def _comparative(found: regex.Match[str]) -> str:
    word, ending = found.groups()
    return f"{word}{ZWNJ}{ending}" if word in ADJECTIVES else found.group()


def _after_heh(found: regex.Match[str]) -> str:
    word, ending = found.groups()
    is_alone = word in FUNCTION_WORDS and not (ending == "ی" and word in TAKES_EZAFE)
    return found.group() if is_alone else f"{word}{ZWNJ}{ending}"
