"""The only writers of the library: each kind of media has a module, and whoever needs it takes it from here."""

from ravi.library.services.card import make_card
from ravi.library.services.erasure import erase_media
from ravi.library.services.fitting import fit_images
from ravi.library.services.image import add_image, draw_evidence, edit_image
from ravi.library.services.stamp import stamp_image
from ravi.library.services.video import add_video, choose_picture, edit_video, set_captions

__all__ = [
    "add_image",
    "add_video",
    "choose_picture",
    "draw_evidence",
    "edit_image",
    "edit_video",
    "erase_media",
    "fit_images",
    "make_card",
    "set_captions",
    "stamp_image",
]
