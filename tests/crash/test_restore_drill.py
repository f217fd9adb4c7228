"""The restore drill: publish, back up, publish more, lose everything, restore elsewhere, and nothing goes out twice.

The practice platforms live on through it all, as real ones do; their own log is the judge.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.utils import translation

from conftest import Urls, django_on
from ravi.accounts import services as accounts
from ravi.accounts.models import Institution, Person
from ravi.accounts.queries import headquarters
from ravi.accounts.rules import RoleKind
from ravi.cli.home import Home, Running, read_running
from ravi.cli.keys import load_keys
from ravi.cli.ports import free_port
from ravi.cli.postgres import home_place
from ravi.core import clock
from ravi.core.calendar import number
from ravi.core.tenancy import tenant
from ravi.delivery import services as deliveries
from ravi.delivery.credentials import KeyFolder
from ravi.delivery.models import Delivery, StopOrder
from ravi.platforms.sandbox.adapter import SandboxCredentials
from tests.city import City, build_city, without_posts
from tests.crash.engines import ROOT, EngineProcess
from tests.launch.folders import remove_place
from tests.sandbox import Sandbox, running_sandbox

pytestmark = pytest.mark.crash

UNITS = 4
POLICY = '{"look_after_s": 0.5, "repeat_after_s": 0.5, "look_max_s": 1.0}'
SENT, WAITING, LATER, AFTERWARDS = 1, 2, 3, 4  # numbers of posts


def until(is_so: Any, what: str) -> None:
    give_up = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < give_up, what
        time.sleep(0.1)


def ravi(home: Home, environment: Mapping[str, str], *words: str) -> str:
    """One command that succeeds; what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "ravi.cli", *words],
        env=_clean() | {"RAVI_HOME": str(home.path)} | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _clean() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
    return kept | {"PYTHONPATH": str(ROOT / "src")}


@contextmanager
def up(home: Home, sandbox: Sandbox) -> Iterator[Running]:
    """`ravi up`, from ready to ended."""
    environment = {"RAVI_EGRESS_ALLOW": f"127.0.0.1:{sandbox.port}", "RAVI_ENGINE_POLICY": POLICY}
    argv = [sys.executable, "-m", "ravi.cli", "up", "--port", str(free_port(8750))]
    said = home.path.with_name("said.txt")
    with said.open("wb") as sink:
        process = subprocess.Popen(
            argv, env=_clean() | {"RAVI_HOME": str(home.path)} | environment, stdout=sink, stderr=sink
        )
    try:
        until(lambda: process.poll() is not None or is_ready(home), said.read_text())
        here = read_running(home)
        assert here is not None, said.read_text()
        yield here
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(90)


def is_ready(home: Home) -> bool:
    here = read_running(home)
    return here is not None and here.is_ready


def states(urls: Urls, post_id: int) -> Counter[str]:
    with psycopg.connect(urls.admin) as connection:
        rows = connection.execute(
            "select state, count(*) from delivery_delivery where post_id = %s group by state", [post_id]
        )
        return Counter(dict(rows.fetchall()))


def two_people(city: City) -> None:
    """A head and an editor; names suffice, so that the drill types no keys."""
    institution = Institution.objects.get(pk=city.institution_id)
    institution.is_demo = True
    institution.save(update_fields=["is_demo"])
    with tenant(city.institution_id):
        for name, kind in (("head", RoleKind.HEAD), ("editor", RoleKind.EDITOR)):
            person = accounts.add_person(name, name, None, institution=institution, by=None)
            accounts.grant_role(person, kind, unit=headquarters(city.institution_id), by=None)


def test_a_lost_ravi_comes_back_stopped_and_nothing_goes_out_twice(
    fresh_database: Urls, tmp_path: Path, django_db_blocker: Any
) -> None:
    old, new = Home(tmp_path / "old"), Home(tmp_path / "new")
    old.prepare()
    load_keys(old)
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("correct horse battery\n")
    sealed = {"RAVI_BACKUP_PASSPHRASE": passphrase.read_text().strip()}
    file = tmp_path / "night.ravi"
    with running_sandbox(tmp_path / "sandbox") as sandbox, psycopg.connect(fresh_database.admin) as admin:
        without_posts(admin)
        admin.commit()
        city = build_city(sandbox, old.keys / "private", clock.now(), units=UNITS)
        two_people(city)
        engine = EngineProcess(
            fresh_database.engine,
            old.keys / "private",
            [f"127.0.0.1:{sandbox.port}"],
            tmp_path / "engine.log",
            POLICY,
        )
        count = len(city.channels)
        city.order(SENT, clock.now())
        engine.start()
        until(lambda: states(fresh_database, SENT)["sent"] == count, "the first post went out")
        assert engine.end() == 0
        planned = clock.now() + timedelta(days=1)
        city.order(LATER, clock.now(), due_at=planned)
        city.order(WAITING, clock.now())
        urls = fresh_database.environment() | {"RAVI_BACKUP_DATABASE_URL": fresh_database.admin}
        ravi(old, urls | sealed, "backup", str(file))
        assert file.stat().st_mode & 0o777 == 0o600

        engine.start()
        until(lambda: states(fresh_database, WAITING)["sent"] == count, "what the backup saw waiting went out")
        engine.kill()
        before = sandbox.published()
        assert len(before) == 2 * count

        try:
            said = ravi(new, {}, "restore", str(file), "--passphrase-file", str(passphrase))
            assert f"{count} copies may have gone out since" in said
            assert f"{count} copies for later wait" in said
            drill_in(new, sandbox, city, planned)
        finally:
            remove_place(home_place(new.path))
        published = sandbox.published()
        assert set(published) > set(before)
        assert set(published.values()) == {1}
        assert len(published) == 3 * count


def drill_in(home: Home, sandbox: Sandbox, city: City, planned: Any) -> None:
    """What people meet in the restored Ravi, until sending goes on."""
    count, before = len(city.channels), sandbox.published()
    with up(home, sandbox) as here:
        urls = Urls(here.databases["web"], here.databases["owner"], here.databases["engine"], _admin(home))
        until(lambda: not _looks_left(urls), "Ravi looked at every copy that it can look at")
        found = states(urls, WAITING)
        assert set(found) == {"sent", "unknown"}  # read back, or left to people; never sent again
        assert states(urls, LATER) == {"held": count}
        assert sandbox.published() == before
        verified = ravi(home, {}, "audit", "verify")
        assert re.search(r"city: \d+ links, which hold \d+ lines of the ledger: whole", verified)
        with django_on(urls):
            _credential_opens(home, city)
            with tenant(city.institution_id):
                [stop] = StopOrder.objects.filter(lifted_at=None)
                assert (stop.scope, stop.removals_too) == ("all", True)
                assert stop.reason.startswith("Restored from the backup of")
            with translation.override("fa"):
                assert number(count) in ravi(home, {}, "resume", "all", "--as", "head")  # so many wait for people
            _answer(city, planned, urls)
        until(lambda: states(urls, AFTERWARDS)["sent"] == count, "sending goes on")


def _answer(city: City, planned: Any, urls: Urls) -> None:
    """The editor says what became of the unknown ones, lets the later ones go as planned, and a new post goes out."""
    with tenant(city.institution_id):
        editor = Person.objects.get(username="editor")
        unknown = list(Delivery.objects.filter(post_id=WAITING, state="unknown"))
        deliveries.resolve_together(unknown, by=editor, verdict="there")
        later = list(Delivery.objects.filter(post_id=LATER))
        assert deliveries.release_held(later, by=editor) == len(city.channels)
        assert set(Delivery.objects.filter(post_id=LATER).values_list("state", "due_at")) == {("pending", planned)}
    city.order(AFTERWARDS, clock.now())


def _credential_opens(home: Home, city: City) -> None:
    with psycopg.connect(_admin(home)) as connection:
        row = connection.execute("select channel_id, box from directory_credential order by channel_id").fetchone()
    assert row is not None
    opened = KeyFolder(home.keys / "private").open(row[0], row[1], SandboxCredentials)
    assert opened.values.token


def _looks_left(urls: Urls) -> bool:
    with psycopg.connect(urls.admin) as connection:
        row = connection.execute(
            "select count(*) from delivery_delivery where state = 'unknown' and look_at is not null"
        ).fetchone()
    return bool(row and row[0])


def _admin(home: Home) -> str:
    from ravi.cli.server import ManagedDatabase  # noqa: PLC0415 -- only here

    return str(ManagedDatabase.of(home, load_keys(home).database_passwords).urls.admin)
