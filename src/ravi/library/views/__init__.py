"""The library's pages: the shelf, what is put on it, one piece of it, its bytes and those of what was drawn from it."""

from ravi.library.views.adding import new
from ravi.library.views.erasure import erasure
from ravi.library.views.media import media, media_file, rendition_file
from ravi.library.views.shelf import shelf

__all__ = ["erasure", "media", "media_file", "new", "rendition_file", "shelf"]
