"""Two machines with an engine each: one loses its line to PostgreSQL, then the one to the platform, and gets both back."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import quote, urlsplit

import pytest

from ravi.cli.postgres.place import SOCKET_NAME
from ravi.core import clock
from tests.city import build_city
from tests.crash.engines import EngineProcess
from tests.crash.hosts import (
    DATABASE,
    DATABASE_PORT,
    PLATFORM,
    PLATFORM_PORT,
    Hosts,
    may_make_hosts,
    relay,
    two_hosts,
)
from tests.crash.town import Town, judge, wait_until

pytestmark = pytest.mark.crash


@pytest.fixture
def hosts(town: Town) -> Iterator[Hosts]:
    """PostgreSQL listens on its Unix socket only; relays at the hub make it and the platform reachable from the hosts."""
    if not may_make_hosts():
        assert os.environ.get("CI") != "true", "network namespaces must be possible in CI: run as root, with iproute2"
        pytest.skip("this machine allows no network namespaces (they need root and iproute2)")
    database, door = str(town.cluster.place.socket / SOCKET_NAME), str(town.folder / "door")
    with (
        two_hosts() as made,
        relay(made, made.hub, f"{DATABASE}:{DATABASE_PORT}", database),
        relay(made, "", door, f"127.0.0.1:{town.sandbox.port}"),
        relay(made, made.hub, f"{PLATFORM}:{PLATFORM_PORT}", door),
    ):
        yield made


def test_one_of_two_hosts_is_cut_off(town: Town, hosts: Hosts, tell: Callable[..., None]) -> None:
    url = f"http://{PLATFORM}:{PLATFORM_PORT}"
    far = replace(town, city=build_city(town.sandbox, town.folder / "far", clock.now(), slug="far", url=url))
    user = urlsplit(town.urls.engine)
    database = f"postgresql://{user.username}:{quote(user.password or '')}@{DATABASE}:{DATABASE_PORT}{user.path}"
    engines = [
        far.engine(url=database, reaches=(f"{PLATFORM}:{PLATFORM_PORT}",), wrapped=hosts.on(name))
        for name in hosts.names
    ]
    for engine in engines:
        engine.start()
    wait_until(lambda: town.rows("select count(*) from delivery_worker where ended_at is null")[0][0] >= 2, within_s=30)
    cut_off = hosts.names[0]
    rows = []
    for line in ("database", "platform"):
        post, begun = far.publish(), len(town.sandbox.log())
        wait_until(lambda begun=begun: len(town.sandbox.log()) - begun >= 90, within_s=60)
        hosts.cut(cut_off, line)
        in_flight = _in_hand(town, engines[0], 12.0 if line == "database" else 8.0)
        hosts.heal(cut_off, line)
        far.settle(post)
        rows.append(far.came_of(f"host A loses its line to the {line}", [post], in_flight))
    tell("two hosts", *rows)
    for row in rows:
        judge(row)
    callers = """select count(distinct a.owner) from delivery_attempt a
        join delivery_delivery d on d.id = a.delivery_id where d.institution_id = %s and a.kind = 'call'"""
    assert town.rows(callers, far.city.institution_id)[0][0] == 2
    assert [engine.end() for engine in engines] == [0, 0]


def _in_hand(town: Town, engine: EngineProcess, seconds: float) -> set[str]:
    """The calls that the cut-off host had begun, or begins while its line is cut."""
    assert engine.process is not None
    mine = "select key from delivery_delivery where state = 'sending' and split_part(owner, ':', 2) = %s"
    seen, give_up = set[str](), time.monotonic() + seconds
    while time.monotonic() < give_up:
        seen |= {row[0] for row in town.rows(mine, str(engine.process.pid))}
        time.sleep(0.02)
    return seen
