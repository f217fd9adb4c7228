"""Finds in plain text what a server that reads Markdown in every message would take for formatting; pure.

This is the widest reading of what Bale's documents say (https://docs.bale.ai/, by way of libraries that quote them, read
2026-11-26): `*bold*` and `_italic_` with a space around, `[words](address)`, and back ticks around an "instant view". No sign
takes another's meaning away there, so words that hold none of these are the only ones that surely reach readers unchanged.
"""

import regex

LINK = regex.compile(r"\[[^\[\]]*+\]\(")
TICKS = regex.compile(r"`[^`]*+`")
# A sign begins something where no letter or digit stands before it, and ends it where none follows: a name_in_between, a
# code such as *4*1# and a hashtag_of_words stay what they are.
OPENS = {sign: regex.compile(rf"(?<![\p{{L}}\p{{N}}]){regex.escape(sign)}(?=\S)") for sign in "*_"}
CLOSES = {sign: regex.compile(rf"(?<=\S){regex.escape(sign)}(?![\p{{L}}\p{{N}}])") for sign in "*_"}


def place_of_misreading(text: str) -> int | None:
    """Where the first such piece begins, in code points; None where there is none."""
    places = [found.start() for shape in (LINK, TICKS) if (found := shape.search(text))]
    for sign, opens in OPENS.items():
        opened = opens.search(text)
        closed = opened and CLOSES[sign].search(text, opened.start() + 2)
        if opened and closed:
            places.append(opened.start())
    return min(places, default=None)


def line_of_misreading(text: str) -> int | None:
    """The line of the first such piece, counted from 1."""
    place = place_of_misreading(text)
    return None if place is None else text.count("\n", 0, place) + 1
