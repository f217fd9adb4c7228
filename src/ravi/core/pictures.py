"""The door to whoever draws uploaded pictures anew: a higher room announces it, lower rooms ask here."""

from collections.abc import Callable
from typing import Any

from django.core.files.base import File


class PictureRefused(Exception):
    """Why it was not kept, as a sentence."""


Draws = Callable[["File[Any]"], tuple[bytes, str]]
_draws: list[Draws] = []


def draws_pictures(draw: Draws) -> None:
    """Called from AppConfig.ready. `draw` gives bytes and media type, and raises PictureRefused; the last one holds."""
    _draws[:] = [draw]


def draw_anew(upload: "File[Any]") -> tuple[bytes, str]:
    """The picture without anything but its pixels. Raises PictureRefused."""
    return _draws[0](upload)
