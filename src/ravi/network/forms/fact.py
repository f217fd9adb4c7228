"""One fact, asked in the way of its kind."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ravi.core.calendar import digits, in_tehran
from ravi.core.fields import LATIN, ClockField, JalaliDateTimeField, PersianIntegerField
from ravi.network.facts.kinds import AgeUnit, FactKind
from ravi.network.facts.values import (
    LONGEST_LABEL,
    LONGEST_LINK,
    LONGEST_NAME,
    LONGEST_PLACE,
    LONGEST_UNIT,
    Age,
    Count,
    Day,
    Dose,
    Hour,
    Link,
    LockedFact,
    NotAFact,
    Phone,
    Place,
    Value,
)
from ravi.network.sentences import WRONG_FACT
from ravi.text.normalise import normalise
from ravi.text.numbers import to_latin_digits


def _number(label: Any, **more: Any) -> PersianIntegerField:
    return PersianIntegerField(label=label, max_value=10**9, **more)


_FIELDS: Mapping[FactKind, Callable[[], dict[str, forms.Field]]] = {
    FactKind.DOSE: lambda: {"number": _number(_("Which dose?"))},
    FactKind.AGE: lambda: {
        "low": _number(_("From this age on"), required=False),
        "high": _number(_("Up to this age"), required=False),
        "unit": forms.ChoiceField(
            label=_("Counted in"), choices=[(AgeUnit.YEAR, _("years")), (AgeUnit.MONTH, _("months"))]
        ),
    },
    FactKind.DATE: lambda: {
        "first": JalaliDateTimeField(label=_("Day"), with_time=False),
        "last": JalaliDateTimeField(label=_("Until (only for a stretch of days)"), with_time=False, required=False),
    },
    FactKind.TIME: lambda: {"first": ClockField(label=_("From")), "last": ClockField(label=_("To"), required=False)},
    FactKind.PLACE: lambda: {"text": forms.CharField(label=_("Where?"), max_length=LONGEST_PLACE)},
    FactKind.PHONE: lambda: {
        "digits": forms.CharField(
            label=_("Phone"), max_length=30, widget=forms.TextInput({**LATIN, "inputmode": "tel", "class": "num"})
        )
    },
    FactKind.LINK: lambda: {
        "url": forms.CharField(
            label=_("Address"), max_length=LONGEST_LINK, widget=forms.TextInput({**LATIN, "inputmode": "url"})
        )
    },
    FactKind.COUNT: lambda: {
        "number": _number(_("How many?")),
        "unit": forms.CharField(label=_("Of what?"), max_length=LONGEST_UNIT),
    },
}


def asked(kind: FactKind) -> dict[str, forms.Field]:
    """What is asked for a value of this kind, by name."""
    return _FIELDS[kind]()


class FactForm(forms.Form):
    """Name, value, and whether it may be left out; `kind` decides what is asked."""

    name = forms.CharField(
        label=gettext_lazy("Its name in the text"),
        help_text=gettext_lazy("The text refers to it with this name in braces."),
        max_length=LONGEST_NAME,
    )
    label = forms.CharField(
        label=gettext_lazy("What it is, for those who read along"), max_length=LONGEST_LABEL, required=False
    )
    is_required = forms.BooleanField(label=gettext_lazy("No unit may leave it out"), required=False, initial=True)
    revision = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, kind: FactKind, data: Any = None, *, fact: LockedFact | None = None, **initial: Any) -> None:
        super().__init__(data, initial=initial | (_said(fact) if fact else {}))
        self.kind = kind
        self.fields = {"name": self.fields["name"], **asked(kind), **self.fields}
        self.fact: LockedFact | None = None

    def clean(self) -> dict[str, Any]:
        """The value as its kind holds it; what could not be true is said in a sentence."""
        said: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                self.fact = LockedFact(
                    normalise(said["name"]).strip("{} "),
                    self.kind,
                    value_of(self.kind, said),
                    said["label"],
                    said["is_required"],
                )
            except NotAFact as wrong:
                self.add_error(None, str(WRONG_FACT[wrong.code]))
        return said


def value_of(kind: FactKind, said: Mapping[str, Any]) -> Value:
    """The value of what `asked` was answered with. Raises NotAFact."""
    makers: Mapping[FactKind, Callable[[], Value]] = {
        FactKind.DOSE: lambda: Dose(said["number"]),
        FactKind.AGE: lambda: Age(said["low"], said["high"], AgeUnit(said["unit"])),
        FactKind.DATE: lambda: Day(_day(said["first"]), _day(said["last"]) if said["last"] else None),
        FactKind.TIME: lambda: Hour(said["first"], said["last"]),
        FactKind.PLACE: lambda: Place(normalise(said["text"])),
        FactKind.PHONE: lambda: Phone(_dialled(said["digits"])),
        FactKind.LINK: lambda: Link(said["url"].strip()),
        FactKind.COUNT: lambda: Count(said["number"], normalise(said["unit"]).strip()),
    }
    return makers[kind]()


def _day(moment: datetime) -> date:
    return in_tehran(moment).date()


def _dialled(typed: str) -> str:
    return "".join(one for one in to_latin_digits(typed) if one not in " -–()./\u200c\u200e\u200f\u2066\u2069")


def _said(fact: LockedFact) -> dict[str, Any]:
    value = fact.value
    common = {"name": fact.name, "label": fact.label, "is_required": fact.is_required}
    if isinstance(value, Day):
        return common | {"first": in_tehran(value.first), "last": in_tehran(value.last) if value.last else None}
    if isinstance(value, Hour):
        return common | {name: _clock(getattr(value, name)) for name in ("first", "last")}
    return common | vars(value)


def _clock(moment: time | None) -> str:
    return digits(f"{moment.hour}:{moment.minute:02}") if moment else ""
