"""Reads what an expert finds in an emergency message that went out."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ravi.network.after_review import LONGEST_NOTE, Verdict

CHOICES = (
    (Verdict.RIGHT, _("Right as it went out")),
    (Verdict.CORRECT, _("It must be corrected; it stays until then")),
    (Verdict.WITHDRAW, _("Withdraw it everywhere, now")),
)


class AfterReviewForm(forms.Form):
    """The finding, and why where something is wrong."""

    verdict = forms.ChoiceField(
        label=_("What do you find?"),
        choices=CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
    )
    note = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("Only where something is; whoever filled it in reads it."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
