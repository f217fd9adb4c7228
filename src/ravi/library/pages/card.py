"""A card while somebody writes it: the form, how it would look, and what it begins with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from ravi.accounts.models import Person, Unit
from ravi.library.card import LONGEST_TITLE, LONGEST_WORDS, MEASURES, Shape
from ravi.library.errors import ImageRefused
from ravi.library.forms import CardForm
from ravi.library.lettered import letter_card
from ravi.library.lettering.sign import lacking, named, without_lacking
from ravi.library.models import Media
from ravi.library.rules import Making
from ravi.library.services import make_card

NAMES = ("title", "words", "shape", "theme")


@dataclass(frozen=True)
class Beginning:
    """What a card begins with; `left_out` are signs of the text that the letters lack, as a sentence shows them."""

    values: Mapping[str, str]
    left_out: str = ""


def beginning(title: str, texts: list[str]) -> Beginning:
    """From a message: the longest of its texts that a card takes, else the first as it is, for its writer to shorten."""
    bare = [without_lacking(text) for text in texts if text.strip()]
    fitting = [text for text in bare if len(text) <= LONGEST_WORDS]
    words = max(fitting, key=len) if fitting else next(iter(bare), "")
    head = without_lacking(title)
    if head and words.startswith(head):
        words = words.removeprefix(head).lstrip(" .:؛\n")
    signs = lacking("\n".join([title, *texts]).replace("\t", " "))
    return Beginning({"title": head if len(head) <= LONGEST_TITLE else "", "words": words}, named(signs))


def again(media: Media | None) -> Beginning:
    """From a card that is kept; nothing from any other image, nor from one that was erased."""
    if media is None or media.made_as != Making.CARD or media.erased_at is not None:
        return Beginning({})
    return Beginning({name: str(media.recipe.get(name, "")) for name in NAMES})


class CardDesk:
    """One request to a page that makes a card for `unit`."""

    def __init__(self, request: HttpRequest, unit: Unit, start: Beginning) -> None:
        self.unit, self.start = unit, start
        self.form = CardForm(request.POST if request.method == "POST" else None, initial=dict(start.values))
        self.is_shown = False
        if request.method == "POST":
            self._look(self.form)
        elif start.values.get("words") or start.values.get("title"):
            self._look_at_beginning()

    def _look(self, form: CardForm) -> None:
        """Whether it can be drawn; what is wrong is said in the form."""
        if not form.is_valid():
            return
        try:
            letter_card(form.card(self.unit))
        except ImageRefused as refused:
            form.add_error(None, str(refused))
        else:
            self.is_shown = True

    def _look_at_beginning(self) -> None:
        """A text that fits is shown at once; one that does not is told why."""
        fields = {name: field.initial for name, field in self.form.fields.items()} | dict(self.start.values)
        form = CardForm(fields)
        self._look(form)
        self.form = form

    def keep(self, by: Person) -> Media | None:
        """The card as an image of the unit; None with a sentence in the form."""
        if not self.is_shown:
            return None
        try:
            return make_card(self.form.card(self.unit), unit=self.unit, by=by)
        except ImageRefused as refused:
            self.form.add_error(None, str(refused))
            return None

    def context(self) -> dict[str, Any]:
        """Everything for the template's part."""
        return {"form": self.form, "unit": self.unit, "left_out": self.start.left_out, "shown": self._shown()}

    def _shown(self) -> dict[str, Any] | None:
        if not self.is_shown:
            return None
        data = self.form.cleaned_data
        asked = {name: data[name] for name in NAMES} | {"unit": self.unit.pk}
        measures = MEASURES[Shape(data["shape"])]
        return {
            "url": f"{reverse('library:card_preview')}?{urlencode(asked)}",
            "alt": self.form.card(self.unit).said,
            "width": measures.width,
            "height": measures.height,
        }
