"""What people type about numbers: one that they saw, with what shows it, or a file of many."""

from typing import Any

from django import forms
from django.core.signing import BadSignature, dumps, loads
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ravi.core import clock
from ravi.core.fields import ImageField, JalaliDateTimeField, PersianIntegerField
from ravi.delivery.models import Reading
from ravi.delivery.readings.rules import EARLIEST, MOST, OF_CHANNEL, OF_POST, Kind
from ravi.delivery.readings.table import MOST_BYTES, is_web_address

SALT = "delivery.readings"


class ReadingForm(forms.Form):
    """One number; `of_post` says which kinds may be chosen."""

    kind = forms.ChoiceField(label=gettext_lazy("What did you count?"), widget=forms.RadioSelect)
    value = PersianIntegerField(label=gettext_lazy("The number that you saw"), min_value=0, max_value=MOST)
    taken_at = JalaliDateTimeField(label=gettext_lazy("When did you see it?"))
    link = forms.CharField(
        label=gettext_lazy("A link that shows it"),
        widget=forms.TextInput({"dir": "ltr", "inputmode": "url", "autocomplete": "off"}),
        max_length=2000,
        required=False,
    )
    picture = ImageField(
        label=gettext_lazy("Or a picture of the screen"),
        help_text=gettext_lazy("Cut it so that only the number is to be seen: no reader's name, picture or words."),
        required=False,
    )

    def __init__(self, *args: Any, of_post: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        kinds = OF_POST if of_post else OF_CHANNEL
        choices = [(kind.value, Reading.KindChoice(kind).label) for kind in kinds]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        if not of_post:
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["kind"].initial = Kind.FOLLOWERS.value

    def clean_link(self) -> str:
        """An address begins with https:// or http://; the scheme may be left out."""
        link = str(self.cleaned_data.get("link") or "").strip()
        if link and "://" not in link:
            link = f"https://{link}"
        if link and not is_web_address(link):
            raise forms.ValidationError(_("Write one address that begins with https://."))
        return link

    def clean(self) -> dict[str, Any]:
        """Without evidence a number is a rumour; one from tomorrow is none."""
        data = super().clean() or {}
        if "link" not in self.errors and not data.get("link") and not data.get("picture"):
            self.add_error("link", _("Give a link or a picture that shows the number."))
        if data.get("taken_at") is not None and data["taken_at"] > clock.now():
            self.add_error("taken_at", _("This time is still to come. Write when you saw the number."))
        elif data.get("taken_at") is not None and data["taken_at"] < EARLIEST:
            self.add_error("taken_at", _("This time is too long ago. Write when you saw the number."))
        return data


class FileForm(forms.Form):
    """A table of numbers, looked through before anything is kept."""

    file = forms.FileField(
        label=gettext_lazy("File of numbers"),
        help_text=gettext_lazy("CSV, with the columns of the files that Ravi gives out; at most 1 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty. Choose another."),
        },
    )

    def clean_file(self) -> bytes:
        """Its bytes; too large is said before it is read."""
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 1 MB. Take fewer rows at once."))
        content: bytes = upload.read()
        return content


def sealed(content: bytes) -> str:
    """A file that was looked through, to come back with the yes: no page has to be trusted to send the same one."""
    return dumps(content.decode("latin-1"), salt=SALT, compress=True)


def unsealed(text: str) -> bytes | None:
    """The file of `sealed`, for an hour; None for anything else."""
    try:
        return str(loads(text, salt=SALT, max_age=3600)).encode("latin-1")
    except (BadSignature, UnicodeError):
        return None
