"""What an address is called, where it stands and what it is told."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Unit
from ravi.api.models import Webhook
from ravi.api.webhook.rules import CHOSEN, LONGEST_URL, EventType

WORDS: Mapping[str, str | Promise] = {
    EventType.POST_SUBMITTED: _("A message waits for approval"),
    EventType.POST_APPROVED: _("A message got a yes"),
    EventType.POST_YES_TAKEN_BACK: _("A yes was taken back"),
    EventType.POST_RETURNED: _("A message was sent back"),
    EventType.POST_WITHDRAWN: _("A message was withdrawn"),
    EventType.COPY_SENT: _("A copy is published, changed or removed"),
    EventType.COPY_FAILED: _("A copy was not published, changed or removed"),
    EventType.COPY_UNKNOWN: _("Of a copy nobody knows whether it went"),
    EventType.COPY_MISSED: _("A copy was too late to go"),
    EventType.COPY_HELD: _("A copy waits for a person"),
    EventType.OFFER_MADE: _("Headquarters offers a message to a unit"),
    EventType.OFFER_ANSWERED: _("A unit answered an offer"),
    EventType.ENDORSEMENT_ASKED: _("A health expert's yes is asked for"),
    EventType.VERSION_ENDORSED: _("A health expert said yes"),
    EventType.VERSION_ISSUED: _("Headquarters issued a version of a message"),
    EventType.MESSAGE_ENDED: _("Headquarters ended a message"),
    EventType.MESSAGE_WITHDRAWN: _("Headquarters withdrew a message"),
    EventType.STOP_ORDERED: _("Sending was stopped"),
    EventType.STOP_LIFTED: _("Sending goes on"),
    EventType.TEST: _("A try by a person"),
}


class WebhookForm(forms.Form):
    """`unit` is asked only for a new one, of somebody who has several."""

    name = forms.CharField(label=_("What is it for"), help_text=_("The other program's name."), max_length=80)
    url = forms.CharField(
        label=_("Address"),
        help_text=_("Where the other program listens. It begins with https://."),
        max_length=LONGEST_URL,
        widget=forms.TextInput(
            attrs={
                "dir": "ltr",
                "inputmode": "url",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autocomplete": "off",
            }
        ),
    )
    unit = forms.ModelChoiceField(
        label=_("Of which unit?"),
        help_text=_("It hears of this unit and of all under it."),
        queryset=Unit.objects.none(),
        empty_label=None,
    )
    events = forms.MultipleChoiceField(
        label=_("What is it told?"),
        choices=[(str(one), WORDS[one]) for one in CHOSEN],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing that it is told.")},
    )

    def __init__(self, data: Any = None, *, units: Any = None, webhook: Webhook | None = None) -> None:
        given = {name: getattr(webhook, name) for name in ("name", "url", "events")} if webhook else {}
        super().__init__(data, initial=given)
        if webhook is not None:
            del self.fields["unit"]
            return
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].initial = units.first()

    def said(self) -> dict[str, Any]:
        """What the services are given, less the unit."""
        return {"name": self.cleaned_data["name"], "url": self.cleaned_data["url"].strip()} | {
            "events": self.cleaned_data["events"]
        }
