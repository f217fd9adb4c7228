"""Reads a template: its words, and for every blank in them what belongs there."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ravi.accounts.models import Unit
from ravi.core.fields import PersianIntegerField
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.values import LONGEST_UNIT, key
from ravi.network.models import Fact
from ravi.network.template import (
    LISTED,
    LONGEST_TEMPLATE,
    MOST_DAYS,
    SHORT,
    Blank,
    TemplateWords,
    likely_kind,
    names_in,
)
from ravi.platforms.compose import FULL
from ravi.publishing.draft import TITLE
from ravi.publishing.models import Post
from ravi.text.normalise import normalise

WORDS = {"rows": 8, "dir": "auto"}


class TemplateForm(forms.Form):
    """The words first; then one row per blank that they name. `has_new_blanks`: of some nothing was said yet."""

    unit = forms.ModelChoiceField(
        label=gettext_lazy("Whose template it is"), queryset=Unit.objects.none(), empty_label=None
    )
    name = forms.CharField(
        label=gettext_lazy("Its name"), max_length=100, help_text=gettext_lazy("Officers find it by this name.")
    )
    topic = forms.ChoiceField(label=gettext_lazy("What it is about"), choices=Post.TopicChoice.choices)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        help_text=gettext_lazy(
            "Put the name of each blank in braces. Whoever fills it in writes nothing but the blanks."
        ),
        max_length=LONGEST_TEMPLATE,
        strip=False,
        widget=forms.Textarea(attrs=WORDS),
    )
    short = forms.CharField(
        label=gettext_lazy("Shorter text"),
        help_text=gettext_lazy("For platforms on which the text is too long."),
        required=False,
        max_length=LONGEST_TEMPLATE,
        strip=False,
        widget=forms.Textarea(attrs=WORDS | {"rows": 4}),
    )
    days = PersianIntegerField(
        label=gettext_lazy("For how many days such a message holds"), initial=7, min_value=1, max_value=MOST_DAYS
    )
    emergency = forms.BooleanField(
        label=gettext_lazy("For emergencies"),
        help_text=gettext_lazy(
            "Only for health advice. A health expert signs the words; then what is filled in goes out at once, and an "
            "expert looks at it within 24 hours."
        ),
        required=False,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, units: Any, initial: dict[str, Any], blanks: tuple[Blank, ...] = ()
    ) -> None:
        source = data if data is not None else initial
        said = {part: str(source.get(part, "") or "") for part in (TITLE, "text", SHORT)}
        self.names = names_in(TemplateWords(said[TITLE], said["text"], said[SHORT]))
        told = data and {f"kind_{key(name)}": str(_likely(name)) for name in self.names} | data.dict()
        super().__init__(told, initial=initial)
        self.has_new_blanks = bool(data) and any(f"kind_{key(name)}" not in data for name in self.names)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if units is None:
            del self.fields["unit"]
        known = {key(one.name): one for one in blanks}
        for name in self.names:
            self._ask(name, known.get(key(name)))

    @property
    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """(name of a blank, what is asked about it)."""
        return [(name, [self[f"{part}_{key(name)}"] for part in ("kind", "choices", "counted")]) for name in self.names]

    def words(self) -> TemplateWords:
        """As a value, not yet judged."""
        said = self.cleaned_data
        blanks = tuple(self._blank(name) for name in self.names)
        parts = (said[TITLE], said["text"], said[SHORT])
        return TemplateWords(*parts, said["topic"], said["days"], blanks, said["emergency"])

    def _ask(self, name: str, known: Blank | None) -> None:
        mark = key(name)
        kind = known.kind if known else _likely(name)
        self.fields[f"kind_{mark}"] = forms.ChoiceField(
            label=_("What belongs there"), choices=Fact.KindChoice.choices, initial=str(kind)
        )
        self.fields[f"choices_{mark}"] = forms.CharField(
            label=_("The places or addresses to choose from, one per line"),
            help_text=_("Only for a place or a link. The unit's own name, and those below it, can always be chosen."),
            required=False,
            initial="\n".join(known.choices) if known else "",
            widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        )
        self.fields[f"counted_{mark}"] = forms.CharField(
            label=_("What the number counts"),
            help_text=_("Only for a number: metres, people."),
            required=False,
            max_length=LONGEST_UNIT,
            initial=known.unit if known else "",
        )

    def _blank(self, name: str) -> Blank:
        mark, said = key(name), self.cleaned_data
        kind = FactKind(said[f"kind_{mark}"])
        lines = (line.strip() for line in said[f"choices_{mark}"].splitlines())
        tidy = (normalise(line) if kind is FactKind.PLACE else line for line in lines if line)
        choices = tuple(dict.fromkeys(tidy)) if kind in LISTED else ()
        unit = normalise(said[f"counted_{mark}"]).strip() if kind is FactKind.COUNT else ""
        return Blank(name, kind, choices, unit)


def _likely(name: str) -> FactKind:
    return likely_kind(name) or FactKind.DATE


def initial_of(words: TemplateWords) -> dict[str, Any]:
    """What the form shows of these words."""
    return {
        TITLE: words.title, "text": words.parts[FULL], SHORT: words.short, "topic": words.topic, "days": words.days,
        "emergency": words.emergency,
    }  # fmt: skip
