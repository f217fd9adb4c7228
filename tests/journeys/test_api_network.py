"""57 units, each with a key of its own, adopt one message of headquarters through the API; all their copies go out."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys.programs import PLATFORMS, UNITS, Counted, adopt, uptake
from tests.journeys.running import Ravi
from tests.journeys.test_api import key_of

pytestmark = pytest.mark.journey

WAITS_S = 240


def test_57_units_answer_with_keys_of_their_own(ravi: Ravi, programs: Counted, unit_keys: dict[int, str]) -> None:
    assert len(unit_keys) == UNITS
    editor, expert = key_of(ravi, "editor", ("offer",)), key_of(ravi, "expert", ("approve",))
    message = offer(programs, editor, expert, sorted(unit_keys))
    began = time.monotonic()
    posts = {adopt(programs, unit, key, message) for unit, key in unit_keys.items()}
    adopted = time.monotonic()
    answered = [one for one in uptake(programs, editor, message) if one["answer"] == "adopted"]
    assert {one["unit_id"] for one in answered} == set(unit_keys)
    assert posts <= {one["id"] for one in programs.every(expert, "posts?awaiting_me=true")}
    for post in sorted(posts):
        digest = programs.ask(expert, "GET", f"posts/{post}/shown").json()["digest"]
        programs.ask(expert, "POST", f"posts/{post}/approval", {"digest": digest})
    approved = time.monotonic()
    until = approved + WAITS_S
    while True:
        lines = [line for one in uptake(programs, editor, message) for line in one["channels"]]
        states = Counter(line["state"] for line in lines)
        if states == {"published": UNITS * PLATFORMS}:
            break
        assert time.monotonic() < until, states
        time.sleep(1)
    print(
        f"\n{UNITS} adoptions in {adopted - began:.1f} s, approvals in {approved - adopted:.1f} s,"
        f" {UNITS * PLATFORMS} copies sent {time.monotonic() - approved:.1f} s later; {programs.requests} requests"
    )
    assert all(line["link"] for line in lines)


def offer(programs: Counted, editor: str, expert: str, units: list[int]) -> int:
    """Headquarters' message, seen by an expert, before these units; without a window, so that copies go at once."""
    fact = {"name": "dose", "kind": "dose", "value": {"number": 2}}
    until = (datetime.now(UTC) + timedelta(days=9)).isoformat()
    words = {
        "title": "دوز دوم",
        "text": "برای {dose} بیایید.",
        "facts": [fact],
        "valid_until": until,
    }
    aims = [{"kind": "unit", "unit_id": unit} for unit in units]
    said = {"settings": {"aims": aims, "window_min": 0}, "words": words}
    made = programs.ask(editor, "POST", "messages", said)
    address = f"messages/{made.json()['id']}"
    body = {"content_hash": programs.ask(editor, "GET", address).json()["draft"]["content_hash"]}
    programs.ask(expert, "POST", f"{address}/endorsement", body)
    issued = programs.ask(editor, "POST", f"{address}/issue", **{"If-Match": made.headers["ETag"]})
    assert len(issued.json()["offers"]) == len(units)
    return int(made.json()["id"])
