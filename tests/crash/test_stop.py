"""From a stop's commit to the last call that begins in its scope, with many engines under load; and with a frozen one.

7 stops with 4 engines, one of each scope; 28 with 10 for the full run (RAVI_STOPS, RAVI_ENGINES).
"""

import asyncio
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from ravi.core.tenancy import tenant
from ravi.delivery import services
from ravi.delivery.engine.ports import StoreDown
from ravi.delivery.rules import Scope
from ravi.delivery.store.connection import Line, rows_of
from ravi.delivery.store.scopes import COVERED_BY_ONE
from ravi.delivery.store.statements import SHARE_FENCE
from tests.crash.town import Row, Town, wait_until

pytestmark = pytest.mark.crash

FULL = bool(os.environ.get("RAVI_TEST_FULL"))
STOPS = int(os.environ.get("RAVI_STOPS") or (28 if FULL else 7))
ENGINES = int(os.environ.get("RAVI_ENGINES") or (10 if FULL else 4))
CAMPAIGN, TOPIC = 7, "light"
POSTS = 3  # a backlog, so that every engine has more than it can call
LAST_CALL = f"""
select extract(epoch from max(a.called_at))::float8,
    count(*) filter (where a.called_at > to_timestamp(%s))
from delivery_attempt a join delivery_delivery d on d.id = a.delivery_id
where a.kind = 'call' and d.post_id = any(%s) and exists (select 1 from delivery_stoporder s where s.id = %s)
    and {COVERED_BY_ONE}
"""  # noqa: S608 -- built from constants


@dataclass
class Stopped:
    """One stop: its scope, the call that began last in it, and how many began after its commit was asked for."""

    scope: Scope
    seconds: float
    later: int
    held: int


def test_no_call_begins_two_seconds_after_a_stop(town: Town, tell: Callable[..., None]) -> None:
    engines = [town.engine() for _ in range(ENGINES)]
    for engine in engines:
        engine.start()
    living = "select count(*) from delivery_worker where ended_at is null and seen_at > now() - interval '20 s'"
    wait_until(lambda: town.rows(living)[0][0] >= ENGINES, within_s=120)
    stops, posts = [], list[int]()
    for number in range(STOPS):
        mine = [town.publish(campaign_id=CAMPAIGN, topic=TOPIC) for _ in range(POSTS)]
        posts += mine
        town.hurry()
        stops.append(_stop(town, list(Scope)[number % len(Scope)], mine))
    tell("stops under load", *_rows(stops))
    assert [engine.end() for engine in engines] == [0] * ENGINES
    town.clear(*posts)
    published = town.sandbox.published()
    assert max(published[key] for key in town.keys(posts)) == 1
    assert all(one.held > 0 for one in stops)


def test_an_engine_that_is_frozen_behind_the_fence_does_not_keep_a_stop_waiting(town: Town) -> None:
    """The database ends a transaction that waits for its engine, so that the stop can be said."""
    stands, thawed = threading.Event(), threading.Event()

    async def freeze() -> None:
        async with Line(town.urls.engine, "fence").transaction() as connection:
            await rows_of(connection, SHARE_FENCE, {})
            stands.set()
            thawed.wait(60)  # blocks the loop, as SIGSTOP would

    with ThreadPoolExecutor(1) as pool:
        frozen = pool.submit(asyncio.run, freeze())
        assert stands.wait(30)
        with tenant(town.city.institution_id):
            order = services.stop(Scope.CHANNEL, "0", by=None, reason="frozen", institution_id=town.city.institution_id)
            services.lift_stop(order, by=None)
        assert not frozen.done()
        thawed.set()
        with pytest.raises(StoreDown):
            frozen.result(30)


def _stop(town: Town, scope: Scope, posts: list[int]) -> Stopped:
    town.wait_until_sent(posts[0], 60)
    channel = town.city.channels[0]
    keys = {
        Scope.UNIT: channel.unit_id,
        Scope.CAMPAIGN: CAMPAIGN,
        Scope.TOPIC: TOPIC,
        Scope.PLATFORM: "telegram",
        Scope.CHANNEL: channel.pk,
    }
    with tenant(town.city.institution_id):
        order = services.stop(
            scope, str(keys.get(scope, "")), by=None, reason="load", institution_id=town.city.institution_id
        )
        asked_at = time.time()  # the commit follows: what is measured is an upper bound
    # Whatever passed the fence before is called and answered by now.
    wait_until(lambda: not town.rows(_SENDING_IN_SCOPE, order.pk)[0][0], within_s=60)
    last, later = town.rows(LAST_CALL.replace("%(stop)s", str(order.pk)), asked_at, posts, order.pk)[0]
    with tenant(town.city.institution_id):
        held = services.lift_stop(order, by=None)
    return Stopped(scope, max(0.0, (last or 0.0) - asked_at), later, held)


_SENDING_IN_SCOPE = f"""
select exists (select 1 from delivery_delivery d where d.state = 'sending' and {COVERED_BY_ONE.replace("%(stop)s", "%s")})
"""  # noqa: S608 -- built from constants


def _rows(stops: list[Stopped]) -> list[Row]:
    rows: list[Row] = []
    for scope in Scope:
        mine = sorted(one.seconds for one in stops if one.scope is scope)
        rows.append(_row(str(scope), mine, stops, scope))
    return [*rows, _row("all seven", sorted(one.seconds for one in stops), stops, None)]


def _row(name: str, seconds: list[float], stops: list[Stopped], scope: Any) -> Row:
    of = [one for one in stops if scope in (None, one.scope)]
    return {
        "scope": name,
        "engines": ENGINES,
        "stops": len(seconds),
        "median, s": round(seconds[len(seconds) // 2], 3),
        "longest, s": round(seconds[-1], 3),
        "calls after the commit was asked for": sum(one.later for one in of),
        "held": sum(one.held for one in of),
    }
