"""Reads what pauses, and why."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ravi.publishing.rules import Topic

WHY = {"mourning": _("Mourning"), "holiday": _("A holiday"), "crisis": _("A crisis")}


class PauseForm(forms.Form):
    """The topics are ticked already; the button that is touched says why."""

    topics = forms.TypedMultipleChoiceField(
        label=_("What pauses"),
        coerce=Topic,
        widget=forms.CheckboxSelectMultiple,
        initial=[Topic.LIGHT.value],
        error_messages={"required": _("Choose what should pause.")},
    )
    why = forms.ChoiceField(choices=list(WHY.items()), error_messages={"required": _("Touch the reason once more.")})

    def __init__(self, *args: Any, topics: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["topics"].choices = topics  # type: ignore[attr-defined]

    @property
    def reason(self) -> str:
        """Why, as colleagues read it beside the stop."""
        return str(WHY[self.cleaned_data["why"]])
