"""How a message goes through the network, and whom it is for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Unit
from ravi.core.fields import JalaliDateTimeField, PersianIntegerField
from ravi.network.draft import MessageFields
from ravi.network.models import Campaign, Message
from ravi.network.rules import LONGEST_WINDOW_MIN, Aim, TargetKind
from ravi.publishing.models import Post


class SettingsForm(forms.Form):
    """`units` are those under the issuing one; the whole network is `everybody`."""

    topic = forms.ChoiceField(label=_("What is it about?"), choices=Post.TopicChoice.choices, widget=forms.RadioSelect)
    everybody = forms.BooleanField(label=_("All units"), required=False)
    kinds = forms.MultipleChoiceField(
        label=_("All units of a kind"), required=False, widget=forms.CheckboxSelectMultiple
    )
    trees = forms.MultipleChoiceField(
        label=_("A unit and all under it"), required=False, widget=forms.CheckboxSelectMultiple
    )
    units = forms.MultipleChoiceField(label=_("Single units"), required=False, widget=forms.CheckboxSelectMultiple)
    deadline = JalaliDateTimeField(label=_("The units answer until"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Message.KindChoice.choices)
    priority = forms.ChoiceField(label=_("Priority"), choices=Message.PriorityChoice.choices)
    window_min = PersianIntegerField(
        label=_("Spread the units' copies over so many minutes"),
        help_text=_("0: all at once."),
        min_value=0,
        max_value=LONGEST_WINDOW_MIN,
        required=False,
    )
    on_new_version = forms.ChoiceField(
        label=_("When a new version comes, scheduled copies"), choices=Message.NewVersionChoice.choices
    )
    with_link = forms.BooleanField(
        label=_("Posts carry the short address of this message"),
        help_text=_("Each unit may leave it out. People find there whether the message still holds."),
        required=False,
    )
    campaign = forms.ChoiceField(label=_("Campaign"), required=False)
    revision = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        message: Message,
        aims: Sequence[Aim],
        units: Sequence[Unit],
        campaigns: Sequence[Campaign],
    ) -> None:
        self.root_id = message.unit_id
        super().__init__(data, initial=_said(message, aims))
        parents = {unit.parent_id for unit in units}
        kinds = dict.fromkeys(unit.kind for unit in units)
        self._choose("kinds", [(kind, Unit.Kind(kind).label) for kind in kinds])
        self._choose("trees", [(str(unit.pk), unit.name) for unit in units if unit.pk in parents])
        self._choose("units", [(str(unit.pk), unit.name) for unit in units])
        self._choose("campaign", [("", _("None")), *((str(one.pk), one.name) for one in campaigns)])
        if message.current_id is not None:
            self.fields["topic"].disabled = True

    def _choose(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices
        if not choices:
            del self.fields[name]

    def fields_said(self) -> MessageFields:
        """What the services are given."""
        said = self.cleaned_data
        aims = [Aim(TargetKind.TREE, self.root_id)] if said["everybody"] else []
        aims += [Aim(TargetKind.KIND, None, kind) for kind in said.get("kinds", ())]
        aims += [Aim(TargetKind.TREE, int(pk)) for pk in said.get("trees", ())]
        aims += [Aim(TargetKind.UNIT, int(pk)) for pk in said.get("units", ())]
        names = ("topic", "kind", "priority", "on_new_version", "window_min", "deadline", "with_link")
        campaign_id = int(said["campaign"]) if said["campaign"] else None
        return MessageFields(**{name: said[name] for name in names}, campaign_id=campaign_id, aims=tuple(aims))


def _said(message: Message, aims: Sequence[Aim]) -> dict[str, Any]:
    root = Aim(TargetKind.TREE, message.unit_id)
    names = ("topic", "kind", "priority", "on_new_version", "window_min", "deadline", "with_link")
    return {name: getattr(message, name) for name in names} | {
        "everybody": root in aims,
        "kinds": [aim.unit_kind for aim in aims if aim.kind is TargetKind.KIND],
        "trees": [str(aim.unit_id) for aim in aims if aim.kind is TargetKind.TREE and aim != root],
        "units": [str(aim.unit_id) for aim in aims if aim.kind is TargetKind.UNIT],
        "campaign": str(message.campaign_id or ""),
        "revision": str(message.revision),
    }
