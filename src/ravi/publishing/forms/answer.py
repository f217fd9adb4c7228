"""Reads the answers to a post: yes to exactly what was shown, back with a note, out of the way."""

from django import forms
from django.utils.translation import gettext_lazy as _

NOTE = {"rows": 4, "dir": "auto"}


class ApproveForm(forms.Form):
    """`digest` names the set of hashes that the page showed."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ReturnForm(forms.Form):
    """What is to change before a yes."""

    note = forms.CharField(
        label=_("What should change?"),
        help_text=_("The writer reads this above the text."),
        widget=forms.Textarea(NOTE),
        max_length=4000,
        error_messages={"required": _("Write one sentence, so that the writer knows what to change.")},
    )


class WithdrawForm(forms.Form):
    """Why a post is taken back."""

    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("For colleagues and for the record; the public does not see it."),
        widget=forms.Textarea(NOTE),
        max_length=1000,
        required=False,
    )
