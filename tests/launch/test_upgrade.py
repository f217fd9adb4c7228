"""`ravi upgrade` with a next version that is a copy of this code and one migration more: a good one, and one that fails.

The next version is real code in a folder of its own, so that nothing but its migration differs.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from conftest import Urls, django_on
from ravi.cli.home import Home
from ravi.cli.postgres import dump
from ravi.core import clock
from tests.city import City, build_city, without_posts
from tests.sandbox import running_sandbox

pytestmark = pytest.mark.crash

ROOT = Path(__file__).parents[2]
NEXT = """
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "{last}")]
    operations = [{operations}]
"""
GOOD = 'migrations.RunSQL("alter table core_pulse add column of_next_version int")'
# A table and half the copies are gone by the time the second migration fails.
BAD = (
    'migrations.RunSQL("create table half_made (id int); alter table delivery_worker add column half int")',
    'migrations.RunSQL("alter table core_pulse rename to core_gone"),'
    ' migrations.RunSQL("select pg_sleep(1)"), migrations.RunSQL("select 1 / 0")',
)


def next_version(folder: Path, *migrations: str) -> Path:
    """A `src` folder with this code and these migrations after core's last one."""
    copy = folder / "src" / "ravi"
    shutil.copytree(ROOT / "src" / "ravi", copy, ignore=shutil.ignore_patterns("__pycache__", "tests"))
    names = sorted(path.stem for path in (copy / "core" / "migrations").glob("0*.py"))
    for number, operations in enumerate(migrations):
        name = f"{9000 + number}_next"
        text = NEXT.format(last=names[-1], operations=operations)
        (copy / "core" / "migrations" / f"{name}.py").write_text(text)
        names.append(name)
    return copy.parent


# The way back is cut off after the old tables were thrown away, as by kill -9 or a power cut.
KILLED = """
import os, sys
from ravi.cli import program, upgrade
upgrade.dump.load = lambda *_, **__: os._exit(9)
sys.exit(program.main(["upgrade"]))
"""


def ravi(source: Path, home: Home, urls: Urls, *words: str) -> subprocess.CompletedProcess[str]:
    return python(source, home, urls, "-m", "ravi.cli", *words)


def python(source: Path, home: Home, urls: Urls, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(source), "RAVI_HOME": str(home.path)} | urls.environment()
    return subprocess.run(
        [sys.executable, *words],
        env=environment | {"RAVI_BACKUP_DATABASE_URL": urls.admin},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def contents(urls: Urls) -> dict[str, list[Any]]:
    """Every row of every table, and who may do what with it."""
    with psycopg.connect(urls.admin) as connection:
        found = {
            name: connection.execute(f"select t::text from {name} t order by 1").fetchall()
            for name in dump.tables(connection)
        }
        found["grants"] = connection.execute(
            "select table_name, grantee, privilege_type from information_schema.table_privileges"
            " where table_schema = 'public' order by 1, 2, 3"
        ).fetchall()
        found["policies"] = connection.execute(
            "select tablename, policyname, qual from pg_policies order by 1, 2"
        ).fetchall()
    return found


@pytest.fixture
def scheduled(fresh_database: Urls, tmp_path: Path) -> Iterator[tuple[Urls, Home, City]]:
    """A home whose database has copies planned for tomorrow."""
    home = Home(tmp_path / "home")
    home.prepare()
    (home.keys / "secrets.json").write_text("{}")
    with running_sandbox(tmp_path / "sandbox") as sandbox:
        with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
            without_posts(admin)
        city = build_city(sandbox, home.keys / "private", clock.now(), units=2)
        city.order(1, clock.now(), due_at=clock.now() + timedelta(days=1))
    yield fresh_database, home, city


def test_a_good_upgrade_keeps_what_is_scheduled(scheduled: tuple[Urls, Home, City], tmp_path: Path) -> None:
    urls, home, _city = scheduled
    before = contents(urls)["delivery_delivery"]
    done = ravi(next_version(tmp_path, GOOD), home, urls, "upgrade")
    assert (done.returncode, "Upgraded to Ravi" in done.stdout) == (0, True), done.stderr
    assert contents(urls)["delivery_delivery"] == before
    with psycopg.connect(urls.admin) as connection:
        connection.execute("select of_next_version from core_pulse")
    assert len(list((home.path / "backups").glob("before-*.ravi"))) == 1
    granted = contents(urls)["grants"]
    with psycopg.connect(urls.admin) as connection:  # as a kill between the last migration and the rules leaves it
        connection.execute("revoke all on core_pulse from ravi_web")
    again = ravi(tmp_path / "src", home, urls, "upgrade")
    assert (again.returncode, "already" in again.stdout) == (0, True)
    assert contents(urls)["grants"] == granted
    older = ravi(ROOT / "src", home, urls, "upgrade")
    assert (older.returncode, "belongs to a newer Ravi (core.9000_next" in older.stderr) == (4, True)


def kill_in_the_middle(source: Path, home: Home, urls: Urls) -> None:
    """kill -9 of `ravi upgrade` between its two migrations; the second one is under way and goes on."""
    environment = {**os.environ, "PYTHONPATH": str(source), "RAVI_HOME": str(home.path)} | urls.environment()
    upgrade = subprocess.Popen(
        [sys.executable, "-m", "ravi.cli", "upgrade"],
        env=environment | {"RAVI_BACKUP_DATABASE_URL": urls.admin},
        stdout=subprocess.DEVNULL,
    )
    with psycopg.connect(urls.admin, autocommit=True) as connection:
        while upgrade.poll() is None and "core.9000_next" not in dump.migrations(connection):
            time.sleep(0.02)
        assert upgrade.poll() is None
        upgrade.kill()
        upgrade.wait()
        assert "core.9001_next" not in dump.migrations(connection)


def test_an_upgrade_that_is_killed_and_then_fails_leaves_the_database_as_it_was(
    scheduled: tuple[Urls, Home, City], tmp_path: Path
) -> None:
    """The way back leads to before the first try, not to what the killed one left."""
    urls, home, city = scheduled
    before = contents(urls)
    source = next_version(tmp_path, *BAD)
    kill_in_the_middle(source, home, urls)
    as_owner = Urls(urls.owner, urls.owner, urls.engine, urls.admin)
    started = python(ROOT / "src", home, as_owner, "-m", "ravi.core.database", "--new-only")
    assert (started.returncode, "belongs to a newer Ravi (core.9000_next" in started.stderr) == (1, True)
    done = ravi(source, home, urls, "upgrade")
    assert done.returncode == 1
    assert "An upgrade was cut off here; it goes on." in done.stdout
    assert "division by zero" in done.stderr
    assert "The database is as it was before." in done.stderr
    assert contents(urls) == before
    with django_on(urls):
        city.order(2, clock.now())  # and it works, for the web's role


def test_a_way_back_that_is_killed_leaves_nothing_that_starts(
    scheduled: tuple[Urls, Home, City], tmp_path: Path
) -> None:
    urls, home, _city = scheduled
    killed = python(next_version(tmp_path, *BAD), home, urls, "-c", KILLED)
    assert killed.returncode == 9, killed.stderr
    for source in (ROOT / "src", tmp_path / "src"):
        again = ravi(source, home, urls, "upgrade")
        assert (again.returncode, "was not put back to its end" in again.stderr) == (4, True)
        started = python(
            source, home, Urls(urls.owner, urls.owner, urls.engine, urls.admin), "-m", "ravi.core.database"
        )
        assert (started.returncode, "a restore did not come to its end here" in started.stderr) == (1, True)


def test_an_engine_elsewhere_stops_the_upgrade(scheduled: tuple[Urls, Home, City], tmp_path: Path) -> None:
    urls, home, _city = scheduled
    with psycopg.connect(urls.admin, autocommit=True) as admin:
        admin.execute(
            "insert into delivery_worker (owner, started_at, seen_at, in_hand) values ('far:1', now(), now(), 0)"
        )
    done = ravi(next_version(tmp_path, GOOD), home, urls, "upgrade")
    assert (done.returncode, "An engine on another machine still runs (far:1)" in done.stderr) == (4, True)


def test_starting_a_newer_ravi_asks_for_the_upgrade_first(scheduled: tuple[Urls, Home, City], tmp_path: Path) -> None:
    urls, _home, _city = scheduled
    environment = {**os.environ, "PYTHONPATH": str(next_version(tmp_path, GOOD)), "DATABASE_URL": urls.owner}
    argv = [sys.executable, "-m", "ravi.core.database", "--new-only"]
    assert subprocess.run(argv, env=environment, timeout=120, check=False).returncode == 3
    with psycopg.connect(urls.admin) as connection:
        assert "core.9000_next" not in dump.migrations(connection)
