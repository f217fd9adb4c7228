"""What every test may use: a real PostgreSQL with the three roles, and the people who are met everywhere.

One throw-away cluster serves the whole run. The template is migrated once, as the owner; each worker, and each test that
needs real commits (`fresh_database`), gets a copy of it and works as the web role, so that row-level security is always on.
"""

import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from hypothesis import settings

# A busy machine is no failure: speed is for benchmarks, never for tests.
settings.register_profile("ravi", deadline=None)
settings.load_profile("ravi")

# What `./ravi test --quick` leaves out, and every other run does not: real engines, long walks, generated worlds.
SLOW = (
    "cli/tests/test_months.py",
    "delivery/tests/test_bench.py",
    "delivery/tests/test_months.py",
    "delivery/tests/test_reading_collector.py",
    "delivery/tests/test_reading_pace.py",
    "delivery/tests/test_simulated_awaits.py",
    "delivery/tests/test_simulation.py",
    "delivery/tests/test_store_contract.py",
    "delivery/tests/test_store_equivalence.py",
    "delivery/tests/test_rotation.py",
    "delivery/tests/test_worker.py",
    "desk/tests/test_desk.py",
    "directory/tests/test_errands.py",
    "library/tests/test_reencode.py",
    "publishing/tests/test_payload_property.py",
    "tests/architecture/test_identities.py",
    "tests/architecture/test_url_rights.py",
    "tests/crash/test_proxy.py",
    "tests/docs/test_add_a_platform.py",
    "tests/pages/test_hostile.py",
    "tests/pages/test_plans.py",
    "tests/pages/test_questions.py",
)

ROOT = Path(__file__).parent
TEMPLATE = "ravi_test_template"
_cluster: Any = None
_making: threading.Thread | None = None


@dataclass(frozen=True)
class Urls:
    """One URL per role of one database."""

    web: str
    owner: str
    engine: str
    admin: str

    def of(self, database: str) -> "Urls":
        return Urls(
            *(
                urlsplit(url)._replace(path=f"/{database}").geturl()
                for url in (self.web, self.owner, self.engine, self.admin)
            )
        )

    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.web,
            "RAVI_OWNER_DATABASE_URL": self.owner,
            "RAVI_ENGINE_DATABASE_URL": self.engine,
        }


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow in one place, by file, and what asks PostgreSQL by what it uses."""
    for item in items:
        if str(item.path).endswith(SLOW):
            item.add_marker("slow")
        if "database_server" in getattr(item, "fixturenames", ()) or item.get_closest_marker("django_db"):
            item.add_marker("database")


def pytest_sessionstart(session: pytest.Session) -> None:
    """The process that steers the run starts the cluster; its workers are told the URLs by environment.

    While they read the tests, the template is made: they would want it at the same moment, and one would wait idly.
    """
    global _cluster, _making
    if (
        os.environ.get("PYTEST_XDIST_WORKER")
        or os.environ.get("RAVI_TEST_DATABASES")
        or session.config.option.collectonly
    ):
        return
    from ravi.cli.postgres import throwaway_cluster

    _cluster = throwaway_cluster()
    urls = _cluster.__enter__()
    server = (urls.web, urls.owner, urls.engine, str(urls.admin))
    os.environ["RAVI_TEST_DATABASES"] = json.dumps(server)
    if getattr(session.config.option, "numprocesses", None):
        _making = threading.Thread(target=make_template, args=(Urls(*server),))
        _making.start()


def pytest_sessionfinish(session: pytest.Session) -> None:
    global _cluster
    if _making is not None:
        _making.join()
    if _cluster is not None:
        os.environ.pop("RAVI_TEST_DATABASES", None)
        _cluster.__exit__(None, None, None)
        _cluster = None


@pytest.fixture(scope="session")
def database_server() -> Urls:
    """The cluster's URLs (database `ravi`, empty)."""
    return Urls(*json.loads(os.environ["RAVI_TEST_DATABASES"]))


@pytest.fixture(scope="session")
def database_template(database_server: Urls) -> Urls:
    """The migrated template, made by whoever comes first."""
    make_template(database_server)
    return database_server.of(TEMPLATE)


def make_template(server: Urls) -> None:
    with psycopg.connect(server.admin, autocommit=True) as admin:
        admin.execute("select pg_advisory_lock(4242)")
        if not admin.execute("select 1 from pg_database where datname = %s", [TEMPLATE]).fetchone():
            admin.execute(f"drop database if exists {TEMPLATE}_making")
            admin.execute(f"create database {TEMPLATE}_making owner ravi_owner")
            making = server.of(f"{TEMPLATE}_making")
            environment = {**os.environ, "DATABASE_URL": making.owner, "PYTHONPATH": str(ROOT / "src")}
            subprocess.run([sys.executable, "-m", "ravi.core.database"], env=environment, check=True, timeout=300)
            admin.execute(f"alter database {TEMPLATE}_making rename to {TEMPLATE}")


@contextmanager
def copy_of_template(server: Urls, name: str) -> Iterator[Urls]:
    """A database of that name, made from the template, dropped afterwards."""
    with psycopg.connect(server.admin, autocommit=True) as admin:
        admin.execute("select pg_advisory_lock(4242)")
        admin.execute(f"drop database if exists {name} with (force)")
        admin.execute(f"create database {name} template {TEMPLATE} owner ravi_owner")
        admin.execute("select pg_advisory_unlock(4242)")
        try:
            yield server.of(name)
        finally:
            admin.execute(f"drop database if exists {name} with (force)")


@contextmanager
def django_on(urls: Urls) -> Iterator[None]:
    """Django's connection points at that database, as the web role."""
    from django.db import connections

    from ravi.config.settings import _database

    connection = connections["default"]
    before = connection.settings_dict.copy()
    connection.close()
    connection.settings_dict.update(_database(urls.web))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)


@pytest.fixture(scope="session")
def shared_database(database_server: Urls, database_template: Urls, django_db_blocker: Any) -> Iterator[Urls]:
    """This worker's copy of the template, with the house in it; its tests roll back what they write."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with copy_of_template(database_server, name) as urls, django_on(urls):
        with django_db_blocker.unblock():
            build_house()
        yield urls


@pytest.fixture(scope="session")
def shared_admin(shared_database: Urls) -> Iterator[psycopg.Connection]:
    """The superuser there, who commits at once; whoever writes with it takes it away again."""
    with psycopg.connect(shared_database.admin, autocommit=True) as admin:
        yield admin


@pytest.fixture(scope="session")
def django_db_setup(shared_database: Urls) -> None:
    """Instead of Django's own test database."""


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> None:
    """As many calls of the real hasher as people make, each in a millisecond."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


_count = 0


@pytest.fixture
def fresh_database(
    request: pytest.FixtureRequest, database_server: Urls, database_template: Urls, django_db_blocker: Any
) -> Iterator[Urls]:
    """A database of its own with real commits, for engines and several connections; Django points at it meanwhile."""
    global _count
    assert request.node.get_closest_marker("database"), "asked for by name alone: add `pytest.mark.database`"
    _count += 1
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with (
        copy_of_template(database_server, f"fresh_{worker}_{_count}") as urls,
        django_db_blocker.unblock(),
        django_on(urls),
    ):
        yield urls


@dataclass
class House:
    """Two institutions and the people who are met in every test.

    `officer` and `unit_head` serve in `hospital`; `neighbour` serves in `faculty`; `outsider` heads the other institution.
    """

    institution: Any
    headquarters: Any
    hospital: Any
    faculty: Any
    head: Any
    editor: Any
    expert: Any
    auditor: Any
    unit_head: Any
    officer: Any
    neighbour: Any
    other_institution: Any
    other_unit: Any
    outsider: Any

    def people(self) -> dict[str, Any]:
        names = ("head", "editor", "expert", "auditor", "unit_head", "officer", "neighbour", "outsider")
        return {name: getattr(self, name) for name in names}


PASSWORD = "a long enough password"


def build_house(prefix: str = "") -> House:
    """Found both institutions through the services."""
    from ravi.accounts import services
    from ravi.accounts.queries import headquarters
    from ravi.accounts.rules import RoleKind, UnitKind
    from ravi.core.tenancy import tenant

    mine = services.found_institution("دانشگاه علوم پزشکی نمونه", f"{prefix}sample")
    theirs = services.found_institution("دانشگاه علوم پزشکی دیگر", f"{prefix}other")
    made: dict[str, Any] = {"institution": mine, "other_institution": theirs}

    def add(name: str, role: Any, unit: Any, institution: Any) -> None:
        made[name] = services.add_person(f"{prefix}{name}", name, None, institution=institution, by=None)
        services.grant_role(made[name], role, unit=unit, by=None)

    with tenant(theirs.pk):
        root = headquarters(theirs.pk)
        made["other_unit"] = services.add_unit("بیمارستان بیگانه", UnitKind.HOSPITAL, parent=root, by=None)
        add("outsider", RoleKind.HEAD, root, theirs)
    with tenant(mine.pk):
        root = headquarters(mine.pk)
        made["headquarters"] = root
        made["hospital"] = services.add_unit("بیمارستان امید", UnitKind.HOSPITAL, parent=root, by=None)
        made["faculty"] = services.add_unit("دانشکدهٔ بهداشت", UnitKind.FACULTY, parent=root, by=None)
        for name, role in (
            ("head", RoleKind.HEAD),
            ("editor", RoleKind.EDITOR),
            ("expert", RoleKind.EXPERT),
            ("auditor", RoleKind.AUDITOR),
        ):
            add(name, role, root, mine)
        add("unit_head", RoleKind.UNIT_HEAD, made["hospital"], mine)
        add("officer", RoleKind.UNIT_OFFICER, made["hospital"], mine)
        add("neighbour", RoleKind.UNIT_OFFICER, made["faculty"], mine)
    return House(**made)


def find_house() -> House:
    """The house that stands in this worker's database."""
    from ravi.accounts.models import Institution, Person, Unit
    from ravi.core.tenancy import tenant

    mine, theirs = Institution.objects.get(slug="sample"), Institution.objects.get(slug="other")
    found: dict[str, Any] = {"institution": mine, "other_institution": theirs}
    found |= {person.username: person for person in Person.objects.select_related("institution")}
    with tenant(theirs.pk):
        found["other_unit"] = Unit.objects.get(kind="hospital")
    with tenant(mine.pk):
        places = {"headquarters": "headquarters", "hospital": "hospital", "faculty": "faculty"}
        units = {unit.kind: unit for unit in Unit.objects.all()}
        found |= {name: units[kind] for name, kind in places.items()}
    return House(**found)


@pytest.fixture(scope="session")
def kept_house(shared_database: Urls, django_db_blocker: Any) -> bytes:
    """Read once; each test gets objects of its own, and no class of this file, which may be imported twice."""
    with django_db_blocker.unblock():
        return pickle.dumps(vars(find_house()))


@pytest.fixture
def house(db: None, kept_house: bytes) -> Iterator[House]:
    """The house, with the test inside its institution's tenant; built once per worker, rolled back after each test."""
    from django.core.cache import cache

    from ravi.core.tenancy import tenant

    cache.clear()  # the same people in every test: a code that one of them used is no other's
    found = House(**pickle.loads(kept_house))
    with tenant(found.institution.pk):
        yield found


@pytest.fixture
def sign_in(client: Any) -> Callable[[Any], Any]:
    """`sign_in(person)` gives a client that is signed in as that person."""
    from django.test import Client

    def enter(person: Any) -> Any:
        fresh = Client()
        fresh.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return fresh

    return enter


@pytest.fixture
def fitted() -> Callable[[Any, Any], Any]:
    """`fitted(item, profile)` gives an image as the library draws it for a platform: adapters' contracts know no library."""
    from tests.fitted import fitted_for

    return fitted_for
