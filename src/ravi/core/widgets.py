"""Controls that ask in the way of this place: a date in four parts, a file as a plain input."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ravi.core import calendar, clock, date_entry
from ravi.text.jalali import to_jalali


class MonthSelect(forms.Select):
    """The twelve months by name; a month that is not there stays in sight as typed and is refused by the field."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, choices=[(str(n), name) for n, name in enumerate(calendar.MONTHS, start=1)])


class JalaliDateTimeInput(forms.MultiWidget):
    """Day, month by name, year and, where asked, the hour; under them the date read back."""

    template_name = "core/forms/widgets/jalali.html"
    use_fieldset = True
    labels = (_("Day"), _("Month"), _("Year"), _("Time"))

    def __init__(self, attrs: dict[str, Any] | None = None, *, with_time: bool = True) -> None:
        self.with_time = with_time
        number = {"inputmode": "numeric", "autocomplete": "off", "class": "input num"}
        parts: list[forms.Widget] = [
            forms.TextInput({**number, "size": "2"}),
            MonthSelect({"class": "input"}),
            forms.TextInput({**number, "size": "4"}),
        ]
        if with_time:
            parts.append(forms.TextInput({"class": "input num", "dir": "ltr", "size": "5", "autocomplete": "off"}))
        super().__init__(parts, attrs)

    def decompress(self, value: datetime | None) -> list[str]:
        """The parts of a stored moment; of none, this month and year, so that only the day is left to write."""
        if value is None:
            this_year, this_month, _today = to_jalali(calendar.today())
            return ["", str(this_month), calendar.digits(str(this_year)), ""][: len(self.widgets)]
        there = calendar.in_tehran(value)
        year, month, day = to_jalali(there.date())
        parts = [calendar.digits(str(day)), str(month), calendar.digits(str(year)), calendar.hour(there)]
        return parts[: len(self.widgets)]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        # The class and the descriptions of the whole stand on the fieldset, not on each part.
        own = {key: text for key, text in (attrs or {}).items() if key in {"id", "aria-invalid"}}
        context = super().get_context(name, value, own)
        for part, label in zip(context["widget"]["subwidgets"], self.labels, strict=False):
            part["label"] = label
            if part["value"] and part["template_name"] == MonthSelect.template_name:
                _keep_strange_month(part)
        context["widget"]["echo"] = self._echo(value)
        context["widget"]["with_time"] = self.with_time
        return context

    def _echo(self, value: Any) -> str:
        moment = value if isinstance(value, datetime) else self._typed(value)
        return calendar.read_back(moment, now=clock.now(), with_hour=self.with_time) if moment else ""

    def _typed(self, parts: Sequence[str] | None) -> datetime | None:
        if not parts or date_entry.is_blank(parts, today=calendar.today()):
            return None
        try:
            return date_entry.read_moment(parts, hour=None if self.with_time else time(12, 0))
        except ValidationError:
            return None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [data.get(f"{name}_{place}") or "" for place in range(len(self.widgets))]


def _keep_strange_month(part: dict[str, Any]) -> None:
    """A form that came back with month 13 shows no month chosen, and never silently another one."""
    if not any(option["selected"] for _group, options, _index in part["optgroups"] for option in options):
        blank = {"value": "", "label": "", "selected": True, "attrs": {"selected": True}, "wrap_label": False}
        part["optgroups"].insert(0, (None, [{**part["optgroups"][0][1][0], **blank}], -1))


class ImageInput(forms.ClearableFileInput):
    """A plain file input for pictures; the server re-encodes and judges, so the browser's list is only a help."""

    template_name = "core/forms/widgets/image.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": "image/jpeg,image/png,image/webp,image/gif", **(attrs or {})})
