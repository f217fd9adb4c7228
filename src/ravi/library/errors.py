"""Why an image was not kept, as sentences; whoever uploaded it loses nothing else of the form."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from ravi.library.models import Media

SENTENCES = {
    "too_large": _("This file is larger than 20 MB. Make it smaller and choose it again."),
    "too_many_pixels": _("This image has more than 50 million pixels. Make it smaller and choose it again."),
    "not_an_image": _("This is no JPEG, PNG, WebP or GIF image, whatever its name says. Choose a photo or a poster."),
    "damaged": _("This image is damaged and cannot be opened. Save it anew and choose it again."),
    "too_heavy": _("This image takes too long to open. Save it smaller and choose it again."),
    "no_alt_text": _("Say what is in the image, for those who do not see it."),
    "no_consent": _("Somebody can be recognised: write where their consent is kept."),
    "here_already": _("This picture is here already. Use the one that is here, with its words."),
    "erased": _("This image was erased; nothing can be said about it any more."),
    "erased_already": _("Somebody has erased it already."),
    "used_meanwhile": _(
        "Somebody put it into a message at this very moment. Nothing was erased. Look again what carries it."
    ),
    "no_reason": _("Say why it is erased; the reason stands in its place."),
    "not_kept": _("The image could not be kept; the rest of the form is still here. Try again in some minutes."),
}


class ImageRefused(Exception):
    """`code` names the situation; the text is a sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(str(SENTENCES[code]))
        self.code = code


class MediaRefused(ImageRefused):
    """An act on what the library has that is not possible; nothing has changed."""


class AlreadyHere(ImageRefused):
    """The unit has these very bytes: `media`. Nothing was kept a second time."""

    def __init__(self, media: "Media") -> None:
        super().__init__("here_already")
        self.media = media
