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
    "no_letters": _(
        "Words cannot be drawn yet: this server lacks FriBidi. Whoever looks after Ravi installs libfribidi0;"
        " everything else works meanwhile."
    ),
    "card_too_long": _(
        "There is room for %(room)s lines at the smallest type, and these words need %(lines)s. Choose a taller shape or"
        " write less."
    ),
    "word_too_wide": _("“%(word)s” is wider than the picture. Write it shorter."),
    "too_small_for_name": _("This image is too small for a name: a side of it has fewer than %(side)s pixels."),
    "no_name_on_video": _("A name can be put on images only."),
    "bytes_gone": _("This image was erased."),
    "not_kept": _("The image could not be kept; the rest of the form is still here. Try again in some minutes."),
}


class ImageRefused(Exception):
    """`code` names the situation; the text is a sentence, with `facts` where it speaks of them."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(str(SENTENCES[code]) % facts if facts else str(SENTENCES[code]))
        self.code = code


class MediaRefused(ImageRefused):
    """An act on what the library has that is not possible; nothing has changed."""


class AlreadyHere(ImageRefused):
    """The unit has these very bytes: `media`. Nothing was kept a second time."""

    def __init__(self, media: "Media") -> None:
        super().__init__("here_already")
        self.media = media
