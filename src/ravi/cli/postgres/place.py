"""Decides where a cluster's data and socket stand and which account runs it; changes nobody else's folders or users."""

import json
import os
import pwd
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from ravi.cli.postgres.binaries import PostgresUnavailable
from ravi.cli.process import ServiceUser

ROOT_FOLDER = Path("/var/lib/ravi")
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_BYTES = (
    100  # sockaddr_un.sun_path holds 108 bytes with its NUL (unix(7)); PostgreSQL adds ".lock" beside it
)
ROOT_USERS = ("postgres", "nobody")


@dataclass(frozen=True)
class Place:
    """`folder` holds the data, its lock and (as root) the copied programs; `socket` is the 0700 socket folder."""

    folder: Path
    socket: Path
    user: ServiceUser | None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"


def service_user() -> ServiceUser | None:
    """PostgreSQL refuses to run as root; an ordinary user runs it as themselves."""
    if os.geteuid() != 0:
        return None
    for name in ROOT_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServiceUser(name, entry.pw_uid, entry.pw_gid)
    raise PostgresUnavailable("Neither `postgres` nor `nobody` is a user here, and PostgreSQL does not run as root.")


def home_place(home: Path) -> Place:
    """The place of a RAVI_HOME's own cluster; made on the first call, remembered in `postgres.json` of the home."""
    pointer = home / "postgres.json"
    try:
        kept = json.loads(pointer.read_text())
        identity, folder = str(kept["id"]), Path(kept["folder"])
    except FileNotFoundError:
        identity = secrets.token_hex(6)
        folder = ROOT_FOLDER / identity if os.geteuid() == 0 else home / "postgres"
        write_private(pointer, json.dumps({"id": identity, "folder": str(folder)}))
    except (ValueError, KeyError, TypeError):
        raise PostgresUnavailable(
            f"{pointer} cannot be read: put it back from a backup; nothing was changed."
        ) from None
    return make_place(folder, identity)


def make_place(folder: Path, identity: str) -> Place:
    user = service_user()
    _make_folder(folder, user)
    socket = _socket_folder(folder, identity)
    _make_folder(socket, user)
    return Place(folder, socket, user)


def _socket_folder(folder: Path, identity: str) -> Path:
    """Beside the data where the path is short enough, else below a short folder of this user."""
    beside = folder / "run"
    if len(os.fsencode(beside / SOCKET_NAME)) <= SOCKET_PATH_BYTES:
        return beside
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent")
    if len(os.fsencode(runtime)) < 40 and runtime.is_dir() and os.access(runtime, os.W_OK):
        return runtime / f"ravi-{identity}"
    return Path("/tmp") / f"ravi-{os.geteuid()}-{identity}"  # noqa: S108 - 0700, checked to be ours by _make_folder


def _make_folder(folder: Path, user: ServiceUser | None) -> None:
    """A 0700 folder of the account that runs PostgreSQL; an existing one is checked, never changed."""
    owner = user.uid if user else os.geteuid()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
    except FileExistsError:
        _check_folder(folder, owner, user)
        return
    if user:
        os.chown(folder, user.uid, user.gid)


def _check_folder(folder: Path, owner: int, user: ServiceUser | None) -> None:
    found = folder.lstat()
    if user and stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and not any(folder.iterdir()):
        os.chown(folder, user.uid, user.gid)  # we were killed between mkdir and chown
        return
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise PostgresUnavailable(
            f"{folder} must be a folder that only user number {owner} can enter. Nothing was changed: "
            "move it away, or start Ravi as the user who made it."
        )


def write_private(path: Path, text: str) -> None:
    """Write a whole file that only its owner can read, or leave the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
