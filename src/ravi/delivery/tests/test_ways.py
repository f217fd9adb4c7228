"""Which way leads to a platform: said once, followed by what waits, never left by itself; and how each way fares."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ravi.core import clock
from ravi.core.tenancy import tenant
from ravi.delivery import queries
from ravi.delivery.clock import WallClock
from ravi.delivery.models import Delivery, Way
from ravi.delivery.routes import Routes, read_routes
from ravi.delivery.rules import State
from ravi.delivery.services import release_held
from ravi.delivery.store.connection import Line
from ravi.delivery.ways import Ways
from tests.city import City, build_city

ABROAD = {"RAVI_ROUTE_ABROAD": "socks5://ravi:s3cret@proxy.example:1080"}


def test_routes_are_read_as_they_are_said() -> None:
    said = {**ABROAD, "RAVI_ROUTES": " telegram=abroad, bluesky = abroad,,bale=direct"}
    assert read_routes(said) == {"telegram": "abroad", "bluesky": "abroad", "bale": "direct"}
    assert read_routes({**ABROAD, "RAVI_ROUTES": ""}) == {}
    assert read_routes(ABROAD) is None


@pytest.mark.parametrize(
    "said",
    [
        {"RAVI_ROUTES": "telegram=abroad"},
        {**ABROAD, "RAVI_ROUTES": "telegrm=abroad"},
        {**ABROAD, "RAVI_ROUTES": "telegram"},
        {**ABROAD, "RAVI_ROUTES": "telegram="},
        {**ABROAD, "RAVI_ROUTES": "telegram=abroad,telegram=direct"},
        {"RAVI_ROUTE_WEB": "http://proxy.example:3128", "RAVI_ROUTES": "email=web"},
        {"RAVI_ROUTE_DIRECT": "http://proxy.example:3128"},
        {"RAVI_ROUTE_A-B": "http://proxy.example:3128"},
        {"RAVI_ROUTE_ABROAD": "s3cret@proxy.example"},
    ],
    ids=str,
)
def test_a_route_that_leads_nowhere_is_an_error_at_the_start(said: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="RAVI_ROUTE") as caught:
        read_routes(said)
    assert "s3cret" not in str(caught.value)


@pytest.fixture
def city(fresh_database: Any, tmp_path: Path) -> City:
    return build_city(None, tmp_path / "keys", clock.now(), units=1, url="http://127.0.0.1:1")


@pytest.fixture
def ways(fresh_database: Any, city: City) -> Callable[..., Routes]:
    """One engine's word, or its silence; the routes that it knows then."""

    def told(said: dict[str, str] | None, work: Callable[[Routes], None] = lambda _routes: None) -> Routes:
        routes = Routes({}, 10)

        async def speak() -> None:
            line = Line(fresh_database.engine, "ways")
            one = Ways(line, routes, said, WallClock(), lambda *_, **__: None)
            await one.choose()
            work(routes)
            await one.tell()
            await one.tell()
            await line.close()

        asyncio.run(speak())
        return routes

    return told


def routes_of(city: City) -> dict[str, str]:
    with tenant(city.institution_id):
        return dict(Delivery.objects.values_list("platform", "route"))


def test_what_waits_follows_the_way_that_was_said_and_what_is_ordered_later_too(city: City, ways: Any) -> None:
    city.order(1, clock.now(), city.channels[:2])
    assert routes_of(city) == {"telegram": "direct", "bale": "direct"}
    routes = ways({"telegram": "abroad"})
    assert (routes.to("telegram"), routes.to("bale")) == ("abroad", "direct")
    assert routes_of(city) == {"telegram": "abroad", "bale": "direct"}
    city.order(2, clock.now(), city.channels[:1])
    with tenant(city.institution_id):
        assert Delivery.objects.get(post_id=2).route == "abroad"


def test_an_engine_that_is_told_nothing_changes_nothing(city: City, ways: Any) -> None:
    ways({"telegram": "abroad"})
    assert ways(None).to("telegram") == "abroad"
    assert ways({}).to("telegram") == "direct"
    assert queries.routes_chosen() == {}


def test_what_is_over_keeps_the_way_that_it_went(city: City, ways: Any, fresh_database: Any) -> None:
    import psycopg

    city.order(1, clock.now(), city.channels[:3])
    with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
        admin.execute("update delivery_delivery set state = 'sent', sent_at = now() where platform = 'telegram'")
        admin.execute("update delivery_delivery set state = 'held' where platform = 'bale'")
    ways({"telegram": "abroad", "bale": "abroad", "eitaa": "abroad"})
    assert routes_of(city) == {"telegram": "direct", "bale": "abroad", "eitaa": "abroad"}
    with tenant(city.institution_id):
        release_held(list(Delivery.objects.filter(state=State.HELD)), by=None)


def test_the_last_answer_and_the_last_failure_of_a_way_are_kept(city: City, ways: Any) -> None:
    def fails(routes: Routes) -> None:
        routes.note("telegram", "abroad", 1_800_000_000.0, None)
        routes.note("telegram", "abroad", 1_800_000_100.0, "the proxy of this route did not answer")

    ways({"telegram": "abroad"}, fails)
    way = Way.objects.get()
    assert (way.is_chosen, way.is_failing, way.failure) == (True, True, "the proxy of this route did not answer")
    ways(None, lambda routes: routes.note("telegram", "abroad", 1_800_000_200.0, None))
    way.refresh_from_db()
    assert not way.is_failing
    assert (way.ok_at.timestamp(), way.failed_at.timestamp()) == (1_800_000_200.0, 1_800_000_100.0)
    ways(None, lambda routes: routes.note("telegram", "abroad", 1_700_000_000.0, "an older word of another engine"))
    way.refresh_from_db()
    assert way.failure == "the proxy of this route did not answer"
