"""What people type about copies: a stop, an answer about an unknown one, a new time for those that waited."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ravi.core.fields import JalaliDateTimeField
from ravi.delivery.rules import Scope, Verdict

VERDICTS = [(verdict.value, verdict.value) for verdict in Verdict]


class StopForm(forms.Form):
    """A stop acts at once; the reason may come later, or never."""

    target = forms.ChoiceField(label=gettext_lazy("What should stop?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("Colleagues read it beside the stop."),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )
    removals_too = forms.BooleanField(
        label=gettext_lazy("Hold removals too"),
        help_text=gettext_lazy("Otherwise withdrawn messages are still taken down while sending is stopped."),
        required=False,
    )

    def __init__(self, *args: Any, targets: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["target"].choices = targets  # type: ignore[attr-defined]

    @property
    def scope_and_key(self) -> tuple[Scope, str]:
        """What was chosen, in the ledger's words."""
        scope, _colon, key = self.cleaned_data["target"].partition(":")
        return Scope(scope), key


AGAIN = gettext_lazy("This copy was tried again since you looked. Look once more, then answer.")


class VerdictForm(forms.Form):
    """What a person found on the channel, after the attempt that stood on the page."""

    attempt = forms.IntegerField(error_messages={"required": AGAIN, "invalid": AGAIN})
    verdict = forms.ChoiceField(choices=VERDICTS)
    link = forms.CharField(
        label=gettext_lazy("Its address, if it is there"),
        widget=forms.TextInput({"dir": "ltr", "inputmode": "url"}),
        max_length=2000,
        required=False,
    )

    def clean_link(self) -> str:
        """An address begins with https:// or http://; the scheme may be left out."""
        link = str(self.cleaned_data.get("link") or "").strip()
        if link and "://" not in link:
            link = f"https://{link}"
        if link and (not link.startswith(("https://", "http://")) or any(letter.isspace() for letter in link)):
            raise forms.ValidationError(_("Write one address that begins with https://."))
        return link


class AnswersForm(forms.Form):
    """One answer about the ticked copies; `copies` are those that stand on the page, each after so many attempts."""

    verdict = forms.ChoiceField(choices=VERDICTS)
    copy = forms.TypedMultipleChoiceField(
        coerce=lambda value: int(value.partition("-")[0]),
        error_messages={
            "required": gettext_lazy("Tick the copies that you looked for."),
            "invalid_choice": gettext_lazy("Something here has changed since you looked. Look once more, then answer."),
        },
    )

    def __init__(self, *args: Any, copies: Iterable[tuple[int, int]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["copy"].choices = [(f"{pk}-{attempt}", pk) for pk, attempt in copies]  # type: ignore[attr-defined]


SEND, MOVE, DROP = "send", "move", "drop"
BY_STOP, BY_KEY = "stop", "key"


class HeldForm(forms.Form):
    """What becomes of the copies that waited: now, at a time, or not at all."""

    post = forms.IntegerField(widget=forms.HiddenInput)
    copy = forms.IntegerField(widget=forms.HiddenInput, required=False)  # this one alone
    why = forms.ChoiceField(choices=[(BY_STOP, BY_STOP), (BY_KEY, BY_KEY)], required=False)  # held by that alone
    act = forms.ChoiceField(
        choices=[(SEND, SEND), (MOVE, MOVE), (DROP, DROP)],
        error_messages={"required": gettext_lazy("Say what should become of these copies.")},
    )
    due_at = JalaliDateTimeField(label=gettext_lazy("New day and time"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("act") == MOVE and data.get("due_at") is None and "due_at" not in self.errors:
            self.add_error("due_at", _("Write the day, the month and the year."))
        return data
