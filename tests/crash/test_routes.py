"""Every way abroad is cut: what is near goes on, what is far waits and is never unknown, and goes when the ways are back."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.crash.town import Town, wait_until
from tests.fakes.proxies import HttpProxy, SocksProxy

pytestmark = pytest.mark.crash

NEAR = ("bale", "eitaa", "wordpress")
FAR = {"telegram": "abroad", "bluesky": "abroad", "mastodon": "sea"}
PASSWORD = "a-passw0rd-of-the-proxy"  # noqa: S105 -- of a made-up proxy


@pytest.fixture
def ways(town: Town) -> Iterator[dict[str, Any]]:
    """A SOCKS proxy with a password and an HTTP proxy, both on this machine. What was chosen is forgotten afterwards: engines
    of other tests, which are told nothing, would follow it."""
    made = {"abroad": SocksProxy(user=("ravi", PASSWORD)), "sea": HttpProxy()}
    for proxy in made.values():
        proxy.start()
    yield made
    town.admin.execute("delete from delivery_way")
    for proxy in made.values():
        proxy.stop()


@contextmanager
def told(ways: dict[str, Any]) -> Iterator[None]:
    """The environment that an engine is started in."""
    said = {
        "RAVI_ROUTE_ABROAD": f"socks5://ravi:{PASSWORD}@127.0.0.1:{ways['abroad'].port}",
        "RAVI_ROUTE_SEA": f"http://127.0.0.1:{ways['sea'].port}",
        "RAVI_ROUTES": ",".join(f"{platform}={route}" for platform, route in FAR.items()),
    }
    os.environ.update(said)
    try:
        yield
    finally:
        for name in said:
            del os.environ[name]


def states(town: Town, post: int) -> dict[str, Counter[str]]:
    rows = town.rows("select platform, state, count(*) from delivery_delivery where post_id = %s group by 1, 2", post)
    found: dict[str, Counter[str]] = {}
    for platform, state, count in rows:
        found.setdefault(platform, Counter())[state] += count
    return found


def waiting(town: Town, post: int, each: int) -> dict[str, Counter[str]]:
    """How the copies stand once every far one waits; at some moment one is always being tried."""
    wait_until(lambda: all(states(town, post)[one] == Counter(pending=each) for one in FAR), within_s=90)
    found = states(town, post)
    assert {state for one in FAR for state in found[one]} <= {"pending", "claimed", "sending"}
    return found


def test_what_is_near_goes_on_while_every_way_abroad_is_cut(town: Town, ways: dict[str, Any], tell: Any) -> None:
    channels = [one for one in town.city.channels if one.handle.endswith(("_1", "_2", "_3", "_4", "_5"))]
    each = len(channels) // 6
    town.hurry()
    for proxy in ways.values():
        proxy.stop()  # nobody listens any more
    ports = {name: proxy.port for name, proxy in ways.items()}
    post = town.publish(channels)
    with told(ways):
        engine = town.engine()
        engine.start()
    wait_until(lambda: all(states(town, post)[one] == Counter(sent=each) for one in NEAR), within_s=90)
    failing = "select count(*) from delivery_way where platform = any(%s) and failed_at is not null and ok_at is null"
    wait_until(lambda: town.rows(failing, list(FAR))[0][0] == len(FAR), within_s=90)
    found = waiting(town, post, each)
    tried = town.rows("select platform, route from delivery_way where is_chosen order by 1")
    assert dict(tried) == FAR
    row = {"moment": "cut", **{one: dict(found[one]) for one in (*NEAR, *FAR)}}

    # The proxies live again and lead nowhere: as near, as far as the copies are concerned.
    again = {"abroad": SocksProxy(user=("ravi", PASSWORD), is_cut=True), "sea": HttpProxy(is_cut=True)}
    again["abroad"].start(ports["abroad"])
    wait_until(lambda: len(again["abroad"].asked) > 1, within_s=90)
    found = waiting(town, post, each)
    again["abroad"].is_cut = again["sea"].is_cut = False
    again["sea"].start(ports["sea"])
    wait_until(lambda: town.states(post) == Counter(sent=6 * each), within_s=90)
    came = town.came_of("ways back", [post], set())
    tell("Every way abroad cut, then back", row, came)
    assert (came["doubled"], came["lost"], came["unknown"]) == (0, 0, 0)
    assert set(again["abroad"].asked) | set(again["sea"].asked) == {("127.0.0.1", town.sandbox.port)}
    assert (len(again["abroad"].asked) > 0, len(again["sea"].asked) > 0) == (True, True)
    assert [one.refused for one in again.values()] == [[], []]
    engine.end()
    log = engine.log.read_text(encoding="utf-8")
    assert PASSWORD not in log
    for proxy in again.values():
        proxy.stop()
    ways.clear()
