"""Reads what pauses, and why."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ravi.core.calendar import number
from ravi.publishing.models import Post
from ravi.publishing.rules import PAUSABLE, Topic

WHY = {"mourning": _("Mourning"), "holiday": _("A holiday"), "crisis": _("A crisis")}


class PauseForm(forms.Form):
    """The topics are ticked already; the button that is touched says why."""

    topics = forms.TypedMultipleChoiceField(
        label=_("What pauses"),
        choices=[(topic.value, Post.TopicChoice(topic).label) for topic in PAUSABLE],
        coerce=Topic,
        widget=forms.CheckboxSelectMultiple,
        initial=[Topic.LIGHT.value],
        error_messages={"required": _("Choose what should pause.")},
    )
    why = forms.ChoiceField(choices=list(WHY.items()), error_messages={"required": _("Touch the reason once more.")})

    def __init__(self, *args: Any, weights: Mapping[str, int], **more: Any) -> None:
        """`weights`: how many copies a pause of each topic would hold now."""
        super().__init__(*args, **more)
        field = self.fields["topics"]
        field.choices = [  # type: ignore[attr-defined]
            (key, f"{label}، {_weight(weights.get(key, 0))}")
            for key, label in field.choices  # type: ignore[attr-defined]
        ]

    @property
    def reason(self) -> str:
        """Why, as colleagues read it beside the stop."""
        return str(WHY[self.cleaned_data["why"]])


def _weight(count: int) -> str:
    if not count:
        return gettext("nothing in line")
    return ngettext("%(n)s copy in line", "%(n)s copies in line", count) % {"n": number(count)}
