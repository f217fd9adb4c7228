"""Reads the composer: words, times, channels. What cannot be read is said beside its field and costs nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ravi.core.calendar import number
from ravi.core.fields import JalaliDateTimeField
from ravi.publishing.draft import DraftFields
from ravi.publishing.models import Post
from ravi.publishing.pages import choice
from ravi.publishing.pages.choice import Choice
from ravi.publishing.rules import CLASS_NAMES, LONGEST_TEXT

NOW, AT = "now", "at"
CLASS_LABELS = {
    "medium": gettext_lazy("A long post, up to 4,096 characters"),
    "caption": gettext_lazy("A caption, up to 1,024 characters"),
    "short": gettext_lazy("Short, up to 500 characters"),
    "micro": gettext_lazy("Very short, up to 280 characters"),
}
WORDS = {"rows": 5, "dir": "auto"}


def not_too_long(text: str) -> None:
    """Said before anybody tidies or counts it: a megabyte of marks would keep a page busy for half a minute."""
    if len(text) > LONGEST_TEXT:
        raise forms.ValidationError(_("A text is longer than %(most)s characters.") % {"most": number(LONGEST_TEXT)})


class ComposerForm(forms.Form):
    """One post as typed. `platforms` and `groups` are (key, label) pairs to tick, `names` the platforms' bare names."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("For colleagues, for the site and for e-mail. Messengers do not show it."),
        max_length=300,
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("Text of the message"),
        help_text=gettext_lazy("Write once. Every platform gets this text unless you write another one for it."),
        widget=forms.Textarea({"rows": 9, "dir": "auto"}),
        required=False,
        strip=False,
        validators=[not_too_long],
    )
    link = forms.CharField(
        label=gettext_lazy("Link"),
        help_text=gettext_lazy("Stands on its own line where a platform has no place for it, and is counted."),
        widget=forms.TextInput({"dir": "ltr", "inputmode": "url"}),
        max_length=2000,
        required=False,
    )
    topic = forms.ChoiceField(
        label=gettext_lazy("What it is about"),
        choices=Post.TopicChoice.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Health advice is approved by a health expert."),
        required=False,
    )
    reach = forms.ChoiceField(label=gettext_lazy("Channels"), widget=forms.RadioSelect, required=False)
    platforms = forms.MultipleChoiceField(
        label=gettext_lazy("On these platforms"), widget=forms.CheckboxSelectMultiple, required=False
    )
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Of these units"), widget=forms.CheckboxSelectMultiple, required=False
    )
    when = forms.ChoiceField(
        label=gettext_lazy("When it goes out"),
        choices=[(NOW, gettext_lazy("As soon as it is approved")), (AT, gettext_lazy("At a time that I say"))],
        widget=forms.RadioSelect,
        required=False,
    )
    due_at = JalaliDateTimeField(label=gettext_lazy("Day and time of publishing"), required=False)
    valid_until = JalaliDateTimeField(
        label=gettext_lazy("Holds until"),
        help_text=gettext_lazy("After this day nothing of it is sent any more."),
        with_time=False,
        required=False,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        stored: DraftFields,
        chosen: Choice,
        platforms: list[tuple[str, str]],
        names: list[tuple[str, str]],
        groups: list[tuple[str, str]],
    ) -> None:
        self.stored = stored
        super().__init__(data, initial=_initial(stored, chosen))
        self._platforms = names
        self.fields["platforms"].choices = platforms  # type: ignore[attr-defined]
        self.fields["groups"].choices = groups  # type: ignore[attr-defined]
        self.fields["reach"].choices = _reaches(chosen)  # type: ignore[attr-defined]
        for name in CLASS_NAMES:
            self._add_words(name, str(CLASS_LABELS.get(name, name)))
        for key, name in names:
            self._add_words(key, _("Own text for %(platform)s") % {"platform": name})
            self.fields[f"variant-{key}"].help_text = _("Empty: the same text as the others.")

    def _add_words(self, key: str, label: str) -> None:
        self.fields[f"variant-{key}"] = forms.CharField(
            label=label,
            widget=forms.Textarea(WORDS),
            required=False,
            strip=False,
            validators=[not_too_long],
            initial=self.stored.variants.get(key, ""),
        )

    @property
    def shorter(self) -> list[forms.BoundField]:
        """The fields of the length classes."""
        return [self[f"variant-{name}"] for name in CLASS_NAMES]

    def own(self, platform: str) -> forms.BoundField:
        """The field of one platform's own words."""
        return self[f"variant-{platform}"]

    def clean_link(self) -> str:
        """Nobody types the scheme: https:// is put before a bare address."""
        link = str(self.cleaned_data.get("link") or "").strip()
        if not link:
            return ""
        if any(character.isspace() for character in link):
            raise forms.ValidationError(_("A link has no space. Write one address."))
        if "://" not in link:
            link = f"https://{link}"
        if not link.startswith(("https://", "http://")):
            raise forms.ValidationError(_("A link begins with https:// or http://."))
        return link

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("when") == AT and data.get("due_at") is None and "due_at" not in self.errors:
            self.add_error("due_at", _("Write the day, the month and the year."))
        return data

    def fields_read(self, channel_ids: frozenset[int]) -> DraftFields:
        """What was typed, with the stored value in the place of whatever could not be read."""
        data, stored = self.cleaned_data, self.stored
        due_at = None if data.get("when") == NOW else data.get("due_at", stored.due_at)
        return replace(
            stored,
            title=_typed(data, "title", stored.title),
            text=_typed(data, "text", stored.text),
            link=_typed(data, "link", stored.link),
            topic=data.get("topic") or stored.topic,
            due_at=due_at,
            valid_until=data.get("valid_until") if "valid_until" in data else stored.valid_until,
            variants={**stored.variants, **self._variants()},
            channel_ids=channel_ids,
        )

    def _variants(self) -> dict[str, str]:
        names = [*CLASS_NAMES, *(key for key, _name in self._platforms)]
        return {name: _typed(self.cleaned_data, f"variant-{name}", "") for name in names}


def _typed(data: Mapping[str, Any], name: str, otherwise: str) -> str:
    """Browsers send each line end as two characters; one is what is kept and counted."""
    value = data.get(name)
    return otherwise if value is None else str(value).replace("\r\n", "\n")


def _initial(stored: DraftFields, chosen: Choice) -> dict[str, Any]:
    return {
        "title": stored.title,
        "text": stored.text,
        "link": stored.link,
        "topic": stored.topic,
        "reach": chosen.reach,
        "platforms": sorted(chosen.platforms),
        "groups": sorted(chosen.groups),
        "when": AT if stored.due_at else NOW,
        "due_at": stored.due_at,
        "valid_until": stored.valid_until,
    }


def _reaches(chosen: Choice) -> list[tuple[str, str]]:
    reaches = [(choice.ALL, _("All channels")), (choice.SOME, _("By platform and kind of unit"))]
    return [*reaches, (choice.SINGLY, _("The ones chosen one by one"))] if chosen.reach == choice.SINGLY else reaches
