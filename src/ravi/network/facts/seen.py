"""A text as the eye takes it: one form per letter and digit, nothing invisible, with the way back to the text itself."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Marking and rules that the eye reads over; a reader joins the words on both sides.
_OVERREAD = frozenset("*_~`\\\u0640")
_LETTERS = str.maketrans("يىكةۀھہە", "ییکههههه")


@dataclass(frozen=True)
class Seen:
    """`text` in one form; `places[i]` is where its character i stands in the text that was read."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the read text that `text[start:end]` was made from."""
        return self.places[start], self.places[end - 1] + 1


def see(text: str) -> Seen:
    """Latin digits, Persian letters, lower case; invisible characters, vowels and marking left out."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in _forms(character):
            letters.append(letter)
            places.append(place)
    return Seen("".join(letters), tuple(places))


def fold(text: str) -> str:
    """The form alone."""
    return see(text).text


def is_unseen(character: str) -> bool:
    """Whether the eye passes over it: no width, or marking."""
    return character in _OVERREAD or (unicodedata.category(character) in ("Cf", "Cc") and character not in "\n\t\r")


def _forms(character: str) -> Iterator[str]:
    if is_unseen(character):
        return
    digit = unicodedata.digit(character, None)
    if digit is not None:
        yield str(digit)
        return
    for letter in unicodedata.normalize("NFKC", character).translate(_LETTERS).lower():
        if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
            continue
        yield " " if letter.isspace() and letter != "\n" else letter
