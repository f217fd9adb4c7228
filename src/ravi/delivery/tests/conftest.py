"""The ledger is tested without the room above it: publishing's wall (no order without a yes) is down here only."""

from collections.abc import Iterator

import psycopg
import pytest

_WALL = "alter table delivery_delivery {0} trigger approved_only, {0} trigger emergency_lane"


@pytest.fixture(autouse=True)
def orders_need_no_yes(request: pytest.FixtureRequest) -> Iterator[None]:
    """As the superuser and before the test's own transaction begins; publishing's tests hold the wall itself."""
    if "fresh_database" in request.fixturenames:
        with psycopg.connect(request.getfixturevalue("fresh_database").admin, autocommit=True) as admin:
            _alter(admin, "disable")
        yield
    elif "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        admin = request.getfixturevalue("shared_admin")
        _alter(admin, "disable")
        yield
        _alter(admin, "enable")
    else:
        yield


def _alter(admin: psycopg.Connection, how: str) -> None:
    admin.execute("set lock_timeout = '20s'")
    admin.execute(_WALL.format(how))
