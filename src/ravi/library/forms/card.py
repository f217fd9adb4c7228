"""Asks for the words of a text card, its shape and its colours."""

from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ravi.accounts.models import Unit
from ravi.core import calendar
from ravi.core.calendar import number
from ravi.library.card import LONGEST_TITLE, LONGEST_WORDS, Card, Shape, Theme
from ravi.library.lettering.paragraph import direction
from ravi.library.lettering.sign import lacking, named
from ravi.text.normalise import normalise

SHAPES = [
    (Shape.SQUARE.value, gettext_lazy("Square: for every platform")),
    (Shape.PORTRAIT.value, gettext_lazy("Upright: Instagram's page")),
    (Shape.STORY.value, gettext_lazy("Tall: stories")),
    (Shape.WIDE.value, gettext_lazy("Wide: sites, X, Aparat")),
]
THEMES = [
    (Theme.PAPER.value, gettext_lazy("Paper")),
    (Theme.LAPIS.value, gettext_lazy("Lapis")),
    (Theme.SAFFRON.value, gettext_lazy("Saffron")),
    (Theme.INK.value, gettext_lazy("Ink")),
    (Theme.VERMILION.value, gettext_lazy("Vermilion: warnings")),
]


class CardForm(forms.Form):
    """The words as they will stand on the card: in Persian spelling, and in signs that the letters have."""

    title = forms.CharField(label=gettext_lazy("Title of the card"), required=False)
    words = forms.CharField(
        label=gettext_lazy("Words of the card"),
        help_text=gettext_lazy("The fewer words, the larger they stand. A new line begins a new paragraph."),
        widget=forms.Textarea({"rows": 7, "dir": "auto"}),
        required=False,
    )
    shape = forms.ChoiceField(
        label=gettext_lazy("Shape"), choices=SHAPES, initial=Shape.SQUARE.value, widget=forms.RadioSelect
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Colours"), choices=THEMES, initial=Theme.PAPER.value, widget=forms.RadioSelect
    )

    def clean_title(self) -> str:
        """One line."""
        return _readable(" ".join(self.cleaned_data["title"].split()), LONGEST_TITLE)

    def clean_words(self) -> str:
        """Line ends as they are kept, and no more than fit any card."""
        lines = self.cleaned_data["words"].replace("\t", " ").splitlines()
        return _readable("\n".join(line.strip() for line in lines).strip(), LONGEST_WORDS)

    def clean(self) -> dict[str, Any]:
        """A card says something."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "title" in data and "words" in data and not (data["title"] or data["words"]):
            self.add_error("words", _("Write what the card says."))
        return data

    def card(self, unit: Unit) -> Card:
        """The card of a filled form, signed by `unit` today, in the language that its words begin with."""
        data = self.cleaned_data
        lang = "fa" if direction(f"{data['title']}\n{data['words']}") == "rtl" else "en"
        with translation.override(lang):
            day = calendar.day(calendar.today())
        signed = [unit.institution.name, day] if unit.institution.name != unit.name else [day]
        below = ("، " if lang == "fa" else ", ").join(signed)
        return Card(data["title"], data["words"], Shape(data["shape"]), Theme(data["theme"]), unit.name, below, lang)


def _readable(text: str, most: int) -> str:
    settled = normalise(text)
    if len(settled) > most:
        told = {"count": number(len(settled)), "most": number(most)}
        raise forms.ValidationError(_("This has %(count)s characters, and a card takes %(most)s at most.") % told)
    if signs := lacking(settled):
        told = {"signs": named(signs)}
        raise forms.ValidationError(_("A card's letters have no %(signs)s. Take it out, or say it in words.") % told)
    return settled
