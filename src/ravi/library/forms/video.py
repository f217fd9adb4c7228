"""Asks for a video with its words, its captions and its picture."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Person, Unit
from ravi.library.forms.image import WordsForm
from ravi.library.models import Media
from ravi.library.rules import MAX_BYTES as MAX_IMAGE_BYTES
from ravi.library.services import add_video, choose_picture, set_captions
from ravi.library.video_errors import SENTENCES, VideoRefused
from ravi.library.video_rules import MAX_BYTES
from ravi.text.numbers import NotANumber, parse_number

LANGUAGES = [
    ("fa", _("Persian")),
    ("az", _("Azerbaijani")),
    ("ckb", _("Kurdish (Sorani)")),
    ("ar", _("Arabic")),
    ("en", _("English")),
]
PICTURE_TYPES = "image/jpeg,image/png,image/webp"


def _captions_field() -> forms.FileField:
    return forms.FileField(
        label=_("Captions"),
        help_text=_("A WebVTT or SRT file: what is said, for those who do not hear it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".vtt,.srt,text/vtt,application/x-subrip"}),
        error_messages={"empty": _("This file is empty. Choose another.")},
        required=False,
    )


def _captions_lang_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Language of the captions"), choices=LANGUAGES, initial="fa", required=False)


def _picture_field() -> forms.FileField:
    return forms.FileField(
        label=_("Picture before it plays"),
        help_text=_("Leave it empty and Ravi takes one out of the video; you can change it later."),
        widget=forms.ClearableFileInput(attrs={"accept": PICTURE_TYPES}),
        error_messages={"empty": _("This file is empty. Choose another.")},
        required=False,
    )


class VideoWordsForm(WordsForm):
    """What is said about a video."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        told = self.fields["alt_text"]
        told.label = _("What is seen in the video?")
        told.help_text = _("For those who do not see it. Write out every word that stands in the picture.")
        told.error_messages["required"] = SENTENCES["no_alt_text"]


class VideoForm(VideoWordsForm):
    """A new video with its words."""

    chosen = "video"
    video = forms.FileField(
        label=_("Video"),
        help_text=_(
            "MP4, MOV or WebM, at most 100 MB and 10 minutes. Place and device are taken out. A large one is made smaller, "
            "which takes up to two minutes."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": "video/mp4,video/quicktime,video/webm"}),
        error_messages={"required": _("Choose a video."), "empty": _("This file is empty. Choose another.")},
    )
    captions = _captions_field()
    captions_lang = _captions_lang_field()
    picture = _picture_field()
    twin: Media | None = None  # what is here already with the same bytes
    field_order = ("video", "alt_text", "shows_people", "consent_reference", "captions", "captions_lang", "picture")

    def clean_video(self) -> Any:
        """Too large is said here, before anything is read."""
        upload = self.cleaned_data["video"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(str(VideoRefused("too_large")), code="too_large")
        return upload

    def clean_picture(self) -> Any:
        return _small_enough(self.cleaned_data.get("picture"))

    def save(self, *, unit: Unit, by: Person) -> Media:
        """Keep the video. Raises VideoRefused, PermissionDenied."""
        data = self.cleaned_data
        return add_video(
            data["video"],
            unit=unit,
            by=by,
            captions_file=data["captions"],
            captions_lang=data["captions_lang"],
            picture=data["picture"],
            **self.words(),
        )


class PictureForm(forms.Form):
    """Another picture for a video: the frame of a second, or an image."""

    second = forms.CharField(
        label=_("The picture at this second of the video"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "num"}),
    )
    picture = forms.FileField(
        label=_("Or an image"),
        widget=forms.ClearableFileInput(attrs={"accept": PICTURE_TYPES}),
        error_messages={"empty": _("This file is empty. Choose another.")},
        required=False,
    )

    def clean_second(self) -> int | None:
        """Milliseconds; digits of any script and either decimal sign are read."""
        typed = str(self.cleaned_data.get("second") or "").strip()
        if not typed:
            return None
        try:
            return int(parse_number(typed) * 1000)
        except NotANumber as wrong:
            raise forms.ValidationError(_("Write the second as a number.")) from wrong

    def clean_picture(self) -> Any:
        return _small_enough(self.cleaned_data.get("picture"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("second") is None and not data.get("picture") and not self.errors:
            self.add_error("second", _("Write a second, or choose an image."))
        return data

    def save(self, media: Media, *, by: Person) -> None:
        """Raises VideoRefused, PermissionDenied."""
        data = self.cleaned_data
        choose_picture(media, by=by, at_ms=data.get("second"), picture=data.get("picture") or None)


class CaptionsForm(forms.Form):
    """Captions for a video that is kept; without a file they are taken away."""

    captions = _captions_field()
    captions_lang = _captions_lang_field()

    def save(self, media: Media, *, by: Person) -> None:
        """Raises VideoRefused, PermissionDenied."""
        data = self.cleaned_data
        set_captions(media, data.get("captions") or None, lang=data.get("captions_lang") or "", by=by)


def _small_enough(picture: Any) -> Any:
    if picture and picture.size > MAX_IMAGE_BYTES:
        raise forms.ValidationError(_("This image is larger than 20 MB. Choose a smaller one."), code="too_large")
    return picture
