"""What the library asks for: an image with its words, the words of a card, or why something is erased."""

from ravi.library.forms.card import CardForm
from ravi.library.forms.erasure import ErasureForm
from ravi.library.forms.image import ImageForm, WordsForm
from ravi.library.forms.stamp import StampForm

__all__ = ["CardForm", "ErasureForm", "ImageForm", "StampForm", "WordsForm"]
