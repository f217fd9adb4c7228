"""Where a place in a text stands when others count it: from code points to UTF-16 units and back."""


def utf16_offset(text: str, place: int) -> int:
    """The UTF-16 units before the code point at `place`; `len(text)` is the end."""
    return place + sum(1 for character in text[:place] if character > "\uffff")


def place_of_utf16(text: str, offset: int) -> int:
    """The code point that begins after `offset` UTF-16 units. Raises ValueError inside a character and behind the end."""
    place = before = 0
    while before < offset and place < len(text):
        before += 2 if text[place] > "\uffff" else 1
        place += 1
    if before != offset:
        raise ValueError(f"no character begins at UTF-16 offset {offset}")
    return place
