"""What the demo's people have said beforehand: two templates with the expert's signature, and what one unit takes by itself."""

from collections.abc import Mapping

from ravi.accounts.models import Person, Unit
from ravi.network import services
from ravi.network.facts.kinds import FactKind
from ravi.network.models import Template
from ravi.network.rules import MessageKind
from ravi.network.template import Blank, TemplateWords
from ravi.publishing.rules import Topic

DAYS_SIGNED = 60

HOURS = TemplateWords(
    title="ساعت تازهٔ {مکان}",
    text="{مکان} در {تاریخ}، {ساعت} باز است.\n\nبرای نوبت و پرسش: {تلفن}",
    topic=Topic.ORGANISATION,
    days=14,
    blanks=(
        Blank("مکان", FactKind.PLACE, ("درمانگاه", "آزمایشگاه", "داروخانه", "بخش تصویربرداری", "مرکز واکسن")),
        Blank("تاریخ", FactKind.DATE),
        Blank("ساعت", FactKind.TIME),
        Blank("تلفن", FactKind.PHONE),
    ),
)
WATER = TemplateWords(
    title="آب {مکان} را نجوشیده ننوشید",
    text=(
        "از {تاریخ} آب {مکان} را پیش از نوشیدن و پختن یک دقیقه بجوشانید، یا آب بسته‌بندی بنوشید.\n\n"
        "پایان این هشدار را همین‌جا می‌نویسیم. پرسش: {تلفن}"
    ),
    topic=Topic.HEALTH,
    days=3,
    blanks=(
        Blank("مکان", FactKind.PLACE, ("شهر گلدره", "شهر آبگینه", "روستای رودسنگ", "روستای مه‌دشت")),
        Blank("تاریخ", FactKind.DATE),
        Blank("تلفن", FactKind.PHONE),
    ),
    emergency=True,
)
TEMPLATES: Mapping[str, TemplateWords] = {"تغییر ساعت کار": HOURS, "هشدار آب آلوده": WATER}


def say_beforehand(headquarters: Unit, hospital: Unit, people: Mapping[str, Person]) -> None:
    """Headquarters' templates, signed for itself and for the hospital; the hospital's head lets notices and alerts be taken."""
    for name, words in TEMPLATES.items():
        template = services.start_template(headquarters, name, words, by=people["editor"])
        for unit in (headquarters, hospital):
            _sign(template, unit, by=people["expert"])
    services.start_auto_adoption(hospital, [MessageKind.NOTICE, MessageKind.ALERT], by=people["unit-head"])


def _sign(template: Template, unit: Unit, *, by: Person) -> None:
    version = template.current
    assert version is not None  # a template is made with its words
    services.sign_standing(version, unit, days=DAYS_SIGNED, content_hash=version.content_hash, by=by)
