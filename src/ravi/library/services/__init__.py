"""The only writers of the library: each kind of media has a module, and whoever needs it takes it from here."""

from ravi.library.services.card import make_card
from ravi.library.services.erasure import erase_media
from ravi.library.services.fitting import fit_images
from ravi.library.services.image import add_image, draw_evidence, edit_image
from ravi.library.services.stamp import stamp_image

__all__ = ["add_image", "draw_evidence", "edit_image", "erase_media", "fit_images", "make_card", "stamp_image"]
