"""Reads how many yeses a topic needs, and where."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Unit
from ravi.publishing.models import Post

STEPS = [("1", _("One yes")), ("2", _("Two yeses, of two people"))]


class StepsForm(forms.Form):
    """One topic, one place, one number. No unit: everywhere that has no rule of its own; no number: the rule goes."""

    topic = forms.ChoiceField(label=_("What it is about"), choices=Post.TopicChoice.choices)
    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.none(), required=False, empty_label=_("All units")
    )
    steps = forms.ChoiceField(label=_("How many yeses"), choices=[("", "-"), *STEPS], required=False)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    @property
    def number(self) -> int | None:
        """The number that was chosen."""
        return int(self.cleaned_data["steps"]) if self.cleaned_data["steps"] else None
