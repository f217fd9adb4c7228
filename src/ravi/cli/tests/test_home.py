"""A home: made private, locked by one Ravi, its note trusted only while that Ravi lives."""

import os
import socket
import stat
import tomllib
from pathlib import Path

import pytest

import ravi
from ravi.cli.environment import PRIVATE_NAMES, Environment
from ravi.cli.home import Home, HomeUnusable, home_folder, read_running
from ravi.cli.keys import load_keys
from ravi.cli.ports import free_port, is_free
from ravi.cli.postgres import DatabaseUrls
from ravi.cli.process import identify


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "a home")
    made.prepare()
    return made


def note(home: Home, *, started: int) -> None:
    state = {"url": "http://localhost:8000/", "sandbox_url": "", "is_demo": False, "is_ready": True}
    home.write_state(state | {"environment": {}, "databases": {}, "processes": {"up": [os.getpid(), started]}})


def test_home_folder_is_named_or_in_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAVI_HOME", "/somewhere")
    assert home_folder() == Path("/somewhere")
    monkeypatch.delenv("RAVI_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert home_folder() == Path("/data/ravi")


def test_prepare_makes_private_folders(home: Home) -> None:
    folders = (home.path, home.run, home.keys, home.sandbox)
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_prepare_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HomeUnusable, match="cannot be used"):
        Home(tmp_path / "file" / "home").prepare()


def test_take_lock_while_ravi_runs(home: Home) -> None:
    me = identify(os.getpid())
    assert me is not None
    lock = home.take_lock(lambda: None)
    note(home, started=me.started)
    with pytest.raises(HomeUnusable, match="already runs"):
        home.take_lock(lambda: None)
    os.close(lock)
    os.close(home.take_lock(lambda: None))


def test_running_is_none_for_a_foreign_process_of_the_old_pid(home: Home) -> None:
    assert read_running(home) is None
    note(home, started=1)
    assert read_running(home) is None
    me = identify(os.getpid())
    assert me is not None
    note(home, started=me.started)
    found = read_running(home)
    assert found is not None
    assert found.url == "http://localhost:8000/"


def test_keys_are_made_once_and_private(home: Home) -> None:
    first = load_keys(home)
    assert load_keys(home) == first
    kept = [home.keys / "secrets.json", first.private_folder / f"{first.key_id}.key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def test_keys_damaged(home: Home) -> None:
    (home.keys / "secrets.json").write_text("{")
    with pytest.raises(HomeUnusable, match="backup"):
        load_keys(home)


def test_each_process_gets_its_own_secrets_only(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAVI_OWNER_DATABASE_URL", "left over from the shell")
    urls = DatabaseUrls("web url", "owner url", "engine url", None, "15")
    given = Environment(home, load_keys(home), urls, 8000, 8600)

    def secrets_of(environment: dict[str, str]) -> set[str]:
        return {name for name in PRIVATE_NAMES if name in environment}

    assert secrets_of(given.web()) == {"DATABASE_URL", "RAVI_SECRET_KEY"}
    assert secrets_of(given.engine()) == {"RAVI_ENGINE_DATABASE_URL", "RAVI_CREDENTIAL_KEYS_FOLDER"}
    assert secrets_of(given.migrate()) == {"DATABASE_URL", "RAVI_OWNER_DATABASE_URL"}
    assert secrets_of(given.sandbox()) == {"RAVI_SANDBOX_TOKEN"}
    assert given.web()["DATABASE_URL"] == "web url"
    assert given.migrate()["DATABASE_URL"] == "owner url"


def test_free_port_passes_over_a_taken_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert not is_free(port)
        assert free_port(port) > port


def test_version_is_that_of_the_package() -> None:
    project = tomllib.loads((Path(__file__).parents[4] / "pyproject.toml").read_text())["project"]
    assert ravi.__version__ == project["version"]
