"""The ledger is tested without the room above it: publishing's wall (no order without a yes) is down here only."""

import os
from collections.abc import Iterator

import psycopg
import pytest

_WALL = "alter table delivery_delivery {} trigger approved_only"


@pytest.fixture(autouse=True)
def orders_need_no_yes(request: pytest.FixtureRequest) -> Iterator[None]:
    """As the superuser and before the test's own transaction begins; publishing's tests hold the wall itself."""
    if "fresh_database" in request.fixturenames:
        _alter(request.getfixturevalue("fresh_database").admin, "disable")
        yield
    elif "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("django_db_setup")
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        admin = request.getfixturevalue("database_server").of(f"test_{worker}").admin
        _alter(admin, "disable")
        yield
        _alter(admin, "enable")
    else:
        yield


def _alter(url: str, how: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set lock_timeout = '20s'")
        connection.execute(_WALL.format(how))
