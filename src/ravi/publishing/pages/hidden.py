"""Finds characters that a reader's eye does not see, so that an approver knows of them. Pure."""

import unicodedata

import regex

# What writing here needs: the half-space, and the isolates around a phone number that the composer puts in itself.
WELCOME = frozenset("\u200c\u2066\u2067\u2068\u2069\n\t")
UNSEEN = frozenset({"Cf", "Cc", "Co", "Cn"})
_EMOJI = regex.compile(r"\p{Extended_Pictographic}(?:\ufe0f|\u200d|\p{Emoji_Modifier}|\p{Extended_Pictographic})+")


def hidden_characters(text: str) -> list[str]:
    """Each hidden character in its order: format and control characters that neither Persian nor an emoji needs."""
    bare = _EMOJI.sub("", text.replace("\r\n", "\n"))
    return [letter for letter in bare if unicodedata.category(letter) in UNSEEN and letter not in WELCOME]
