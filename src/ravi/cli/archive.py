"""A backup file: a plain tar with the database's dump, the keys (sealed, or none) and a manifest that names their hashes.

The manifest stands last, so that a file without it was cut off. Written beside its place and renamed into it.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

FORMAT = 1
DUMP, KEYS, MANIFEST = "database.dump", "keys.json", "manifest.json"
CHUNK_BYTES = 1 << 20
_BLOCK = tarfile.BLOCKSIZE


class ArchiveUnusable(Exception):
    """The file cannot be written or read; the message is a sentence."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. `counts` are rows per table, `chains` the last audit link of each institution."""

    ravi: str
    made_at: str
    server_major: int
    migrations: tuple[str, ...]
    counts: Mapping[str, int]
    chains: tuple[Mapping[str, Any], ...]
    key_id: str
    keys: str
    sandbox_port: int | None
    members: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    format: int = FORMAT

    def text(self) -> bytes:
        return json.dumps({name: getattr(self, name) for name in self.__dataclass_fields__}, indent=1).encode()


@dataclass
class _Hashing:
    """Passes bytes on and keeps their hash and number."""

    sink: IO[bytes]
    digest: Any = field(default_factory=hashlib.sha256)
    size_bytes: int = 0

    def write(self, piece: bytes) -> None:
        self.sink.write(piece)
        self.digest.update(piece)
        self.size_bytes += len(piece)


@dataclass
class Writer:
    """The members of a backup that is being written."""

    file: IO[bytes]
    members: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, name: str, pieces: Iterator[bytes]) -> None:
        """Stream a member; its length is not known before, so its header is written last."""
        start = self.file.tell()
        self.file.write(b"\0" * _BLOCK)
        told = _Hashing(self.file)
        for piece in pieces:
            told.write(piece)
        self.file.write(b"\0" * (-told.size_bytes % _BLOCK))
        end = self.file.tell()
        self.file.seek(start)
        info = tarfile.TarInfo(name)
        info.size, info.mode = told.size_bytes, 0o600
        self.file.write(info.tobuf(tarfile.GNU_FORMAT))
        self.file.seek(end)
        self.members[name] = {"sha256": told.digest.hexdigest(), "size_bytes": told.size_bytes}

    def close(self, manifest: Manifest) -> None:
        """Write the manifest and the end of the tar."""
        self.add(MANIFEST, iter([manifest.text()]))
        self.file.write(b"\0" * 2 * _BLOCK)


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A backup that is whole at `path`, 0600 and on the disk, or not there at all. Raises ArchiveUnusable."""
    if path.exists() and (not path.is_file() or path.stat().st_size):
        raise ArchiveUnusable(f"{path} is there already: name another file. Nothing was overwritten.")
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(half, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            yield Writer(file)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
        _fsync_folder(path.parent)
    except OSError as error:
        said = (
            f"{path} cannot be written: {error.strerror}. The half-written file was removed; earlier backups are kept."
        )
        raise ArchiveUnusable(said) from error
    finally:
        half.unlink(missing_ok=True)


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass
class Archive:
    """A backup whose hashes were checked."""

    path: Path
    manifest: Manifest
    tar: tarfile.TarFile

    def pieces(self, name: str) -> Iterator[bytes]:
        """A member's bytes, a chunk at a time."""
        member = self.tar.extractfile(name)
        assert member is not None
        while piece := member.read(CHUNK_BYTES):
            yield piece

    def read(self, name: str) -> bytes:
        return b"".join(self.pieces(name))


@contextmanager
def reading(path: Path, *, hashes: bool = True) -> Iterator[Archive]:
    """An archive to read; with `hashes` each member is compared with its hash first. Raises ArchiveUnusable."""
    try:
        with tarfile.open(path, "r:") as tar:
            if MANIFEST not in tar.getnames():
                raise ArchiveUnusable(f"{path} has no manifest: it was cut off, or is no backup of Ravi's.")
            found = Archive(path, _manifest(tar, path), tar)
            if hashes:
                _check(found)
            yield found
    except (tarfile.TarError, EOFError) as error:
        raise ArchiveUnusable(f"{path} is no backup of Ravi's, or it was cut off. Nothing was changed.") from error
    except OSError as error:
        raise ArchiveUnusable(f"{path} cannot be read: {error.strerror}. Nothing was changed.") from error


def _manifest(tar: tarfile.TarFile, path: Path) -> Manifest:
    member = tar.extractfile(MANIFEST)
    try:
        told = json.load(member or io.BytesIO())
        if told["format"] != FORMAT:
            raise ArchiveUnusable(
                f"{path} was made by Ravi {told.get('ravi', '?')} in a form that this Ravi does not know. "
                "Restore it with that version. Nothing was changed."
            )
        return Manifest(**told)
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveUnusable(f"The manifest of {path} is damaged. Nothing was changed.") from error


def _check(archive: Archive) -> None:
    for name, told in archive.manifest.members.items():
        digest = hashlib.sha256()
        try:
            for piece in archive.pieces(name):
                digest.update(piece)
        except (KeyError, AssertionError) as error:
            raise ArchiveUnusable(f"{archive.path} lacks {name}: it is damaged. Nothing was changed.") from error
        if digest.hexdigest() != told["sha256"]:
            raise ArchiveUnusable(f"{name} in {archive.path} is not what was written. Use another backup.")
