"""Reads what a unit takes by itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ravi.network.models import AutoAdoption
from ravi.network.rules import MessageKind

CHOICES = (
    (MessageKind.NOTICE, _("Notices (a closure, a change of hours)")),
    (MessageKind.ALERT, _("Alerts")),
)


class AutoAdoptionForm(forms.Form):
    """Notices, alerts or both."""

    kinds = forms.MultipleChoiceField(
        label=_("What your unit takes without being asked"),
        choices=CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one of the two.")},
    )

    def __init__(self, data: Any = None, *, rule: AutoAdoption | None) -> None:
        super().__init__(data, initial={"kinds": _chosen(rule)})

    def kinds_chosen(self) -> list[MessageKind]:
        """As values."""
        return [MessageKind(kind) for kind in self.cleaned_data["kinds"]]


def _chosen(rule: AutoAdoption | None) -> list[MessageKind]:
    if rule is None:
        return [kind for kind, _label in CHOICES]
    chosen = {MessageKind.NOTICE: rule.takes_notices, MessageKind.ALERT: rule.takes_alerts}
    return [kind for kind, is_taken in chosen.items() if is_taken]
