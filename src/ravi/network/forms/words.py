"""The words of a version: text and shorter texts, key messages, sources, what changed, until when it holds."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ravi.core.calendar import in_tehran
from ravi.core.fields import JalaliDateTimeField
from ravi.network.draft import Source, VersionFields
from ravi.network.pages.shorter import SHORTER, name_of
from ravi.network.rules import MOST_SOURCES
from ravi.publishing.rules import LONGEST_TEXT, LONGEST_TITLE


class WordsForm(forms.Form):
    """`kept` is what stands in the version: the facts, and variants by platform, which this form does not ask."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, required=False)
    text = forms.CharField(
        label=_("Text"),
        help_text=format_lazy(
            "{said} {{{name}}}",
            said=_("Where a fact belongs, write its name in braces, like this:"),
            name=pgettext_lazy("the name of a fact", "date"),
        ),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": "10"}),
    )
    valid_until = JalaliDateTimeField(label=_("Holds until the end of"), with_time=False, required=False)
    key_messages = forms.CharField(
        label=_("Key messages, one a line"), required=False, max_length=4_000, widget=forms.Textarea({"rows": "3"})
    )
    what_changed = forms.CharField(
        label=_("What changed since the last version?"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea({"rows": "2"}),
    )
    revision = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, kept: VersionFields, revision: int, number: int = 1) -> None:
        super().__init__(data, initial=_said(kept) | {"revision": str(revision)})
        self.kept = kept
        for name in SHORTER:
            self.fields[f"v_{name}"] = forms.CharField(
                label=name_of(name),
                required=False,
                max_length=LONGEST_TEXT,
                widget=forms.Textarea({"rows": "3"}),
            )
        self.source_rows = min(len(kept.sources) + 2, MOST_SOURCES)
        for place in range(self.source_rows):
            self.fields |= dict(_source_fields(place))
        if number == 1:
            del self.fields["what_changed"]

    def shorter(self) -> list[forms.BoundField]:
        """The shorter texts."""
        return [self[f"v_{name}"] for name in SHORTER]

    def sources(self) -> list[list[forms.BoundField]]:
        """The sources, row by row."""
        return [[self[f"source_{place}_{name}"] for name in _SOURCE] for place in range(self.source_rows)]

    def fields_said(self) -> VersionFields:
        """What the services are given."""
        said = self.cleaned_data
        others = {name: text for name, text in self.kept.variants.items() if name not in SHORTER}
        return replace(
            self.kept,
            title=said["title"],
            text=said["text"],
            valid_until=said["valid_until"],
            what_changed=said.get("what_changed", self.kept.what_changed),
            key_messages=tuple(said["key_messages"].splitlines()),
            variants=others | {name: said[f"v_{name}"] for name in SHORTER},
            sources=tuple(self._source(place) for place in range(self.source_rows)),
        )

    def _source(self, place: int) -> Source:
        said = {name: self.cleaned_data[f"source_{place}_{name}"] for name in _SOURCE}
        return Source(**(said | {"dated": in_tehran(said["dated"]).date() if said["dated"] else None}))


_SOURCE = ("title", "link", "dated", "reviewer")


def _source_fields(place: int) -> Iterator[tuple[str, forms.Field]]:
    yield f"source_{place}_title", forms.CharField(label=_("Source"), max_length=300, required=False)
    yield (
        f"source_{place}_link",
        forms.CharField(label=_("Its link"), max_length=2_000, required=False, widget=forms.TextInput({"dir": "ltr"})),
    )
    yield f"source_{place}_dated", JalaliDateTimeField(label=_("Dated"), with_time=False, required=False)
    yield (
        f"source_{place}_reviewer",
        forms.CharField(
            label=_("Who looked at it"),
            help_text=_("This name stands on the message’s public page, for everybody to read."),
            max_length=200,
            required=False,
        ),
    )


def _said(kept: VersionFields) -> dict[str, Any]:
    sources = {
        f"source_{place}_{name}": in_tehran(value) if name == "dated" and value else value
        for place, source in enumerate(kept.sources)
        for name, value in vars(source).items()
    }
    texts = {f"v_{name}": kept.variants.get(name, "") for name in SHORTER}
    said = {name: getattr(kept, name) for name in ("title", "text", "valid_until", "what_changed")}
    return said | texts | sources | {"key_messages": "\n".join(kept.key_messages)}
