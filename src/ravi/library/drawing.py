"""Calls the re-encoder: a child process without Ravi's environment and with a time limit; its answer is checked."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

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
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ravi.library.reencode"],
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
    head, _newline, drawn = done.stdout.partition(b"\n")
    if done.returncode != 0:
        was_killed = done.returncode < 0 or b"MemoryError" in done.stderr
        raise ImageRefused("too_heavy" if was_killed else "damaged")
    answer = json.loads(head)
    if "refused" in answer:
        raise ImageRefused(answer["refused"] if answer["refused"] in SENTENCES else "damaged")
    media_type = MEDIA_TYPES.get(image_format(drawn[:16]) or "")
    if media_type is None or media_type != answer["media_type"]:
        raise ImageRefused("damaged")
    return Drawn(drawn, media_type, int(answer["width"]), int(answer["height"]))
