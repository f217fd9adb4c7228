"""57 units, each with a key of its own, adopt one message of headquarters through the API; all their copies go out."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from ravi.accounts.key import digest_of, hint_of, new_key
from tests.journeys.running import Ravi
from tests.journeys.test_api import key_of

pytestmark = pytest.mark.journey

UNITS, PLATFORMS = 57, 6
WAITS_S = 240
ISSUED = """insert into accounts_accesstoken (institution_id, person_id, name, digest, hint, verbs, created_at, valid_until,
    used_in_window) values (%s, %s, 'unit', %s, %s, '["adopt"]', now(), now() + interval '1 day', 0)"""
HEADS = """select p.id, p.institution_id, r.unit_id from accounts_person p join accounts_role r on r.person_id = p.id
    where p.username like 'unit-head-%%' and r.ended_at is null order by p.id limit %s"""


@pytest.fixture
def unit_keys(ravi: Ravi) -> dict[int, str]:
    """Unit -> the key of its head, whom the demo lets sign in nowhere: written down as the page would."""
    url = json.loads((ravi.home / "run" / "state.json").read_text())["databases"]["web"]
    keys: dict[int, str] = {}
    with psycopg.connect(url) as connection:
        (institution,) = connection.execute("select id from accounts_institution where is_demo").fetchall()[0]
        connection.execute("select set_config('ravi.institution', %s, true)", [str(institution)])
        for person, _institution, unit in connection.execute(HEADS, [UNITS]).fetchall():
            keys[unit] = key = new_key(institution)
            connection.execute(ISSUED, [institution, person, digest_of(key), hint_of(key)])
    return keys


class Counted:
    """Programs over real HTTP, and how many requests they made."""

    def __init__(self, client: httpx.Client) -> None:
        self.client, self.requests = client, 0

    def ask(self, key: str, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        self.requests += 1
        told = {"Authorization": f"Bearer {key}", "Accept-Language": "en", **headers}
        answer = self.client.request(method, path, json=body, headers=told)
        assert answer.status_code < 300, (path, answer.text)
        return answer

    def every(self, key: str, path: str) -> Iterator[dict[str, Any]]:
        cursor = ""
        while True:
            page = self.ask(key, "GET", f"{path}&limit=200&cursor={cursor}").json()
            yield from page["items"]
            if page["next"] is None:
                return
            cursor = page["next"]


@pytest.fixture
def programs(ravi: Ravi) -> Iterator[Counted]:
    with httpx.Client(base_url=f"{ravi.url}/api/v1/", timeout=60) as client:
        yield Counted(client)


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


def uptake(programs: Counted, key: str, message: int) -> list[dict[str, Any]]:
    """Each unit's line, as headquarters' program reads it."""
    return list(programs.ask(key, "GET", f"messages/{message}/uptake").json())


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


def adopt(programs: Counted, unit: int, key: str, message: int) -> int:
    """What a unit's own program does: finds the offer, reads it, and takes it to all its channels."""
    (found,) = programs.ask(key, "GET", f"offers?awaiting_me=true&message_id={message}&unit_id={unit}").json()["items"]
    etag = programs.ask(key, "GET", f"offers/{found['id']}").headers["ETag"]
    channels = list(programs.every(key, f"channels?publishable=true&unit_id={unit}"))
    chosen = [one["id"] for one in channels if one["platform"] not in ("instagram", "linkedin", "aparat")]
    taken = programs.ask(key, "POST", f"offers/{found['id']}/adoption", {"channel_ids": chosen}, **{"If-Match": etag})
    assert taken.json()["ready"] == PLATFORMS, taken.text
    return int(taken.json()["answer"]["post_id"])
