"""One database and one platform for all crash tests, and what came of each fault, printed at the end of the run."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from conftest import django_on
from ravi.core import clock
from tests.city import build_city, without_posts
from tests.crash.engines import durable_cluster
from tests.crash.town import ANSWER_MS, Row, Town, printed
from tests.sandbox import running_sandbox

_tables: dict[str, list[Row]] = {}


@pytest.fixture(scope="session")
def standing_town(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Town]:
    """60 units with one channel on each of six platforms."""
    folder: Path = tmp_path_factory.mktemp("crash")
    with (
        durable_cluster() as (cluster, urls),
        running_sandbox(folder / "sandbox") as sandbox,
        django_db_blocker.unblock(),
        django_on(urls),
        psycopg.connect(urls.admin, autocommit=True) as admin,
    ):
        without_posts(admin)
        city = build_city(sandbox, folder / "keys", clock.now())
        town = Town(cluster, urls, city, sandbox, folder, admin)
        yield town
        town.admin.close()  # another one, where a test had to connect again


@pytest.fixture
def town(standing_town: Town) -> Iterator[Town]:
    """Platforms that answer after 200 ms, no engine, and no memory of the test before: neither paces nor outages."""
    town = standing_town
    town.sandbox.faults(delay_ms=ANSWER_MS)
    town.admin.execute("delete from delivery_breaker")
    town.admin.execute("update delivery_bucket set tat = null, paused_until = null")
    town.admin.execute("update delivery_slot set next_at = null where busy_id is null")
    yield town
    for engine in town.engines:
        if engine.is_running:
            engine.kill()
    town.engines.clear()


@pytest.fixture
def tell() -> Callable[..., None]:
    """`tell(title, *rows)`: a table that the run prints at its end."""

    def note(title: str, *rows: Row) -> None:
        _tables.setdefault(title, []).extend(rows)

    return note


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for title, rows in _tables.items():
        terminalreporter.section(title)
        terminalreporter.write_line(printed(rows))
