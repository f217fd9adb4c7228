"""The database is killed while 360 copies go out: the board says something true, nothing is lost, nothing goes twice."""

import json
import os
import signal
import time
from collections import Counter
from secrets import token_hex
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page

from ravi.delivery.engine.values import Policy
from tests.journeys import people
from tests.journeys.conftest import NewContext
from tests.journeys.running import Ravi

pytestmark = pytest.mark.journey
EVERY_PLATFORM = ("telegram", "bale", "eitaa", "wordpress", "mastodon", "bluesky")
EVERY_UNIT = ("hospital", "faculty", "county_network", "health_house", "centre", "headquarters")


def published(ravi: Ravi, title: str) -> Counter[tuple[str, str]]:
    """By the practice platforms' own log."""
    effects = [one for one in ravi.effects() if one["action"] == "publish" and one["title"] == title]
    return Counter((one["platform"], one["handle"]) for one in effects)


def kill_database(ravi: Ravi) -> None:
    state = json.loads((ravi.home / "run" / "state.json").read_text())
    os.kill(state["processes"]["PostgreSQL"][0], signal.SIGKILL)


def states(ravi: Ravi, post_id: int) -> Counter[str]:
    url = json.loads((ravi.home / "run" / "state.json").read_text())["databases"]["engine"]
    with psycopg.connect(url) as connection:
        rows: list[Any] = connection.execute(
            "select state from delivery_delivery where post_id = %s and action = 'publish'", [post_id]
        ).fetchall()
    return Counter(state for (state,) in rows)


def look(page: Page, address: str) -> str:
    """What the board says now, whether the house answers or not."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status in (200, 503), answer.status
    return page.locator("main").inner_text()


def test_a_database_that_dies_in_the_middle_costs_nothing(ravi: Ravi, device: NewContext):
    editor, expert = (people.sign_in(device(360, javascript=False), ravi, name) for name in ("editor", "expert"))
    title = f"نوبت‌دهی ({token_hex(2)})"
    text = "نوبت درمانگاه‌ها از شنبه اینترنتی است."
    people.write(editor, ravi, title, text, platforms=EVERY_PLATFORM, groups=EVERY_UNIT)
    pk = people.submit(editor)
    ravi.faults(delay_ms=1_500)
    try:
        people.approve(expert, ravi, pk)
        while sum(published(ravi, title).values()) < 60:
            time.sleep(0.05)
        kill_database(ravi)
        board = f"{ravi.url}/posts/{pk}/board/"
        said = {look(editor, board) for _ in range(10)}
        assert all(words.strip() for words in said)
        give_up = time.monotonic() + 120
        while "claimed" in (now := _states(ravi, pk)) or "sending" in now or "pending" in now or not now:
            assert time.monotonic() < give_up, now
            time.sleep(0.5)
    finally:
        ravi.faults()
    there = published(ravi, title)
    assert set(there.values()) == {1}
    assert sum(now.values()) == 360
    assert set(now) <= {"sent", "unknown"}
    assert now["unknown"] <= Policy().concurrency
    assert now["sent"] <= len(there) <= now["sent"] + now["unknown"]
    assert "360" in look(editor, board) or "۳۶۰" in look(editor, board)


def _states(ravi: Ravi, pk: int) -> Counter[str]:
    try:
        return states(ravi, pk)
    except psycopg.OperationalError:
        return Counter()
