"""The append-only log of effects: written before an answer leaves, flushed in batches, replayed at start."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


class Journal:
    """`append` is at once safe from a killed process; `durable` returns when it is safe from a power cut too."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "effects.jsonl"
        self._media = folder / "media"
        self._media.mkdir(exist_ok=True)
        self._drop_torn_end()
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._written = 0
        self._flushed = 0
        self._flushing = asyncio.Lock()

    def lines(self) -> Iterator[dict[str, Any]]:
        with self.path.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)

    def append(self, entry: Mapping[str, Any]) -> None:
        line = (json.dumps(entry, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")
        if os.write(self._file, line) != len(line):
            raise OSError("the disk took only part of a line")
        self._written += 1

    async def durable(self) -> None:
        """Wait until everything appended so far is on the disk; callers that wait together share one flush."""
        mine = self._written
        async with self._flushing:
            if self._flushed >= mine:
                return
            upto = self._written
            await asyncio.to_thread(os.fsync, self._file)
            self._flushed = upto

    def keep_media(self, content: bytes) -> str:
        """Store bytes once under their hash and return it."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._media / sha256
        if not path.exists():
            partial = path.with_suffix(".part")
            partial.write_bytes(content)
            partial.replace(path)
        return sha256

    def media_path(self, sha256: str) -> Path | None:
        path = self._media / sha256
        return path if len(sha256) == 64 and sha256.isalnum() and path.is_file() else None

    def close(self) -> None:
        os.fsync(self._file)
        os.close(self._file)

    def _drop_torn_end(self) -> None:
        """A killed process can leave half a line; nobody was told of it, so it is no effect."""
        if not self.path.exists():
            return
        with self.path.open("rb+") as file:
            content = file.read()
            whole = content.rfind(b"\n") + 1
            if whole != len(content):
                file.truncate(whole)
