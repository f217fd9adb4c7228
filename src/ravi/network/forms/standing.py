"""Reads for which units, and how long, somebody signs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Unit
from ravi.core.fields import PersianIntegerField
from ravi.network.template import LONGEST_RULE


class SigningForm(forms.Form):
    """`content_hash` is of the words that the page showed."""

    content_hash = forms.CharField(widget=forms.HiddenInput)
    units = forms.ModelMultipleChoiceField(
        label=_("For which units"),
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one unit.")},
    )
    days = PersianIntegerField(
        label=_("For how many days"),
        help_text=_("At most 90. You can end it at any time."),
        initial=30,
        min_value=1,
        max_value=LONGEST_RULE.days,
    )

    def __init__(self, data: Any = None, *, units: Any, content_hash: str) -> None:
        super().__init__(data, initial={"content_hash": content_hash})
        field: Any = self.fields["units"]
        field.queryset = units
        if not self.is_bound and len(units) == 1:
            field.initial = list(units)
