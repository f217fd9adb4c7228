"""Finds where free words say a value of a kind (a dose, an age, a day, an hour, a phone, a count), in any spelling."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import regex

from ravi.network.facts.kinds import FactKind
from ravi.network.facts.mention_date import DATES, Days, days_said
from ravi.network.facts.mention_time import TIMES, minutes_said
from ravi.network.facts.number_words import CARDINAL, NUMBER, value_of
from ravi.network.facts.seen import fold
from ravi.network.facts.values import Age, Count, Day, Dose, Hour, LockedFact, Phone

TO = r"\s*(?:تا|الی|و|یا|،|,|/|-|–|الی|to|and|or|إلى|الى)\s*"
BETWEEN = r"\s*(?:تا|الی|و|یا|-|–|to|and|or|الى)\s*"
# «دوز دوم، ۶۰ سال» lists no dose 60.
OTHER_UNIT = r"(?:دقیقه|روز|هفته|ماه|سال|ساعت|نفر|میلی|سیسی|days?|weeks?|months?|years?|hours?|minutes?)"
DOSE_WORD = r"(?:دوز|دز|doses?|doza|جرعه|ژهمی)"
DOSES = regex.compile(
    rf"(?P<n>{NUMBER})(?:{TO}(?P<n>{NUMBER}))*+\s*(?:عدد|تا)?\s*{DOSE_WORD}"
    rf"|(?:{DOSE_WORD}|نوبت)\s*(?:های|ی|شماره|number|no\.?|#|:|\s)*+(?P<n>{NUMBER})(?:{TO}(?P<n>{NUMBER})(?!\s*{OTHER_UNIT}))*+"
    r"|(?P<n>(?:اول|دوم|سوم|چهارم|پنجم|ششم|هفتم|هشتم|نهم|دهم)ین)\s*نوبت"
    rf"|(?<!\p{{L}})(?:نیم|نصف|half)\s*(?:a|of)?\s*{DOSE_WORD}"
)
AGE_WORDS: Mapping[str, str] = {
    "year": r"(?:سال(?:ه|گی|گان|گانی)?|یاش|yaş|years?|yrs?|سنه|سنوات|عاما?)",
    "month": r"(?:ماه(?:ه|گی|گان)?|آی(?!\p{L})|مانگ|aylıq|ay(?!\p{L})|months?|اشهر|شهرا?(?!\p{L}))",
}
UNDER = r"(?:زیر|کمتر\s*از|پایین\s*تر\s*از|حداکثر|تا|under|below|up\s*to)"
OVER = r"(?:بالای|بیش\s*از|بیشتر\s*از|بالاتر\s*از|حداقل|over|above)"
UPWARD = r"(?:به\s*بالا|و\s*بالاتر|و\s*بیشتر|and\s*(?:over|older|above))"
DOWNWARD = r"(?:به\s*پایین|و\s*کمتر|و\s*پایین\s*تر|and\s*(?:under|younger))"
AGES: Mapping[str, regex.Pattern[str]] = {
    unit: regex.compile(
        rf"(?:(?<!\p{{L}})(?:(?P<under>{UNDER})|(?P<over>{OVER}))\s*)?(?P<n>{CARDINAL})(?:{BETWEEN}(?P<n>{CARDINAL}))?\s*{word}"
        rf"(?:\s*(?:(?P<over>{UPWARD})|(?P<under>{DOWNWARD})))?"
    )
    for unit, word in AGE_WORDS.items()
}
_RUN = r"\+?[0-9](?:(?: |[\-–.]|\) ?| ?\()?[0-9])"
MOST_DOSES = 99
PHONE_WORD = r"(?:تلفن|شماره|تماس|سامانه|پیامک|phone|tel|call|هاتف|telefon|ته لهفون|تهلهفون)"
PHONES = regex.compile(rf"(?<![0-9])(?P<n>{_RUN}{{6,}})|{PHONE_WORD}[^0-9\n]{{0,25}}(?P<n>{_RUN}{{2,}})")


@dataclass(frozen=True)
class Mention:
    """`seen[start:end]` says a value of a fact's kind; `agrees` when it is this fact's."""

    start: int
    end: int
    agrees: bool


def mentions(seen: str, fact: LockedFact) -> Iterator[Mention]:
    """Every place where the text says some value of this fact's kind."""
    finder = _FINDERS.get(fact.kind)
    if finder is not None:
        yield from finder(seen, fact)


def _doses(seen: str, fact: LockedFact) -> Iterator[Mention]:
    assert isinstance(fact.value, Dose)
    for found in DOSES.finditer(seen, overlapped=True):
        said = {value_of(one) for one in found.captures("n")}
        if said and all(number is not None and number > MOST_DOSES for number in said) and "نوبت" in found.group():
            continue  # «نوبت: ۰۴۱…»: an appointment's phone
        yield Mention(found.start(), found.end(), said == {fact.value.number})


def _ages(seen: str, fact: LockedFact) -> Iterator[Mention]:
    age = fact.value
    assert isinstance(age, Age)
    for found in AGES[age.unit].finditer(seen, overlapped=True):
        is_other_way = (age.high is None and found["under"]) or (age.low is None and found["over"])
        numbers = tuple(value_of(one) for one in found.captures("n"))
        yield Mention(found.start(), found.end(), numbers == age.numbers and not is_other_way)


def _days(seen: str, fact: LockedFact) -> Iterator[Mention]:
    assert isinstance(fact.value, Day)
    for found in DATES.finditer(seen, overlapped=True):
        said = days_said(found)
        if said is not None:
            yield Mention(found.start(), found.end(), _is_said(said, fact.value.days))


def _is_said(said: Days, days: tuple[date, ...]) -> bool:
    return all(any(day in one for day in days) for one in said)


def _times(seen: str, fact: LockedFact) -> Iterator[Mention]:
    assert isinstance(fact.value, Hour)
    known = {one.hour * 60 + one.minute for one in fact.value.times}
    for found in TIMES.finditer(seen, overlapped=True):
        said = minutes_said(found)
        if said:
            yield Mention(found.start(), found.end(), all(one & known for one in said))


def _phones(seen: str, fact: LockedFact) -> Iterator[Mention]:
    assert isinstance(fact.value, Phone)
    mine = _dialled(fact.value.digits)
    for found in PHONES.finditer(seen, overlapped=True):
        written = found.captures("n")[0]
        if DATES.fullmatch(written):
            continue
        digits = _dialled(written)
        is_same = digits == mine or (len(digits) >= 7 and mine.endswith(digits))
        start, end = found.spans("n")[0]
        yield Mention(start, end, is_same)


def _dialled(written: str) -> str:
    digits = "".join(one for one in written if one.isdigit())
    for country in ("0098", "98"):
        if digits.startswith(country) and (country == "0098" or written.startswith("+") or len(digits) == 12):
            return "0" + digits.removeprefix(country)
    return digits


def _counts(seen: str, fact: LockedFact) -> Iterator[Mention]:
    assert isinstance(fact.value, Count)
    unit = r"\s*".join(regex.escape(word) for word in fold(fact.value.unit).split())
    pattern = rf"(?P<n>{CARDINAL})(?:{BETWEEN}(?P<n>{CARDINAL}))*+\s*{unit}(?!\p{{L}}{{3}})"
    for found in regex.finditer(pattern, seen, overlapped=True):
        yield Mention(found.start(), found.end(), {value_of(one) for one in found.captures("n")} == {fact.value.number})


_FINDERS: Mapping[FactKind, Callable[[str, LockedFact], Iterator[Mention]]] = {
    FactKind.DOSE: _doses,
    FactKind.AGE: _ages,
    FactKind.DATE: _days,
    FactKind.TIME: _times,
    FactKind.PHONE: _phones,
    FactKind.COUNT: _counts,
}
