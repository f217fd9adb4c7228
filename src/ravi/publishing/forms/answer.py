"""Reads the answers to a post: yes to exactly what was shown, back with a note, out of the way."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Person
from ravi.accounts.queries import active_people

NOTE = {"rows": 4, "dir": "auto"}


class ApproveForm(forms.Form):
    """`digest` names the set of hashes that the page showed."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ReturnForm(forms.Form):
    """What is to change before a yes; `revision` is the version that the person read."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    note = forms.CharField(
        label=_("What should change?"),
        help_text=_("The writer reads this above the text."),
        widget=forms.Textarea(NOTE),
        max_length=4000,
        error_messages={"required": _("Write one sentence, so that the writer knows what to change.")},
    )


class PassForm(forms.Form):
    """Who is asked instead, and why."""

    to = forms.ModelChoiceField(
        label=_("Who knows about it?"), queryset=Person.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("A sentence for them"), widget=forms.Textarea(NOTE), max_length=1000, required=False)

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = active_people([one.pk for one in people], people[0].institution_id) if people else Person.objects.none()
        self.fields["to"].queryset = found  # type: ignore[attr-defined]


class WithdrawForm(forms.Form):
    """Why a post is taken back."""

    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("For colleagues and for the record; the public does not see it."),
        widget=forms.Textarea(NOTE),
        max_length=1000,
        required=False,
    )
