"""PostgreSQL as our child survives what happens to machines: kills, half-made folders, old pid files, long paths."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from ravi.cli.postgres import Cluster, PostgresUnavailable, choose_binaries, ensure_roles, home_place, new_passwords
from ravi.cli.process import holders_of, identify
from tests.launch.folders import remove_place

pytestmark = pytest.mark.crash


@pytest.fixture(params=["system", "wheel"])
def source(request: pytest.FixtureRequest) -> str:
    try:
        choose_binaries(wanted=request.param)
    except PostgresUnavailable as why:
        pytest.skip(str(why))
    return str(request.param)


@pytest.fixture
def cluster(tmp_path: Path, source: str) -> Iterator[Cluster]:
    tmp_path.chmod(0o700)
    made = new_cluster(tmp_path, source)
    yield made
    made.stop()
    remove_place(made.place)


def new_cluster(home: Path, source: str, passwords: dict[str, str] | None = None) -> Cluster:
    place = home_place(home)
    return Cluster(
        place, choose_binaries(wanted=source), passwords or new_passwords(), home / "postgres.log", fast=True
    )


def again(cluster: Cluster) -> Cluster:
    """A later start of the same home, by another process."""
    return Cluster(cluster.place, cluster.binaries, cluster.passwords, cluster.log, fast=True)


def answer(cluster: Cluster, query: str = "SELECT 1") -> object:
    with psycopg.connect(cluster.url(database="postgres")) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def test_start_and_second_start_keep_the_data(cluster: Cluster) -> None:
    cluster.start()
    for _ in range(2):
        ensure_roles(cluster)
    with psycopg.connect(cluster.url("ravi_owner")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'سلام' AS word")
    cluster.stop()
    later = again(cluster)
    later.start()
    with psycopg.connect(later.url("ravi_owner")) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("سلام",)
    later.stop()


def test_locale_roles_and_reach(cluster: Cluster) -> None:
    cluster.start()
    ensure_roles(cluster)
    assert (
        answer(cluster, "SELECT pg_encoding_to_char(encoding) || datcollate FROM pg_database LIMIT 1") == "UTF8C.UTF-8"
    )
    assert answer(cluster, "SHOW listen_addresses") == ""
    # A failing statement may hold a message or a name: the log says that it failed, not what it said.
    assert (answer(cluster, "SHOW log_min_error_statement"), answer(cluster, "SHOW log_error_verbosity")) == (
        "panic",
        "terse",
    )
    weak = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'ravi%' AND rolcanlogin AND NOT (rolsuper OR rolbypassrls)"
    assert answer(cluster, weak) == 3
    assert cluster.place.socket.stat().st_mode & 0o077 == 0
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(cluster.url("ravi_owner").replace(cluster.passwords["ravi_owner"], "guessed"))


@pytest.mark.parametrize("victim", ["postmaster", "backend"])
def test_killed_and_started_again(cluster: Cluster, victim: str) -> None:
    cluster.start()
    assert cluster.process is not None
    with suppress(psycopg.OperationalError), psycopg.connect(cluster.url(database="postgres")) as connection:
        os.kill(cluster.process.pid if victim == "postmaster" else connection.info.backend_pid, signal.SIGKILL)
        connection.execute("SELECT pg_sleep(0.5)")
    if victim == "backend":
        cluster.stop()
    else:
        cluster.process.wait(20)
    later = again(cluster)
    later.start()
    assert answer(later) == 1
    later.stop()


def test_orphans_of_a_killed_postmaster_are_ended(cluster: Cluster) -> None:
    """A backend that is stopped outlives its postmaster and holds the data folder."""
    cluster.start()
    assert cluster.process is not None
    connection = psycopg.connect(cluster.url(database="postgres"))
    orphan = connection.info.backend_pid
    os.kill(orphan, signal.SIGSTOP)
    cluster.process.kill()
    cluster.process.wait(20)
    assert orphan in holders_of(cluster.place.lock)
    later = again(cluster)
    later.start()
    assert identify(orphan) is None
    assert answer(later) == 1
    later.stop()
    connection.close()


def test_postmaster_pid_of_a_living_foreign_process(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    (cluster.place.data / "postmaster.pid").write_text(f"{sleeper.pid}\n{cluster.place.data}\n1\n5432\n")
    later = again(cluster)
    later.start()
    assert answer(later) == 1
    later.stop()
    assert sleeper.poll() is None
    sleeper.kill()
    sleeper.wait()


def test_server_of_a_living_ravi_is_left_alone(cluster: Cluster) -> None:
    """A copied home points to the same data: the second start must not end the first one's server."""
    cluster.start()
    script = (
        "import sys; from ravi.cli.postgres import *; from pathlib import Path\n"
        "home = Path(sys.argv[1])\n"
        "Cluster(home_place(home), choose_binaries(), new_passwords(), home / 'second.log').start()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, cluster.log.parent],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Another Ravi uses the database" in done.stderr
    assert answer(cluster) == 1


def test_initdb_killed_half_way(cluster: Cluster) -> None:
    half = cluster.place.folder / ".data.1"
    half.mkdir()
    (half / "PG_VERSION").write_text("1")
    cluster.start()
    assert answer(cluster) == 1
    assert not half.exists()


def test_home_of_150_characters_closed_to_others(tmp_path: Path, source: str) -> None:
    home = tmp_path / ("ب" * 75)
    home.mkdir(mode=0o700)
    cluster = new_cluster(home, source)
    cluster.start()
    assert answer(cluster) == 1
    cluster.stop()
    remove_place(cluster.place)


def test_two_homes_at_once(tmp_path: Path, source: str) -> None:
    clusters = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        clusters.append(new_cluster(tmp_path / name, source))
        clusters[-1].start()
    assert [answer(cluster) for cluster in clusters] == [1, 1]
    assert clusters[0].place.socket != clusters[1].place.socket
    for cluster in clusters:
        cluster.stop()
        remove_place(cluster.place)


def test_full_throwaway_run_dies_with_its_parent() -> None:
    script = (
        "import sys, time; from ravi.cli.postgres import throwaway_cluster\n"
        "with throwaway_cluster() as urls: print(urls.admin, flush=True); time.sleep(600)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment, text=True)
    assert parent.stdout is not None
    url = parent.stdout.readline().strip()
    psycopg.connect(url).close()
    parent.kill()
    parent.wait()
    parent.stdout.close()
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            return
        time.sleep(0.1)
    raise AssertionError("the server outlives the process that started it")
