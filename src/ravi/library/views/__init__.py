"""The library's pages: the shelf, what is put on it and made for it, one piece of it, its bytes and what belongs to it."""

from ravi.library.views.adding import new
from ravi.library.views.card import card_preview, new_card
from ravi.library.views.erasure import erasure
from ravi.library.views.media import media, media_file, rendition_file
from ravi.library.views.shelf import shelf
from ravi.library.views.stamp import stamp
from ravi.library.views.video import captions, picture

__all__ = [
    "captions",
    "card_preview",
    "erasure",
    "media",
    "media_file",
    "new",
    "new_card",
    "picture",
    "rendition_file",
    "shelf",
    "stamp",
]
