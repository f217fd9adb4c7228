"""Draws one picture with words, in a process of its own with little memory and time: an order in, bytes out.

Run as `python -m ravi.library.lettering`: on stdin one line of JSON (`card` or `stamp`), then the picture to stamp; on
stdout one line of JSON, then the new bytes.
"""

import json
import resource
import sys
from typing import IO, Any

from ravi.library.card import card_of
from ravi.library.lettering.card import DoesNotFit, draw_card
from ravi.library.lettering.face import can_draw
from ravi.library.lettering.setting import WordTooWide
from ravi.library.lettering.stamp import draw_stamp
from ravi.library.stamp import Corner, Stamp

MEMORY_BYTES = 1_200 * 1024 * 1024
CPU_S = 20


def answer(order: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """What came of an order: the picture's facts and bytes, or why it was refused."""
    if not can_draw():
        return {"refused": "no_letters"}, b""
    try:
        drawn, media_type, width, height = _drawn(order, content)
    except DoesNotFit as error:
        return {"refused": "card_too_long", "lines": error.lines, "room": error.room}, b""
    except WordTooWide as error:
        return {"refused": "word_too_wide", "word": error.word}, b""
    except MemoryError:
        return {"refused": "too_heavy"}, b""
    except OSError:
        return {"refused": "damaged"}, b""
    return {"media_type": media_type, "width": width, "height": height}, drawn


def _drawn(order: dict[str, Any], content: bytes) -> tuple[bytes, str, int, int]:
    if "card" in order:
        return draw_card(card_of(order["card"]))
    return draw_stamp(content, Stamp(**order["stamp"] | {"corner": Corner(order["stamp"]["corner"])}))


def main(source: IO[bytes], target: IO[bytes]) -> None:
    """Answer one order. The limits hold for this process from here on."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    head, drawn = answer(json.loads(source.readline()), source.read())
    target.write(json.dumps(head).encode() + b"\n" + drawn)


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
