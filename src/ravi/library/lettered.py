"""Calls the letterer: a child process without Ravi's environment and with a time limit; its answer is checked."""

import json
from typing import Any

from ravi.core.calendar import number
from ravi.library.card import Card
from ravi.library.drawing import MEDIA_TYPES, Drawn, asked
from ravi.library.errors import SENTENCES, ImageRefused
from ravi.library.rules import image_format
from ravi.library.stamp import Stamp

LONGEST_SHOWN = 40


def letter_card(card: Card) -> Drawn:
    """The card as a picture. Raises ImageRefused: too many words, a word too wide, no letters here."""
    return _lettered({"card": card.recipe()}, b"")


def letter_stamp(content: bytes, stamp: Stamp) -> Drawn:
    """One of our own kept images with the name on it. Raises ImageRefused."""
    return _lettered({"stamp": stamp.recipe()}, content)


def _lettered(order: dict[str, Any], content: bytes) -> Drawn:
    answer, drawn = asked("lettering", [], json.dumps(order).encode() + b"\n" + content)
    if "refused" in answer:
        raise _refusal(answer)
    media_type = MEDIA_TYPES.get(image_format(drawn[:16]) or "")
    if media_type is None or media_type != answer["media_type"]:
        raise ImageRefused("damaged")
    return Drawn(drawn, media_type, int(answer["width"]), int(answer["height"]))


def _refusal(answer: dict[str, Any]) -> ImageRefused:
    code = answer["refused"] if answer["refused"] in SENTENCES else "damaged"
    if code == "card_too_long":
        return ImageRefused(code, room=number(int(answer["room"])), lines=number(int(answer["lines"])))
    if code == "word_too_wide":
        word = str(answer["word"])
        return ImageRefused(code, word=word if len(word) <= LONGEST_SHOWN else word[:LONGEST_SHOWN] + "…")
    return ImageRefused(code)
