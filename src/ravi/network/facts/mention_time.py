"""Reads the times of day that words or digits say; a time without its half of the day may be either."""

import regex

from ravi.network.facts.number_words import IN_WORDS, NUMBER, value_of

HALF = r"(?:صبح|بامداد|ظهر|بعد\s*از\s*ظهر|عصر|غروب|شب|(?:a\.?m|p\.?m)(?!\p{L}))"
CLOCK = r"(?<![0-9:])[0-9]{1,2}(?:\s?[:.٫]\s?[0-9]{2})?(?![0-9])"
PART = rf"(?:\s*و\s*(?:نیم|ربع|{NUMBER}\s*دقیقه))?"
ONE = rf"(?P<time>(?:{CLOCK}|{IN_WORDS}){PART}(?:\s*{HALF})?)"
TO = r"\s*(?:تا|الی|و|-|–|to|الى|إلى)\s*(?:ساعت\s*)?"
TIMES = regex.compile(
    rf"(?:(?<!\p{{L}})(?:ساعت|ساعات|saat|کاتژمیر|کاتژمێر|الساعه|o'clock)\s*{ONE}(?:{TO}{ONE})*+(?!\s*ساعت))"
    rf"|(?P<time>(?<![0-9:])[0-9]{{1,2}}\s?:\s?[0-9]{{2}}(?![0-9:]){PART}(?:\s*{HALF})?)(?:{TO}{ONE})*+"
    rf"|(?P<time>(?:(?<![0-9:.])[0-9]{{1,2}}|{IN_WORDS}){PART}\s*{HALF})"
)
_PARTS = regex.compile(
    rf"(?P<hour>[0-9]{{1,2}}|{IN_WORDS})(?:\s?[:.٫]\s?(?P<minute>[0-9]{{2}}))?(?P<rest>.*)", regex.DOTALL
)
_AFTER = regex.compile(rf"و\s*(?:(?P<half>نیم)|(?P<quarter>ربع)|(?P<minute>{NUMBER})\s*دقیقه)")
DAY_MIN, HALF_DAY_MIN = 24 * 60, 12 * 60


def minutes_said(found: "regex.Match[str]") -> list[frozenset[int]]:
    """For each time that a match of TIMES says: the minutes since midnight that it may mean."""
    return [_minutes(one) for one in found.captures("time")]


def _minutes(written: str) -> frozenset[int]:
    parts = _PARTS.match(written)
    if parts is None:
        return frozenset()
    hour = value_of(parts["hour"])
    minute = int(parts["minute"] or 0) + _after(parts["rest"])
    if hour is None or hour > 24 or minute > 59:
        return frozenset()
    at = (hour * 60 + minute) % DAY_MIN
    is_open = hour <= 12
    rest = parts["rest"]
    if is_open and "شب" in rest:
        return frozenset({at % HALF_DAY_MIN + (HALF_DAY_MIN if 6 <= hour < 12 else 0)})
    if is_open and regex.search(r"عصر|غروب|بعد|p\.?m", rest):
        return frozenset({at % HALF_DAY_MIN + HALF_DAY_MIN})
    if is_open and regex.search(r"صبح|بامداد|a\.?m", rest):
        return frozenset({at % HALF_DAY_MIN})
    return frozenset({at, (at + HALF_DAY_MIN) % DAY_MIN}) if is_open and ":" not in written else frozenset({at})


def _after(rest: str) -> int:
    found = _AFTER.search(rest)
    if found is None:
        return 0
    return 30 if found["half"] else 15 if found["quarter"] else value_of(found["minute"]) or 0
