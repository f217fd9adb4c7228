"""Asks for an image and for the words about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Person, Unit
from ravi.library.errors import SENTENCES, AlreadyHere, ImageRefused
from ravi.library.models import Media
from ravi.library.rules import MAX_BYTES, needs_consent
from ravi.library.services import add_image, stamp_image


class WordsForm(forms.Form):
    """What is said about an image: the words for it, and whether somebody can be recognised."""

    chosen = ""  # the field whose file a browser does not keep when the page comes back

    alt_text = forms.CharField(
        label=_("What is in the image?"),
        help_text=_("For those who do not see it. Write out every word that stands in the image."),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": SENTENCES["no_alt_text"]},
    )
    shows_people = forms.ChoiceField(
        label=_("Can somebody be recognised?"),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether somebody can be recognised.")},
    )
    consent_reference = forms.CharField(
        label=_("Where is their consent kept?"),
        help_text=_("Number or place of the signed form. Needed only if somebody can be recognised."),
        max_length=200,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Consent is asked for where somebody can be recognised."""
        cleaned: dict[str, Any] = super().clean() or {}
        reference = cleaned.get("consent_reference", "")
        if needs_consent(cleaned.get("shows_people") == "yes", reference):
            self.add_error("consent_reference", SENTENCES["no_consent"])
        if self.errors and cleaned.get(self.chosen):
            self.add_error(self.chosen, _("Choose the file once more: a browser does not keep it."))
        return cleaned

    def words(self) -> dict[str, Any]:
        """The arguments of the services."""
        return {
            "alt_text": self.cleaned_data["alt_text"],
            "shows_people": self.cleaned_data["shows_people"] == "yes",
            "consent_reference": self.cleaned_data["consent_reference"],
        }


class ImageForm(WordsForm):
    """A new image with its words."""

    chosen = "image"
    image = forms.FileField(
        label=_("Image"),
        help_text=_("JPEG, PNG or WebP, at most 20 MB. Place and camera data are taken out."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        error_messages={"required": _("Choose an image."), "empty": _("This file is empty. Choose another.")},
    )
    twin: Media | None = None  # what is here already with the same bytes
    named = forms.BooleanField(
        label=_("Put our name on it"),
        help_text=_("The name of the unit, small, in the calmest corner; the image without it stays in the library."),
        required=False,
    )
    without_name = ""  # why no name was put on it, where one was asked for
    field_order = ("image", "alt_text", "shows_people", "consent_reference", "named")

    def clean_image(self) -> Any:
        """Too large is said here, before anything is read."""
        upload = self.cleaned_data["image"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(SENTENCES["too_large"], code="too_large")
        return upload

    def save(self, *, unit: Unit, by: Person) -> Media:
        """Keep the image, and give the one with the name where that is asked. Raises ImageRefused, PermissionDenied."""
        is_named = self.cleaned_data["named"]
        try:
            media = add_image(self.cleaned_data["image"], unit=unit, by=by, **self.words())
        except AlreadyHere as known:
            if not is_named:
                raise
            raise AlreadyHere(self._named(known.media, by)) from known
        return self._named(media, by) if is_named else media

    def _named(self, media: Media, by: Person) -> Media:
        """An image on which no name can be put is kept without it: nobody has to choose the file again."""
        try:
            return stamp_image(media, by=by)
        except ImageRefused as refused:
            self.without_name = _("The image was kept without the name: %(why)s") % {"why": refused}
            return media
