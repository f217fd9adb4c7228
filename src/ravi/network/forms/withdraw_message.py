"""Why a message is taken back everywhere."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ravi.network.rules import LONGEST_REASON


class WithdrawMessageForm(forms.Form):
    """The reason, which every unit reads."""

    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Every unit reads it."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a few words why; every unit reads it.")},
    )
