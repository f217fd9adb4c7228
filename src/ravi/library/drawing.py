"""Calls the re-encoder: a child process without Ravi's environment and with a time limit; its answer is checked."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ravi
from ravi.library.errors import SENTENCES, ImageRefused
from ravi.library.rules import image_format

TIME_LIMIT_S = 30
# No DATABASE_URL and no key reaches the process that reads a stranger's bytes.
ENVIRONMENT = {"PYTHONPATH": str(Path(ravi.__file__).parents[1]), "PYTHONDONTWRITEBYTECODE": "1"}
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}


@dataclass(frozen=True)
class Drawn:
    """A re-encoded image."""

    content: bytes
    media_type: str
    width: int
    height: int


def redraw(content: bytes) -> Drawn:
    """The image drawn anew. Raises ImageRefused."""
    answer, drawn = _accepted("reencode", [], content)
    media_type = MEDIA_TYPES.get(image_format(drawn[:16]) or "")
    if media_type is None or media_type != answer["media_type"]:
        raise ImageRefused("damaged")
    return Drawn(drawn, media_type, int(answer["width"]), int(answer["height"]))


def draw_by(content: bytes, recipes: Sequence[str]) -> list[Drawn | None]:
    """A JPEG for each recipe; None where it cannot have as few bytes as the recipe allows. Raises ImageRefused."""
    answer, rest = _accepted("rendering", recipes, content)
    drawn: list[Drawn | None] = []
    for told in answer["drawn"]:
        if told is None:
            drawn.append(None)
            continue
        one, rest = rest[: told["length"]], rest[told["length"] :]
        if image_format(one[:16]) != "JPEG":
            raise ImageRefused("damaged")
        drawn.append(Drawn(one, "image/jpeg", int(told["width"]), int(told["height"])))
    return drawn


def _accepted(module: str, arguments: Sequence[str], content: bytes) -> tuple[dict[str, Any], bytes]:
    answer, rest = asked(module, arguments, content)
    if "refused" in answer:
        raise ImageRefused(answer["refused"] if answer["refused"] in SENTENCES else "damaged")
    return answer, rest


def asked(module: str, arguments: Sequence[str], content: bytes) -> tuple[dict[str, Any], bytes]:
    """The first line of a child's answer, and what follows it. Raises ImageRefused where it gave none."""
    try:
        done = subprocess.run(  # noqa: S603 -- our own modules, and recipes of our own making
            [sys.executable, "-m", f"ravi.library.{module}", *arguments],
            input=content,
            capture_output=True,
            timeout=TIME_LIMIT_S,
            env=ENVIRONMENT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ImageRefused("too_heavy") from error
    except OSError as error:
        raise ImageRefused("not_kept") from error
    head, _newline, rest = done.stdout.partition(b"\n")
    if done.returncode != 0:
        was_killed = done.returncode < 0 or b"MemoryError" in done.stderr
        raise ImageRefused("too_heavy" if was_killed else "damaged")
    answer: dict[str, Any] = json.loads(head)
    return answer, rest
