"""What a unit fills in to answer an offer."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ravi.directory.models import Channel
from ravi.network.models import Translation, Version
from ravi.network.pages.shorter import name_of
from ravi.network.pages.translation import direction
from ravi.network.rules import LONGEST_REASON
from ravi.network.services.adoption import Answer, words_of
from ravi.platforms.compose import FULL
from ravi.publishing.draft import TITLE

REASONS = (
    ("elsewhere", _("It does not concern our people")),
    ("later", _("We say it at another time")),
    ("doubt", _("Something in it is not right")),
    ("other", _("Something else")),
)


class SeenForm(forms.Form):
    """What the page showed; every answer brings it back."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    before = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def answer(self) -> Answer:
        """For the services."""
        return Answer(self.cleaned_data["version"], self.cleaned_data["before"])


class AdoptForm(SeenForm):
    """Where it goes: all open channels of the unit, unless some are taken out."""

    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one channel.")},
    )
    with_link = forms.BooleanField(
        label=_("With the short address of this message"),
        help_text=_("People find there whether it still holds. It counts in every platform's length."),
        required=False,
    )
    lang = forms.ChoiceField(label=_("In which language?"), required=False, widget=forms.RadioSelect)

    def __init__(
        self,
        *args: Any,
        channels: Sequence[Channel],
        names: Mapping[str, str],
        languages: Sequence[tuple[str, Any]] = (),
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        language = self.fields["lang"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = list(languages)
        if len(languages) < 2:
            del self.fields["lang"]
        field = self.fields["channels"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(one.pk), f"{names[one.platform]}، {one.handle}") for one in channels]

    def choice(self) -> dict[str, Any]:
        """What `adopt_offer` is told beside the words."""
        said = self.cleaned_data
        return {
            "channel_ids": self.channel_ids(),
            "with_link": said["with_link"],
            "lang": said.get("lang", ""),
        }

    def channel_ids(self) -> list[int]:
        """The chosen ones."""
        return [int(one) for one in self.cleaned_data["channels"]]


class PartsForm(SeenForm):
    """The message in the unit's own words; what stands in braces stays."""

    def __init__(
        self, *args: Any, words: Version | Translation, begin: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        theirs, started = words_of(words), begin or {}
        for name, text in {name: started.get(name, text) for name, text in theirs.items()}.items():
            self.fields[f"part_{name}"] = forms.CharField(
                label=_label(name),
                initial=text,
                strip=False,
                required=False,
                widget=forms.TextInput() if name == TITLE else _words_widget(name),
            )
            if direction(words.lang) == "ltr":
                self.fields[f"part_{name}"].widget.attrs |= {"dir": "ltr", "lang": words.lang}

    def parts(self) -> dict[str, str]:
        """Part -> the unit's words."""
        return {
            name.removeprefix("part_"): text for name, text in self.cleaned_data.items() if name.startswith("part_")
        }

    @property
    def texts(self) -> list[forms.BoundField]:
        """The fields of the words, in their order."""
        return [self[name] for name in self.fields if name.startswith("part_")]


class AdaptForm(PartsForm, AdoptForm):
    """The unit's own words, and where they go."""

    lang = forms.ChoiceField(required=False, widget=forms.HiddenInput)


def _words_widget(part: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 10 if part == FULL else 5, "dir": "auto"})


def _label(part: str) -> Any:
    if part in (TITLE, FULL):
        return _("Title") if part == TITLE else _("Text")
    return name_of(part)


class DeclineForm(SeenForm):
    """Why not; it lowers nothing."""

    why = forms.ChoiceField(
        label=_("Why not?"),
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the reason that comes nearest.")},
    )
    more = forms.CharField(
        label=_("A word to headquarters"),
        required=False,
        max_length=LONGEST_REASON - 100,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """“Something else” needs words."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("why") == "other" and not cleaned.get("more", "").strip():
            self.add_error("more", _("Say in a few words why not."))
        return cleaned

    def reason(self) -> str:
        """One text for the row."""
        chosen = str(dict(REASONS)[self.cleaned_data["why"]])
        more = self.cleaned_data["more"].strip()
        return more if self.cleaned_data["why"] == "other" else f"{chosen}. {more}".rstrip(". ")
