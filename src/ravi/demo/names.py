"""The made-up university of Mehregan: its units, people and channels. No name here is a real institution's or person's."""

from dataclasses import dataclass

from ravi.accounts.rules import RoleKind, UnitKind

UNIVERSITY = "دانشگاه علوم پزشکی مهرگان"
SLUG = "mehregan"


@dataclass(frozen=True)
class UnitName:
    """A unit's name, the Latin part of its handles, and the Latin part of the unit it stands under ("" = headquarters)."""

    kind: UnitKind
    name: str
    latin: str
    under: str = ""


def _units(kind: UnitKind, prefix: str, pairs: str, under: dict[str, str] | None = None) -> tuple[UnitName, ...]:
    found = []
    for pair in pairs.strip().splitlines():
        name, latin = (part.strip() for part in pair.rsplit(" ", 1))
        found.append(UnitName(kind, f"{prefix} {name}".strip(), latin, (under or {}).get(latin, "")))
    return tuple(found)


HOSPITALS = _units(
    UnitKind.HOSPITAL,
    "بیمارستان",
    """
    امید omid
    شفا shafa
    مهر mehr
    سینا sina
    رازی razi
    فارابی farabi
    بوعلی buali
    بهار bahar
    سپیده sepideh
    نسیم nasim
    پگاه pegah
    یاس yas
    آفتاب aftab
    باران baran
    نیلوفر niloufar
    کودکان koodakan
    قلب ghalb
    چشم‌پزشکی cheshm
    زنان و زایمان zanan
    سوانح و سوختگی savaneh
    """,
)

NETWORKS = _units(
    UnitKind.COUNTY_NETWORK,
    "شبکهٔ بهداشت",
    """
    آبگینه abgineh
    بیدستان bidestan
    پونه‌زار pounezar
    چشمه‌سار cheshmesar
    دیزه‌رود dizerud
    زرین‌دره zarindarreh
    سپیدکوه sepidkuh
    شیرین‌رود shirinrud
    کوهپایه kuhpayeh
    گلدره goldarreh
    نارون narvan
    نیزار neyzar
    هفت‌چنار haftchenar
    سروناز sarvnaz
    بادامستان badamestan
    انارک‌سر anaraksar
    """,
)

FACULTIES = _units(
    UnitKind.FACULTY,
    "دانشکدهٔ",
    """
    پزشکی medicine
    دندان‌پزشکی dentistry
    داروسازی pharmacy
    پرستاری و مامایی nursing
    بهداشت health
    پیراپزشکی paramedicine
    توان‌بخشی rehab
    تغذیه nutrition
    """,
)

HEALTH_HOUSES = _units(
    UnitKind.HEALTH_HOUSE,
    "خانهٔ بهداشت",
    """
    رودسنگ rudsang
    توت‌کلا tutkola
    مه‌دشت mehdasht
    خرم‌چال khorramchal
    ارغوان arghavan
    گندمک gandomak
    تاک‌دره takdarreh
    سنجدک senjedak
    """,
    under={
        "rudsang": "abgineh",
        "tutkola": "abgineh",
        "mehdasht": "narvan",
        "khorramchal": "narvan",
        "arghavan": "goldarreh",
        "gandomak": "goldarreh",
        "takdarreh": "kuhpayeh",
        "senjedak": "sarvnaz",
    },
)

CENTRES = _units(
    UnitKind.CENTRE,
    "",
    """
    معاونت بهداشت vice_health
    معاونت درمان vice_care
    معاونت غذا و دارو vice_food
    فوریت‌های پزشکی ems
    مرکز واکسیناسیون شمال vax_north
    مرکز سلامت سالمندان elders
    کتابخانهٔ سلامت library
    """,
)

# Headquarters itself is the sixtieth.
UNITS = (*HOSPITALS, *NETWORKS, *FACULTIES, *HEALTH_HOUSES, *CENTRES)


@dataclass(frozen=True)
class PersonName:
    """A user name, a name, a role and the Latin part of the unit ("" = headquarters)."""

    username: str
    name: str
    role: RoleKind
    unit: str = ""


PEOPLE = (
    PersonName("head", "نرگس فرهمند", RoleKind.HEAD),
    PersonName("editor", "مریم رستگار", RoleKind.EDITOR),
    PersonName("expert", "دکتر آرش بهنام", RoleKind.EXPERT),
    PersonName("auditor", "کاوه سپهری", RoleKind.AUDITOR),
    PersonName("unit-head", "سمیرا نوری", RoleKind.UNIT_HEAD, "omid"),
    PersonName("officer", "بابک آذرنگ", RoleKind.UNIT_OFFICER, "omid"),
    # Two more, so that what needs a second person can be tried.
    PersonName("editor2", "پروین دادگر", RoleKind.EDITOR),
    PersonName("unit-head2", "فرزاد کیانی", RoleKind.UNIT_HEAD, "narvan"),
)

# In which languages the expert can say yes to health words.
EXPERT_READS = ("fa", "azb", "en")

PLATFORMS = ("telegram", "bale", "eitaa", "wordpress", "mastodon", "bluesky")

# Accounts that people serve by hand: no program reaches these platforms.
BY_HAND = (("omid", "instagram"), ("omid", "linkedin"), ("shafa", "instagram"), ("narvan", "aparat"))

# Units whose own messages stand on Ravi's pages too, as a feed.
OWN_FEEDS = ("omid",)

PURPOSES = {
    UnitKind.HEADQUARTERS: "خبر و هشدار سلامت",
    UnitKind.HOSPITAL: "نوبت‌دهی و خبر بیمارستان",
    UnitKind.COUNTY_NETWORK: "واکسن و پایگاه‌های سلامت",
    UnitKind.FACULTY: "خبر دانشکده و آموزش سلامت",
    UnitKind.HEALTH_HOUSE: "برنامهٔ خانهٔ بهداشت",
    UnitKind.CENTRE: "خبر و راهنما",
}


def handle_by_hand(latin: str) -> str:
    """The made-up handle of such an account; nobody's on any of them."""
    return f"{latin}.mehregan.example"


def handle(latin: str, platform: str) -> str:
    """The made-up handle of a unit's channel ("ums" stands for headquarters)."""
    name = f"mehregan_{latin}"
    host = name.replace("_", "-")
    return {
        "wordpress": f"{host}.example",
        "mastodon": f"{name}@mehregan.example",
        "bluesky": f"{host}.mehregan.example",
    }.get(platform, name)
