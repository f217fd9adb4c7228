"""Says in words which letter it is, so that people see what the eye cannot: a zero for an o, a Cyrillic а for an a."""

import unicodedata

from django.utils.translation import gettext as _


def letters(text: str) -> str:
    """A phrase for one differing stretch: "the digit 0", "the letter o", "nothing" for an empty one."""
    if not text:
        return _("without it")
    if len(text) > 1:
        return _("with “%(text)s”") % {"text": isolated(text)}
    return _one(text)


def isolated(text: str) -> str:
    """Latin text inside a Persian sentence keeps its own direction."""
    return f"\u2066{text}\u2069"


def _one(char: str) -> str:
    if char in "0123456789":
        return _("with the digit %(char)s") % {"char": isolated(char)}
    if char.isascii() and char.isalpha():
        return _("with the letter %(char)s") % {"char": isolated(char)}
    if char.isascii() and char.isprintable():
        return _("with the sign %(char)s") % {"char": isolated(char)}
    name = unicodedata.name(char, "")
    if name.startswith("CYRILLIC"):
        return _("with a Cyrillic letter")
    if name.startswith("GREEK"):
        return _("with a Greek letter")
    if not char.isprintable():
        return _("with a letter that cannot be seen")
    return _("with a letter of another script")
