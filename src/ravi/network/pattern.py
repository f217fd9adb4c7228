"""Forms with blanks for what the network says most: vaccination, distance, travel limits, a clinic's notice.

They make no medical claim: dose, age, day, place and phone are blanks that headquarters fills, and a health expert looks at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ravi.network.draft import VersionFields
from ravi.network.facts.kinds import FactKind
from ravi.network.rules import MessageKind
from ravi.publishing.rules import Topic


@dataclass(frozen=True)
class Pattern:
    """What a new message begins with; the references in its words are the blanks."""

    name: str
    label: str | Promise
    says: str | Promise
    words: VersionFields = field(default_factory=VersionFields)
    topic: Topic = Topic.HEALTH
    kind: MessageKind = MessageKind.MESSAGE


# The name of a blank -> the kind of fact that fills it; what an officer names otherwise is asked.
KINDS: Mapping[str, FactKind] = {
    "دوز": FactKind.DOSE,
    "سن": FactKind.AGE,
    "تاریخ": FactKind.DATE,
    "از تاریخ": FactKind.DATE,
    "تا تاریخ": FactKind.DATE,
    "ساعت": FactKind.TIME,
    "مکان": FactKind.PLACE,
    "تلفن": FactKind.PHONE,
    "نشانی": FactKind.LINK,
    "فاصله": FactKind.COUNT,
}

PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        "vaccination",
        _("Vaccination by dose and age"),
        _("Which dose, for which age, from when, where."),
        VersionFields(
            title="نوبت واکسن شما رسیده است",
            text=(
                "تزریق {دوز} واکسن برای افراد {سن} از {تاریخ} آغاز می‌شود.\n\n"
                "کجا: {مکان}\nچه ساعتی: {ساعت}\n\n"
                "اگر در این گروه سنی هستید یا کسی را می‌شناسید که هست، به او هم خبر بدهید. "
                "پرسشی دارید؟ زنگ بزنید: {تلفن}"
            ),
            variants={"short": "{دوز} واکسن برای افراد {سن}، از {تاریخ}، {ساعت}، {مکان}. پرسش: {تلفن}"},
            key_messages=("نوبت و گروه سنی روشن است.", "کجا و کی، در یک نگاه."),
        ),
    ),
    Pattern(
        "distance",
        _("Keeping distance"),
        _("A reminder with the distance that applies now."),
        VersionFields(
            title="فاصله را نگه داریم",
            text=(
                "در صف، درمانگاه و هر جای شلوغ، {فاصله} از هم فاصله بگیریم. این توصیه تا {تا تاریخ} برقرار است.\n\n"
                "اگر جایی رعایت نمی‌شود یا پرسشی دارید: {تلفن}"
            ),
            key_messages=("فاصله در جای شلوغ.", "این توصیه تاریخ دارد."),
        ),
    ),
    Pattern(
        "travel",
        _("Limits on travel"),
        _("From when, until when, and where to ask."),
        VersionFields(
            title="محدودیت تردد",
            text=(
                "از {از تاریخ} تا {تا تاریخ}، {ساعت}، تردد در {مکان} محدود است.\n\n"
                "پیش از سفر، آخرین وضعیت را ببینید: {نشانی}\nپرسش: {تلفن}"
            ),
            key_messages=("محدودیت آغاز و پایان دارد.", "پیش از سفر بپرسید."),
        ),
    ),
    Pattern(
        "clinic",
        _("A clinic's notice"),
        _("A closure or other hours; units may adopt it by itself."),
        VersionFields(
            title="تغییر ساعت کار درمانگاه",
            text="{مکان} در {تاریخ}، {ساعت} پذیرش دارد.\n\nبرای نوبت و پرسش: {تلفن}",
            key_messages=("روز، ساعت و نشانی.",),
        ),
        Topic.ORGANISATION,
        MessageKind.NOTICE,
    ),
    Pattern("blank", _("An empty page"), _("Write everything yourself.")),
)


def pattern(name: str) -> Pattern:
    """The pattern of that name, else the empty page."""
    return next((one for one in PATTERNS if one.name == name), PATTERNS[-1])
