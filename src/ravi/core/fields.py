"""Form fields that read what people here write: Jalali dates, Persian digits, pictures."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ravi.core import calendar, date_entry
from ravi.core.calendar import number
from ravi.core.widgets import ImageInput, JalaliDateTimeInput
from ravi.text.numbers import to_latin_digits

LATIN = {"dir": "ltr", "autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
GROUPING = str.maketrans("", "", "٬,، \u00a0\u200c")


class JalaliDateTimeField(forms.Field):
    """A moment on Tehran's clock, asked as day, month, year and time.

    With `with_time=False` the hour is `hour`, the end of the day unless said otherwise: until when something holds.
    Cleans to an aware datetime, or None where not required.
    """

    default_error_messages = {"required": gettext_lazy("Write the day, the month and the year.")}

    def __init__(self, *, with_time: bool = True, hour: time = time(23, 59), **more: Any) -> None:
        self.hour = None if with_time else hour
        more.setdefault("widget", JalaliDateTimeInput(with_time=with_time))
        super().__init__(**more)

    def clean(self, value: Sequence[str] | datetime | None) -> datetime | None:
        if isinstance(value, datetime):
            return value
        if not value or date_entry.is_blank(value, today=calendar.today()):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        moment = date_entry.read_moment(value, hour=self.hour)
        self.run_validators(moment)
        return moment

    def has_changed(self, initial: datetime | None, data: Sequence[str] | None) -> bool:
        try:
            return self.clean(data) != initial
        except ValidationError:
            return True


class ClockField(forms.CharField):
    """A time of day in any digits: ۸:۳۰, 8.30, ۸."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=8, widget=forms.TextInput({**LATIN, "class": "num", "size": "6"}), **more)

    def clean(self, value: Any) -> Any:
        typed = to_latin_digits(super().clean(value)).replace(".", ":").replace("٫", ":")
        if not typed:
            return None
        hour, _colon, minute = typed.partition(":")
        try:
            return time(int(hour), int(minute or 0))
        except ValueError as error:
            raise ValidationError(_("Write an hour like 8:30.")) from error


class PersianIntegerField(forms.IntegerField):
    """A whole number in any digits, grouped or not: ۱٬۰۲۴, 1,024, ١٠٢٤."""

    default_error_messages = {"invalid": gettext_lazy("Write a number in digits.")}

    def __init__(self, **more: Any) -> None:
        more.setdefault("widget", forms.TextInput({"inputmode": "numeric", "class": "num", "autocomplete": "off"}))
        super().__init__(**more)
        low, high = self.min_value, self.max_value
        self.validators = [check for check in self.validators if not hasattr(check, "limit_value")]
        if low is not None or high is not None:
            self.validators.append(_Between(low, high))

    def to_python(self, value: Any) -> int | None:
        return super().to_python(value.translate(GROUPING) if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        return number(value) if isinstance(value, int) else value


class _Between:
    """Names both ends in one sentence, in the digits of the page."""

    def __init__(self, low: Any, high: Any) -> None:
        self.low, self.high = low, high

    def __call__(self, value: int) -> None:
        if (self.low is None or value >= self.low) and (self.high is None or value <= self.high):
            return
        if self.high is None:
            sentence = _("Write a number not below %(low)s.") % {"low": number(self.low)}
        elif self.low is None:
            sentence = _("Write a number not above %(high)s.") % {"high": number(self.high)}
        else:
            sentence = _("Write a number from %(low)s to %(high)s.") % {
                "low": number(self.low),
                "high": number(self.high),
            }
        raise ValidationError(sentence, code="range")


class ImageField(forms.FileField):
    """A picture as it was sent; the library's service decides whether it is one."""

    widget = ImageInput
    default_error_messages = {
        "required": gettext_lazy("Choose a picture."),
        "invalid": gettext_lazy("The browser sent no file. Choose the picture once more."),
        "missing": gettext_lazy("The browser sent no file. Choose the picture once more."),
        "empty": gettext_lazy("This file is empty. Choose another one."),
    }
