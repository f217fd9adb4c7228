"""What people type about where they want to be told; parses, never writes."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ravi.core.calendar import digits, number
from ravi.notices.senders.configured import MAIL
from ravi.notices.timing import CODE_DIGITS, QUIET_FROM, QUIET_UNTIL
from ravi.text.numbers import to_latin_digits

# https://spec.matrix.org/v1.16/appendices/#user-identifiers (read 2026-11-25); capitals stand in old ones.
MATRIX_ID = re.compile(r"@[\w.=/+-]+:[a-z0-9.-]+(?::\d{1,5})?\Z", re.ASCII | re.IGNORECASE)
LABELS = {MAIL: gettext_lazy("Your e-mail address"), "matrix": gettext_lazy("Your Matrix name")}
_LTR = {"dir": "ltr", "autocapitalize": "none", "spellcheck": "false"}


class AddressForm(forms.Form):
    """One address of one sender."""

    address = forms.CharField(max_length=254)

    def __init__(self, *args: Any, sender: str, **more: Any) -> None:
        more["auto_id"] = f"{sender}-%s"
        super().__init__(*args, **more)
        self.sender = sender
        field = self.fields["address"]
        field.label = LABELS[sender]
        hints = (
            {"autocomplete": "email", "inputmode": "email"} if sender == MAIL else {"placeholder": "@name:example.org"}
        )
        field.widget = forms.TextInput({**_LTR, **hints})

    def clean_address(self) -> str:
        typed = str(self.cleaned_data["address"]).strip()
        if self.sender != MAIL:
            if not MATRIX_ID.match(typed):
                raise ValidationError(_("A Matrix name looks like @name:example.org."))
            return typed
        try:
            validate_email(typed)
        except ValidationError:
            raise ValidationError(_("This is no e-mail address. Look for a missing dot or @.")) from None
        return typed


class CodeForm(forms.Form):
    """The code that was sent, in any digits, with or without spaces."""

    code = forms.CharField(
        label=gettext_lazy("The code that you received"),
        max_length=20,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "class": "num", "dir": "ltr"}),
    )

    def clean_code(self) -> str:
        typed = re.sub(r"[\s-]", "", to_latin_digits(str(self.cleaned_data["code"])))
        if len(typed) != CODE_DIGITS or not typed.isascii() or not typed.isdigit():
            raise ValidationError(_("The code has %(n)s digits.") % {"n": number(CODE_DIGITS)})
        return typed


class QuietForm(forms.Form):
    """From which hour until which; the same hour twice means never quiet."""

    quiet_from = forms.TypedChoiceField(label=gettext_lazy("Quiet from"), coerce=int)
    quiet_until = forms.TypedChoiceField(label=gettext_lazy("until"), coerce=int)

    def __init__(self, *args: Any, **more: Any) -> None:
        more.setdefault("initial", {"quiet_from": QUIET_FROM, "quiet_until": QUIET_UNTIL})
        super().__init__(*args, **more)
        hours = [(hour, digits(f"{hour}:00")) for hour in range(24)]
        for field in self.fields.values():
            field.choices = hours  # type: ignore[attr-defined]
