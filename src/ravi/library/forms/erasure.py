"""Asks why an image or a video is erased."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ravi.library.errors import SENTENCES
from ravi.library.models.media import ERASE_REASONS
from ravi.library.rules import LONGEST_REASON, EraseReason


class ErasureForm(forms.Form):
    """Why something is erased: what everybody will read in its place."""

    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=[*ERASE_REASONS.items(), (EraseReason.OTHER, _("another reason"))],
        widget=forms.RadioSelect,
        error_messages={"required": SENTENCES["no_reason"]},
    )
    note = forms.CharField(
        label=_("Another reason, in a few words"),
        help_text=_("Colleagues read it in the image's place. Name nobody."),
        max_length=LONGEST_REASON,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Another reason is said in words."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("reason") == EraseReason.OTHER and not cleaned.get("note", "").strip():
            self.add_error("note", SENTENCES["no_reason"])
        return cleaned
