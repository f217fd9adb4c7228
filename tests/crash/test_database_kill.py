"""Kill -9 of PostgreSQL in the middle of a publish: its postmaster, one backend of the engine, and the way to it."""

import os
import random
import signal
import time
from collections.abc import Callable
from urllib.parse import quote, urlsplit

import pytest

from ravi.cli.postgres.place import SOCKET_NAME
from ravi.cli.process import identify, is_alive
from tests.crash.proxy import Relay
from tests.crash.town import Town, judge, wait_until

pytestmark = pytest.mark.crash

DURABLE = {"synchronous_commit": "on", "fsync": "on", "full_page_writes": "on"}
BACKENDS = "select pid from pg_stat_activity where usename = 'ravi_engine' and application_name like 'ravi engine %%'"


def test_the_server_is_killed_with_every_commit_on_the_disk(town: Town, tell: Callable[..., None]) -> None:
    assert {name: town.rows(f"show {name}")[0][0] for name in DURABLE} == DURABLE
    engine = town.engine()
    engine.start()
    post = town.publish()
    town.wait_until_sent(post, 120)
    assert town.cluster.process is not None
    town.cluster.process.kill()
    town.cluster.process.wait(20)
    town.cluster.start()
    town.connect_again()
    in_flight = town.sending()
    assert engine.is_running
    town.settle(post)
    row = town.came_of("kill -9 of the postmaster", [post], in_flight)
    tell("PostgreSQL is killed", row)
    judge(row)
    assert engine.end() == 0


def test_one_backend_is_killed_and_the_server_recovers(town: Town, tell: Callable[..., None]) -> None:
    engine = town.engine()
    engine.start()
    post = town.publish()
    town.wait_until_sent(post, 120)
    victims = [(identify(row[0]), row[0]) for row in town.rows(BACKENDS)]
    os.kill(random.Random(post).choice(victims)[1], signal.SIGKILL)
    wait_until(lambda: not any(one and is_alive(one) for one, _pid in victims), within_s=20)
    wait_until(lambda: _answers(town), within_s=60)
    in_flight = town.sending()
    town.settle(post)
    row = town.came_of("kill -9 of one backend", [post], in_flight)
    tell("PostgreSQL is killed", row)
    judge(row)
    assert engine.end() == 0


def test_commits_are_kept_whose_answer_nobody_heard(town: Town, tell: Callable[..., None]) -> None:
    relay = Relay(str(town.cluster.place.socket / SOCKET_NAME))
    relay.start()
    user = urlsplit(town.urls.engine)
    through = f"postgresql://{user.username}:{quote(user.password or '')}@127.0.0.1:{relay.port}{user.path}"
    engine = town.engine(url=through)
    engine.start()
    post, chance, in_flight = town.publish(), random.Random(7), set[str]()
    for done in range(30, 331, 30):
        town.wait_until_sent(post, done)
        time.sleep(chance.random() * 0.1)
        relay.cut()
        in_flight |= town.sending()
    town.settle(post)
    row = town.came_of(f"the way to it is cut {relay.cuts} times", [post], in_flight)
    tell("PostgreSQL is killed", row)
    judge(row)
    assert engine.end() == 0
    relay.stop()


def _answers(town: Town) -> bool:
    try:
        town.connect_again()
    except Exception:  # noqa: BLE001 -- the server is still on its way up
        return False
    return True
