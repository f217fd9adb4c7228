"""What is said of a campaign."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ravi.core.calendar import in_tehran
from ravi.core.fields import JalaliDateTimeField
from ravi.network.draft import CampaignFields
from ravi.network.models import Campaign, Translation
from ravi.network.rules import LONGEST_GOAL, LONGEST_NAME

LANGUAGES = [("fa", _("Persian")), *Translation.Language.choices]


class CampaignForm(forms.Form):
    """Only the name is needed."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    goal = forms.CharField(
        label=_("What do you want to reach?"),
        max_length=LONGEST_GOAL,
        required=False,
        widget=forms.Textarea({"rows": "3"}),
    )
    age_groups = forms.CharField(label=_("Age groups"), max_length=LONGEST_NAME, required=False)
    dose = forms.CharField(label=_("Doses"), max_length=LONGEST_NAME, required=False)
    area = forms.CharField(label=_("Area"), max_length=LONGEST_NAME, required=False)
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=LANGUAGES, required=False, widget=forms.CheckboxSelectMultiple
    )
    starts_on = JalaliDateTimeField(label=_("First day"), with_time=False, required=False)
    ends_on = JalaliDateTimeField(label=_("Last day"), with_time=False, required=False)

    def __init__(self, data: Any = None, *, campaign: Campaign | None = None) -> None:
        super().__init__(data, initial=_said(campaign) if campaign else {"languages": ["fa"]})

    def fields_said(self) -> CampaignFields:
        """What the services are given."""
        said = self.cleaned_data
        days = {name: _day(said[name]) for name in ("starts_on", "ends_on")}
        return CampaignFields(**(said | days | {"languages": tuple(said["languages"])}))


def _said(campaign: Campaign) -> dict[str, Any]:
    names = ("name", "goal", "age_groups", "dose", "area", "languages")
    days = {name: in_tehran(day) if (day := getattr(campaign, name)) else None for name in ("starts_on", "ends_on")}
    return {name: getattr(campaign, name) for name in names} | days


def _day(moment: datetime | None) -> date | None:
    return in_tehran(moment).date() if moment else None
