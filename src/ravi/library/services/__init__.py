"""The only writers of the library: each kind of media has a module, and whoever needs it takes it from here."""

from ravi.library.services.fitting import fit_images, forget_renditions
from ravi.library.services.image import add_image, draw_evidence, edit_image

__all__ = ["add_image", "draw_evidence", "edit_image", "fit_images", "forget_renditions"]
