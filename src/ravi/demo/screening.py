"""The words of the demo's older message, with an hour that was corrected later, and what each unit answered to it."""

from collections.abc import Mapping
from datetime import date, time

from ravi.accounts.rules import UnitKind
from ravi.demo import names
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.values import Age, Day, Hour, LockedFact, Phone, Place

TITLE = "فشار خونتان را رایگان اندازه بگیرید"
TEXT = (
    "فشار خون بالا بیشتر وقت‌ها نشانه‌ای ندارد و تنها با اندازه‌گیری پیدا می‌شود.\n\n"
    "برای چه کسانی: {سن}\nکجا: {مکان}\nکی: {تاریخ}، {ساعت}\n\n"
    "کارت ملی همراه داشته باشید. پرسش: {تلفن}"
)
MICRO = "فشار خون، رایگان. برای {سن}، {مکان}، {تاریخ}، {ساعت}. پرسش: {تلفن}"
KEY_MESSAGES = ("فشار خون بالا نشانه ندارد؛ اندازه بگیرید.", "رایگان است؛ کجا و کی، در یک نگاه.")
WHAT_CHANGED = "ساعت پایان کار درست شد: مرکزها تا ساعت ۱۳ باز هستند، نه تا ۱۴."
OPENS, CLOSES_AT_FIRST, CLOSES = time(8), time(14), time(13)

# Azerbaijani in the Arabic script, and one short text for platforms with little room.
AZB = "azb"
AZB_TITLE = "قان تضییقینیزی پولسوز اؤلچدورون"
AZB_TEXT = (
    "قان تضییقی‌نین یوخاری اولماسی چوخ واخت علامت‌سیزدیر؛ اونو یالنیز اؤلچمک‌له بیلمک اولار.\n\n"
    "کیم‌لر: {سن}\nهارادا: {مکان}\nهاچان: {تاریخ}، {ساعت}\n\n"
    "ملی کارتینیزی گتیرین. سوال: {تلفن}"
)
AZB_MICRO = "قان تضییقی، پولسوز. کیم‌لر: {سن}. هارادا: {مکان}. هاچان: {تاریخ}، {ساعت}. سوال: {تلفن}"

_WHERE_AND_WHEN = "برای چه کسانی: {سن}\nکجا: {مکان}\nکی: {تاریخ}، {ساعت}\nپرسش: {تلفن}"
# What a unit wrote in its own words around the same facts.
ADAPTED: Mapping[str, str] = {
    "omid": (
        "همراهان و مراجعان بیمارستان امید؛ تا نوبتتان برسد، فشار خونتان را هم اندازه بگیرید. رایگان است.\n\n"
        + _WHERE_AND_WHEN
    ),
    "ghalb": (
        "قلب با فشار خون بالا سخت‌تر کار می‌کند. پیش از آنکه نشانه‌ای ببینید، فشار خونتان را رایگان اندازه بگیرید.\n\n"
        + _WHERE_AND_WHEN
    ),
    "zanan": (
        "خانم‌ها، برای خودتان هم وقت بگذارید: فشار خونتان را رایگان اندازه بگیرید.\n\n"
        "{سن}، در {مکان}، {تاریخ}، {ساعت}. پرسش: {تلفن}"
    ),
    "elders": (
        "پدربزرگ‌ها و مادربزرگ‌های عزیز، با همراهتان بیایید تا فشار خونتان را رایگان اندازه بگیریم. پله نداریم و صندلی هست.\n\n"
        + _WHERE_AND_WHEN
    ),
    "medicine": (
        "دانشجویان پزشکی کنار پرستاران نشسته‌اند تا فشار خون شما را رایگان اندازه بگیرند.\n\n" + _WHERE_AND_WHEN
    ),
    "goldarreh": (
        "مردم گلدره، پس از روزهای سیل حال خودتان را هم بپرسید: فشار خونتان را رایگان اندازه بگیرید.\n\n"
        "{سن}، در {مکان}، {تاریخ}، {ساعت}. پرسش: {تلفن}"
    ),
    "kuhpayeh": (
        "کشاورزان و دامداران کوهپایه، پیش از رفتن سر زمین فشار خونتان را رایگان اندازه بگیرید.\n\n" + _WHERE_AND_WHEN
    ),
    "ems": (
        "پیش از آنکه آمبولانس لازم شود، فشار خونتان را بدانید. اندازه‌گیری رایگان است.\n\n"
        "{سن}، در {مکان}، {تاریخ}، {ساعت}. پرسش: {تلفن}"
    ),
}
DECLINED: Mapping[str, str] = {
    "koodakan": "مخاطب ما خانواده‌های کودکان‌اند و این پیام برای سن دیگری است.",
    "savaneh": "این روزها هشدار سوختگی را می‌گوییم؛ دو پیام کنار هم خوانده نمی‌شود.",
    "dentistry": "هفتهٔ دندان سالم است و کانال ما همین را دنبال می‌کند.",
    "library": "کانال کتابخانه پیام درمانی نمی‌گذارد.",
}
# Opened it and has not answered; has not opened it.
SEEN = ("farabi", "bahar", "dizerud", "nutrition", "pharmacy", "vice_food", "rudsang")
UNSEEN = (
    "sepideh", "nasim", "pegah", "niloufar", "cheshm", "anaraksar", "badamestan", "haftchenar", "tutkola", "mehdasht",
    "khorramchal",
)  # fmt: skip
IN_AZERBAIJANI = "sarvnaz"
UNCHANGED = tuple(
    one.latin for one in names.UNITS if one.latin not in {*ADAPTED, *DECLINED, *SEEN, *UNSEEN, IN_AZERBAIJANI}
)

# Where a unit speaks of such things; the others leave some of their channels out.
PLATFORMS: Mapping[UnitKind, tuple[str, ...]] = {
    UnitKind.HOSPITAL: ("telegram", "bale", "wordpress"),
    UnitKind.COUNTY_NETWORK: ("telegram", "bale", "eitaa"),
    UnitKind.FACULTY: ("telegram", "wordpress", "mastodon"),
    UnitKind.HEALTH_HOUSE: ("bale", "eitaa"),
    UnitKind.CENTRE: names.PLATFORMS,
}
EVERYWHERE = ("omid", "narvan")
_KINDS = {one.latin: one.kind for one in names.UNITS}


def platforms_of(latin: str) -> tuple[str, ...]:
    """On which of its channels the unit publishes it."""
    return names.PLATFORMS if latin in EVERYWHERE else PLATFORMS[_KINDS[latin]]


def facts(first: date, last: date) -> tuple[LockedFact, ...]:
    """What stands whole in everybody's words."""
    return (
        LockedFact("سن", FactKind.AGE, Age(40), "گروه سنی"),
        LockedFact("مکان", FactKind.PLACE, Place("مرکزهای بهداشت و درمانگاه‌های دانشگاه"), "جای اندازه‌گیری"),
        LockedFact("تاریخ", FactKind.DATE, Day(first, last), "روزها"),
        LockedFact("ساعت", FactKind.TIME, Hour(OPENS, CLOSES_AT_FIRST), "ساعت کار"),
        LockedFact("تلفن", FactKind.PHONE, Phone("04130000001"), "تلفن پرسش"),
    )
