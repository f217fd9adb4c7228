"""Where a cluster stands: short socket paths, private folders, nobody else's touched."""

import json
import os
import stat
from pathlib import Path

import pytest

from ravi.cli.postgres import PostgresUnavailable, home_place
from ravi.cli.postgres.place import SOCKET_NAME, SOCKET_PATH_BYTES, make_place


@pytest.fixture
def as_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders of our own instead of the unprivileged account's, also where the tests run as root."""
    monkeypatch.setattr("ravi.cli.postgres.place.service_user", lambda: None)


def test_socket_path_short_beside_data(tmp_path: Path, as_user: None) -> None:
    short = Path("/tmp") / f"ravi-test-{os.getpid()}"
    place = make_place(short, "abc")
    assert place.socket == short / "run"
    for folder in (place.socket, place.folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        folder.rmdir()


@pytest.mark.parametrize("letter", ["x", "خ"])
def test_socket_path_of_a_long_home(tmp_path: Path, as_user: None, letter: str) -> None:
    place = make_place(tmp_path / (letter * 100) / "postgres", f"t{os.getpid()}")
    assert len(os.fsencode(place.socket / SOCKET_NAME)) <= SOCKET_PATH_BYTES
    assert stat.S_IMODE(place.socket.stat().st_mode) == 0o700
    place.socket.rmdir()


def test_existing_open_folder_is_refused_and_kept(tmp_path: Path, as_user: None) -> None:
    folder = tmp_path / "postgres"
    folder.mkdir()
    folder.chmod(0o755)
    with pytest.raises(PostgresUnavailable, match="Nothing was changed"):
        make_place(folder, "abc")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_symbolic_link_as_folder_is_refused(tmp_path: Path, as_user: None) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "postgres").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PostgresUnavailable):
        make_place(tmp_path / "postgres", "abc")


def test_home_place_is_remembered(tmp_path: Path, as_user: None) -> None:
    pointer = tmp_path / "postgres.json"
    pointer.write_text(json.dumps({"id": "kept", "folder": str(tmp_path / "p")}))
    assert home_place(tmp_path).folder == tmp_path / "p"


@pytest.mark.parametrize("text", ["", "{}", "[]", "{"])
def test_home_place_damaged_pointer(tmp_path: Path, text: str) -> None:
    (tmp_path / "postgres.json").write_text(text)
    with pytest.raises(PostgresUnavailable, match="backup"):
        home_place(tmp_path)
