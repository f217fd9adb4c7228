"""Facts: what each kind takes, how it is written in every language, and which words beside it are refused."""

from datetime import date, time

import pytest

from ravi.network.facts.check import Fault, problems_of
from ravi.network.facts.kinds import LANGUAGES, FactKind
from ravi.network.facts.reference import render
from ravi.network.facts.rendering import write
from ravi.network.facts.values import (
    Age,
    AgeUnit,
    Count,
    Day,
    Dose,
    Hour,
    Link,
    LockedFact,
    NotAFact,
    Phone,
    Place,
    as_json,
    from_json,
)
from ravi.network.tests.conftest import FACTS, TEXT

COUNT = LockedFact("تعداد", FactKind.COUNT, Count(3, "مرکز"), is_required=False)
MORE = (*FACTS, COUNT)

VALUES = [
    (FactKind.DOSE, Dose(2), "دوز دوم", "dose 2"),
    (FactKind.AGE, Age(60), "۶۰ سال و بالاتر", "60 years and older"),
    (FactKind.AGE, Age(None, 5), "تا ۵ سال", "up to 5 years"),
    (FactKind.AGE, Age(6, 59, AgeUnit.MONTH), "۶ تا ۵۹ ماه", "6 to 59 months"),
    (FactKind.DATE, Day(date(2026, 12, 1)), "سه‌شنبه ۱۰ آذر ۱۴۰۵", "1 December 2026 (10 Azar 1405)"),
    (FactKind.TIME, Hour(time(8), time(13, 30)), "ساعت ۸:۰۰ تا ۱۳:۳۰", "8:00 to 13:30"),
    (FactKind.PLACE, Place("درمانگاه امید"), "درمانگاه امید", "درمانگاه امید"),
    (FactKind.PHONE, Phone("04133334444"), "\u2066۰۴۱۳۳۳۳۴۴۴۴\u2069", "\u206604133334444\u2069"),
    (FactKind.LINK, Link("https://a.example.ir/x"), "https://a.example.ir/x", "https://a.example.ir/x"),
    (FactKind.COUNT, Count(3, "مرکز"), "۳ مرکز", "3 مرکز"),
]


@pytest.mark.parametrize(("kind", "value", "persian", "english"), VALUES)
def test_value_is_kept_and_written(kind, value, persian, english):
    assert from_json(kind, as_json(value)) == value
    assert (write(value), write(value, "en")) == (persian, english)
    assert all(write(value, lang) for lang in LANGUAGES)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Dose(0),
        Age,
        lambda: Age(60, 12),
        lambda: Age(-1),
        lambda: Day(date(2026, 12, 2), date(2026, 12, 1)),
        lambda: Hour(time(9), time(8)),
        lambda: Place(" "),
        lambda: Place("a\nb"),
        lambda: Phone("0413-333"),
        lambda: Link("javascript:alert(1)"),
        lambda: Link("https://a b.ir"),
        lambda: Count(3, "۲ مرکز"),
        lambda: LockedFact("", FactKind.DOSE, Dose(1)),
        lambda: LockedFact("a}b", FactKind.DOSE, Dose(1)),
        lambda: LockedFact("a", FactKind.AGE, Dose(1)),
        lambda: from_json(FactKind.DATE, {"first": "yesterday"}),
    ],
)
def test_what_could_not_be_true_is_refused(make):
    with pytest.raises(NotAFact):
        make()


def test_references_are_read_whatever_space_they_hold():
    assert render("{ دو\u200cز }", FACTS).text == "دوز دوم"
    assert render("{دوز} {دیگر}", FACTS).text == "دوز دوم {دیگر}"


AGREES = [
    "",
    " دوز دوم یادتان نرود",
    " در ۳ مرکز",
    " در سه مرکز",
    " ۱۰ آذر",
    " ساعت ۸ صبح",
    " ۱۴۰۵/۹/۱۰",
    " دهم آذرماه ۱۴۰۵",
    " مهر و ماه",
    " ۱۵ دقیقه پیش از نوبت",
    " ۳۳۳۳۴۴۴۴",
    " +98 41 3333 4444",
    " بالای ۶۰ سال",
    " https://news.example.org/1405/09/11",
    " Dose 2",
    " سه‌شنبه ۱۰ آذر",
    " ۱ دسامبر",
    " 1 December 2026",
]
CONTRADICTS = [
    "دوز سوم",
    "۳ دوز",
    "نوبت اول",
    "دومین و سومین دوز",
    "سو\u200cم دوز",
    "دوزِ سوم",
    "٣ دُز",
    "third dose",
    "نیم دوز",
    "۶۵ سال",
    "شصت و پنج ساله",
    "زیر ۶۰ سال",
    "۲۰ تا ۳۰ سال",
    "60 تا 70 سالگی",
    "۶۰ سال به پایین",
    "۱۱ آذر",
    "۱۴۰۵/۰۹/۱۱",
    "۱۴۰۵/۹/۱۰۰",
    "۱۴۰۵/۱۳/۴۵",
    "۱۱/۹/۱۴۰۵",
    "یازدهم آذر",
    "دهم آذرماه ۱۴۰۴",
    "چهارشنبه ۱۰ آذر",
    "2026-12-02",
    "December 2",
    "۱۱ آ\u200cذر",
    "ساعت ۹",
    "ساعت هشت و نیم",
    "۸ شب",
    "۹:۱۵",
    "۰۴۱۳۳۳۳۵۵۵۵",
    "تلفن ۱۴۹۰",
    "041-3333 5555",
    "۰۴۱۳۳۳\u200c۳۵۵۵۵",
    "https://behdasht.example.ir/other",
    "behdasht.example.ir",
    "https://new-behdasht.example.ir/vaccine",
    "HTTP://WWW.behdasht.example.ir/vaccine?x",
    "در پنج مرکز",
    "۳۰ مرکز",
]


@pytest.mark.parametrize("words", AGREES)
def test_words_that_agree_are_taken(words):
    assert problems_of({"full": TEXT + words}, MORE) == []


@pytest.mark.parametrize("words", CONTRADICTS)
def test_words_that_contradict_are_quoted(words):
    (problem,) = problems_of({"full": f"{TEXT} {words}"}, MORE)
    assert problem.fault is Fault.CONTRADICTS
    assert problem.quote in words


TOUCHED = [
    ("{سن}", "۵{سن}"),
    ("{سن}", "صد و {سن}"),
    ("{سن}", "زیر {سن}"),
    ("{تلفن}", "{تلفن}۵"),
    ("{تلفن}", "{تلفن} ۵"),
    ("{تلفن}", "{تلفن}-۵"),
    ("{دوز}", "{دوز} و سوم"),
    ("{دوز}", "دو {دوز}"),
    ("{دوز}", "{دوز}{دوز}"),
    ("{دوز}", "{دوز}م"),
    ("{تاریخ}", "{تاریخ} آبان"),
    ("{ساعت}", "دوز سوم {ساعت}"),
    ("{ساعت}", "دوز ۳ {ساعت}"),
    ("{ساعت}", "{ساعت}\u200cشود"),
    ("{دوز}", "نیم\u200c{دوز}"),
    ("{نشانی}", "{نشانی}x"),
    ("{نشانی}", "{نشانی}/y"),
    ("{تاریخ}", "چهارشنبه {تاریخ}"),
    ("{ساعت}", "{ساعت} عصر"),
    ("{ساعت}", "{ساعت} تا ۱۵"),
    ("{سن}", "\u202e{سن}"),
    ("{دوز}", "{دوز"),
    ("{دوز}", "{دووز}"),
    ("{دوز}", ""),
    ("{تلفن}", "[تماس](https://x.ir/{تلفن})"),
    ("{دوز}", "[دو](https://x.ir) {دوز}"),
    ("{سن}", "**۵** {سن}"),
]


@pytest.mark.parametrize(("sign", "instead"), TOUCHED)
def test_a_value_stands_alone_and_is_not_dropped(sign, instead):
    assert problems_of({"full": TEXT.replace(sign, instead)}, MORE) != []


def test_moving_a_reference_is_welcome():
    assert (
        problems_of({"full": "\n".join(reversed(TEXT.split("\n"))), "short": "، ".join(f.sign for f in FACTS)}, MORE)
        == []
    )


def test_every_part_holds_what_is_required_save_the_title():
    parts = {"title": "دوز دوم", "full": TEXT, "short": "{دوز}"}
    found = problems_of(parts, FACTS, without=frozenset({"title"}))
    assert {(problem.part, problem.fault) for problem in found} == {("short", Fault.DROPPED)}
    assert {problem.fact for problem in found} == set(FACTS[1:])


def test_an_appointments_phone_is_no_dose():
    facts = (LockedFact("دوز", FactKind.DOSE, Dose(2)), LockedFact("تلفن", FactKind.PHONE, Phone("04155501234")))
    assert problems_of({"full": "{دوز}. پرسش و نوبت: {تلفن}"}, facts) == []
    assert problems_of({"full": "{دوز}. نوبت: ۳. تلفن {تلفن}"}, facts) != []


def test_two_phones_may_both_be_said():
    two = (*FACTS, LockedFact("تلفن دوم", FactKind.PHONE, Phone("1490")))
    assert problems_of({"full": TEXT + " یا {تلفن دوم} یا تلفن ۱۴۹۰"}, two) == []
