"""Reads what somebody fills into a template: one typed value per blank, and where it goes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ravi.directory.models import Channel
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.values import LockedFact, NotAFact
from ravi.network.forms.fact import asked, value_of
from ravi.network.sentences import WRONG_FACT
from ravi.network.template import LISTED, Blank, TemplateWords, places_of


class FillForm(forms.Form):
    """Nothing here takes free text: places and links are chosen, the rest are numbers and days."""

    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Channels"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one channel.")},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        words: TemplateWords,
        own_places: Sequence[str],
        channels: Sequence[Channel],
        names: Mapping[str, str],
    ) -> None:
        super().__init__(data, initial={"channels": [str(one.pk) for one in channels]})
        self.words = words
        places = {f"b{place}": _fields_of(blank, own_places) for place, blank in enumerate(words.blanks)}
        fields = {f"{mark}_{name}": field for mark, found in places.items() for name, field in found.items()}
        self.fields = {**fields, **self.fields}
        field = self.fields["channels"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(one.pk), f"{names[one.platform]}، {one.handle}") for one in channels]
        self._asked = {mark: tuple(found) for mark, found in places.items()}
        self.facts: tuple[LockedFact, ...] = ()

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """(name of a blank, its fields)."""
        return [
            (blank.name, [self[f"{mark}_{name}"] for name in self._asked[mark]])
            for blank, mark in zip(self.words.blanks, self._asked, strict=True)
        ]

    def channel_ids(self) -> list[int]:
        """The chosen ones."""
        return [int(one) for one in self.cleaned_data["channels"]]

    def clean(self) -> dict[str, Any]:
        """The values as their kinds hold them; what could not be true is said beside the blank."""
        said: dict[str, Any] = super().clean() or {}
        found = []
        for blank, (mark, names) in zip(self.words.blanks, self._asked.items(), strict=True):
            if any(f"{mark}_{name}" in self.errors for name in names):
                continue
            answers = {name: said[f"{mark}_{name}"] for name in names} | {"unit": said.get(f"{mark}_unit", blank.unit)}
            try:
                found.append(LockedFact(blank.name, blank.kind, value_of(blank.kind, answers)))
            except NotAFact as wrong:
                self.add_error(f"{mark}_{names[0]}", str(WRONG_FACT[wrong.code]))
        self.facts = tuple(found)
        return said


def _fields_of(blank: Blank, own_places: Sequence[str]) -> dict[str, forms.Field]:
    fields = asked(blank.kind)
    if blank.kind in LISTED:
        listed = places_of(blank, own_places)
        choices = (
            [(one, one) for one in listed] if len(listed) == 1 else [("", _("Choose")), *((one, one) for one in listed)]
        )
        (name,) = fields
        return {name: forms.ChoiceField(label=fields[name].label, choices=choices)}
    if blank.kind is FactKind.COUNT:
        return {"number": fields["number"]}
    return fields
