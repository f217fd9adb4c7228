"""What the library keeps: media with what people said of them, and what was drawn from them for platforms."""

from ravi.library.models.media import Media
from ravi.library.models.rendition import Rendition

__all__ = ["Media", "Rendition"]
