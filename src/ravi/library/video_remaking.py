"""Calls the child that makes a video anew, without Ravi's environment and with a time limit; its answer is checked."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File

from ravi.library.drawing import ENVIRONMENT
from ravi.library.video_errors import SENTENCES, VideoRefused
from ravi.library.video_rules import KEPT_BYTES, MAX_BYTES, container

# A proxy in front must wait for as long (deploy/nginx/ravi.conf).
TIME_LIMIT_S = 170
_PROGRAM = [sys.executable, "-m", "ravi.library.video_remake"]


@dataclass(frozen=True)
class Remade:
    """A video made anew, upright: its MP4, its picture as JPEG, what is known of it."""

    content: bytes
    picture: bytes
    width: int
    height: int
    duration_ms: int
    was_copied: bool


def remake(upload: "File[Any]") -> Remade:
    """The video without anything but picture and sound. Raises VideoRefused."""
    if upload.size > MAX_BYTES:
        raise VideoRefused("too_large")
    try:
        with _as_file(upload) as source, tempfile.TemporaryFile() as target:
            if container(source.read(16)) is None:
                raise VideoRefused("not_a_video")
            facts, picture = _asked([str(target.fileno())], source, (target.fileno(),))
            target.seek(0)
            content = target.read(KEPT_BYTES + 1)
    except OSError as error:
        raise VideoRefused("not_kept") from error
    if not 0 < len(content) <= KEPT_BYTES or container(content[:16]) != "mov":
        raise VideoRefused("damaged")
    return Remade(content, picture, *_numbers(facts), was_copied=bool(facts.get("was_copied")))


def still(content: bytes, at_ms: int) -> bytes:
    """The picture (JPEG) of a kept video at that moment. Raises VideoRefused."""
    try:
        with tempfile.TemporaryFile() as source:
            source.write(content)
            source.seek(0)
            return _asked(["--still", str(at_ms)], source, ())[1]
    except OSError as error:
        raise VideoRefused("not_kept") from error


def _asked(arguments: list[str], source: IO[bytes], descriptors: tuple[int, ...]) -> tuple[dict[str, Any], bytes]:
    try:
        done = subprocess.run(  # noqa: S603 -- our own program; the arguments are numbers
            [*_PROGRAM, *arguments],
            stdin=source,
            capture_output=True,
            pass_fds=descriptors,
            timeout=TIME_LIMIT_S,
            env=ENVIRONMENT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise VideoRefused("too_heavy") from error
    if done.returncode != 0:
        was_killed = done.returncode < 0 or b"MemoryError" in done.stderr
        raise VideoRefused("too_heavy" if was_killed else "damaged")
    head, _newline, picture = done.stdout.partition(b"\n")
    facts: dict[str, Any] = json.loads(head)
    if "refused" in facts:
        raise VideoRefused(facts["refused"] if facts["refused"] in SENTENCES else "damaged")
    if not picture.startswith(b"\xff\xd8\xff"):
        raise VideoRefused("damaged")
    return facts, picture


def _numbers(facts: dict[str, Any]) -> tuple[int, int, int]:
    width, height, duration_ms = (int(facts[name]) for name in ("width", "height", "duration_ms"))
    if min(width, height, duration_ms) < 1:
        raise VideoRefused("damaged")
    return width, height, duration_ms


@contextmanager
def _as_file(upload: "File[Any]") -> Iterator[IO[bytes]]:
    """A real file under an upload: a large one is one already."""
    path = getattr(upload, "temporary_file_path", None)
    if path is not None:
        with Path(path()).open("rb") as kept:
            yield kept
        return
    with tempfile.TemporaryFile() as copied:
        for chunk in upload.chunks():
            copied.write(chunk)
        copied.seek(0)
        yield copied
