"""Keeps a log below a size, with some older ones beside it (`.1` is the youngest), while processes go on writing into it."""

import ctypes
import os
import shutil
from pathlib import Path
from typing import BinaryIO

MOST_BYTES = 10_000_000
OLDER = 5
TAIL_BYTES = 65_536
COLLAPSE_RANGE = 8  # linux/falloc.h: the bytes go and what stands behind them moves to the front


def rotate(path: Path, *, is_followed: bool, most_bytes: int = MOST_BYTES, older: int = OLDER) -> bool:
    """Whether it was its time. Raises OSError, and then what was written stays where it is.

    Who follows the name of its log (ravi.core.stderr) gets a new one under it. Others (PostgreSQL) keep their file open:
    its front is copied and cut off, in one step that no line can fall into, where the file system can do that (ext4, XFS).
    Elsewhere it is copied and emptied, and what they write between the last byte copied and the emptying is lost.
    """
    if path.stat().st_size <= most_bytes:
        return False
    fresh = path.with_name(f"{path.name}.new")
    if is_followed:
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, path.stat().st_mode & 0o777))
        _make_room(path, older)
        path.rename(path.with_name(f"{path.name}.1"))
        fresh.rename(path)
        return True
    with path.open("r+b") as source, fresh.open("w+b") as target:
        shutil.copyfileobj(source, target)
        if not _cut_front(source, target):
            shutil.copyfileobj(source, target)
            source.truncate(0)
            _end_with_a_line(target)
    _make_room(path, older)
    fresh.rename(path.with_name(f"{path.name}.1"))
    return True


def _make_room(path: Path, older: int) -> None:
    for number in range(older - 1, 0, -1):
        one = path.with_name(f"{path.name}.{number}")
        if one.exists():
            one.replace(path.with_name(f"{path.name}.{number + 1}"))


def _cut_front(source: BinaryIO, copied: BinaryIO) -> bool:
    """Take whole blocks from the front of `source`; in `copied` stay these and the rest of their last line."""
    size, block = copied.tell(), os.fstat(source.fileno()).st_blksize
    whole = (size - 1) // block * block
    cut = ctypes.CDLL(None).fallocate
    if not whole or cut(source.fileno(), COLLAPSE_RANGE, ctypes.c_int64(0), ctypes.c_int64(whole)) != 0:
        return False
    copied.seek(whole - 1)
    copied.truncate(whole - 1 + len(copied.readline()))
    return True


def _end_with_a_line(copied: BinaryIO) -> None:
    """A line that was being written while it was read ends in the middle: it goes, as what came after it does."""
    size = copied.seek(0, os.SEEK_END)
    start = max(0, size - TAIL_BYTES)
    copied.seek(start)
    last_end = copied.read().rfind(b"\n")
    if last_end >= 0:
        copied.truncate(start + last_end + 1)
