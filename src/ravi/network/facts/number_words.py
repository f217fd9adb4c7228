"""Numbers as words and digits, as far as facts need them: Persian and English words up to 999, any digits."""

from collections.abc import Iterable, Mapping

import regex

from ravi.network.facts.rendering import ORDINALS_FA
from ravi.network.facts.seen import fold

CARDINALS = (
    "صفر", "یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه", "ده",
    "یازده", "دوازده", "سیزده", "چهارده", "پانزده", "شانزده", "هفده", "هجده", "نوزده",
)  # fmt: skip
TENS = ("بیست", "سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود")
HUNDREDS = ("صد", "دویست", "سیصد", "چهارصد", "پانصد", "ششصد", "هفتصد", "هشتصد", "نهصد")
ENGLISH = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
ENGLISH_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def _persian() -> dict[str, int]:
    values = {word: number for number, word in enumerate(CARDINALS)}
    values |= {word: 20 + 10 * place for place, word in enumerate(TENS)}
    values |= {word: 100 * place for place, word in enumerate(HUNDREDS, start=1)} | {"یکصد": 100}
    values |= {word + "م": number for word, number in values.items()} | {"سیم": 30, "سی ام": 30, "سیام": 30}
    values |= {word: number for number, word in enumerate(ORDINALS_FA, start=1)} | {"نخست": 1, "یکم": 1}
    values |= {word + "ین": number for number, word in enumerate(ORDINALS_FA, start=1)} | {"نخستین": 1}
    return values


def _english() -> dict[str, int]:
    values = {word: number for number, word in enumerate(ENGLISH)}
    return values | {word: number for number, word in enumerate(ENGLISH_ORDINALS, start=1)}


WORDS: Mapping[str, int] = {fold(word): number for word, number in (_persian() | _english()).items()}


def _any(words: Iterable[str]) -> str:
    return "|".join(regex.escape(word) for word in sorted(map(fold, words), key=len, reverse=True))


_ONE = _any(WORDS)
AND = r"\s*و\s*"
IN_WORDS = rf"(?<!\p{{L}})(?:{_ONE})(?:{AND}(?:{_ONE}))*+(?!\p{{L}})"
# Digits may be grouped or broken: 1٬000, 60.5
IN_DIGITS = r"(?<![0-9])[0-9]++(?:[.,/٫٬][0-9]++)*+"
_CARDINAL = _any([*CARDINALS, *TENS, *HUNDREDS, "یکصد", *ENGLISH])
# How many, never which one: «دوم» is none of them.
CARDINAL = rf"(?:{IN_DIGITS}|(?<!\p{{L}})(?:{_CARDINAL})(?:{AND}(?:{_CARDINAL}))*+(?!\p{{L}}))"
NUMBER = rf"(?:{IN_DIGITS}(?:st|nd|rd|th|م|ام)?|{IN_WORDS})"
_GROUPED = regex.compile(r"[0-9]{1,3}(?:[,٬][0-9]{3})+")
_WORD = regex.compile(_ONE)


def value_of(written: str) -> int | None:
    """The whole number that `written` (a match of NUMBER) says, or None where it says none."""
    text = regex.sub(r"(?:st|nd|rd|th|ام|م)$", "", written) if written[:1].isdigit() else written
    if _GROUPED.fullmatch(text):
        text = regex.sub(r"[,٬]", "", text)
    if text.isdigit():
        return int(text) if len(text) < 20 else None
    if text[:1].isdigit():
        return None
    return sum(WORDS[word] for word in _WORD.findall(text))
