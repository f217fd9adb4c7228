"""Reads a comment on a passage, and an answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

WORDS = {"rows": 3, "dir": "auto"}


class CommentForm(forms.Form):
    """A passage, chosen or pasted, and what is said about it."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    passage = forms.ChoiceField(label=_("Which sentence?"), widget=forms.RadioSelect, required=False)
    quote = forms.CharField(
        label=_("Or only some words of it"),
        help_text=_("As they stand in the text."),
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
        max_length=2000,
        required=False,
    )
    words = forms.CharField(label=_("What about it?"), widget=forms.Textarea(WORDS), max_length=4000)

    def __init__(self, *args: Any, passages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.passages = passages
        choices = [(str(n), passage) for n, passage in enumerate(passages)]
        self.fields["passage"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("quote") and not data.get("passage") and "passage" not in self.errors:
            self.add_error("passage", _("Choose a sentence, or write the words that you mean."))
        return data

    @property
    def marked(self) -> str:
        """The words that somebody wrote, else the sentence that they chose."""
        return str(self.cleaned_data["quote"]) or self.passages[int(self.cleaned_data["passage"])]


class AnswerForm(forms.Form):
    """An answer to a comment."""

    words = forms.CharField(label=_("Your answer"), widget=forms.Textarea(WORDS), max_length=4000)
