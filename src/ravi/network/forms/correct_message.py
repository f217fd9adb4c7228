"""What the page of correcting everywhere brings back, and a unit's own correction."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ravi.network.forms.offer import PartsForm


class CorrectMessageForm(forms.Form):
    """The version that was shown, and whether answers go to the top of their channels."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    pins = forms.BooleanField(
        label=_("Pin the answers to the top of their channels"),
        help_text=_("Where a copy is only answered, the old words stay; a pinned answer is read before them."),
        required=False,
    )


class WriteCorrectionForm(PartsForm):
    """The unit's words around the newer facts; channels and language are those of its answer."""
