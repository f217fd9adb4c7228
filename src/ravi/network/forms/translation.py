"""A translation beside its source: the title, the text and each shorter text that the source has."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ravi.network.models import Translation, Version
from ravi.network.pages.shorter import name_of
from ravi.network.pages.translation import direction
from ravi.publishing.rules import LONGEST_TEXT, LONGEST_TITLE


class TranslationForm(forms.Form):
    """`kept` is what stands, of this version or of an older one to begin with."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, strip=False, required=False)
    text = forms.CharField(
        label=_("Text"), max_length=LONGEST_TEXT, strip=False, required=False, widget=forms.Textarea({"rows": "10"})
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, *, version: Version, lang: str, kept: Translation | None) -> None:
        is_of_it = kept is not None and kept.version_id == version.pk
        said = {"title": kept.title, "text": kept.text} if kept else {}
        super().__init__(data, initial=said | {"revision": kept.revision if kept and is_of_it else 0})
        for name in version.variants:
            self.fields[f"v_{name}"] = forms.CharField(
                label=name_of(name),
                max_length=LONGEST_TEXT,
                required=False,
                strip=False,
                initial=kept.variants.get(name, "") if kept else "",
                widget=forms.Textarea({"rows": "4"}),
            )
        for field in self.fields.values():
            field.widget.attrs |= {"dir": direction(lang), "lang": lang}

    def variants(self) -> dict[str, str]:
        """What was filled in of the shorter texts."""
        said = {name.removeprefix("v_"): text for name, text in self.cleaned_data.items() if name.startswith("v_")}
        return {name: text for name, text in said.items() if text.strip()}

    @property
    def texts(self) -> list[forms.BoundField]:
        """The fields of the words, in their order."""
        return [self[name] for name in self.fields if name != "revision"]
