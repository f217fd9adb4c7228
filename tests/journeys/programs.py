"""Programs of headquarters and of units, over real HTTP, each with a key of its own."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg

from ravi.accounts.key import digest_of, hint_of, new_key
from tests.journeys.running import Ravi

UNITS, PLATFORMS = 57, 6
ISSUED = """insert into accounts_accesstoken (institution_id, person_id, name, digest, hint, verbs, created_at, valid_until,
    used_in_window) values (%s, %s, 'unit', %s, %s, '["adopt"]', now(), now() + interval '1 day', 0)"""
HEADS = """select p.id, p.institution_id, r.unit_id from accounts_person p join accounts_role r on r.person_id = p.id
    where p.username like 'unit-head-%%' and r.ended_at is null order by p.id limit %s"""


def keys_of_units(ravi: Ravi) -> dict[int, str]:
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


def uptake(programs: Counted, key: str, message: int) -> list[dict[str, Any]]:
    """Each unit's line, as headquarters' program reads it."""
    return list(programs.ask(key, "GET", f"messages/{message}/uptake").json())


def adopt(programs: Counted, unit: int, key: str, message: int, *, more: int = 0) -> int:
    """What a unit's own program does: finds the offer, reads it, and takes it to all its channels: one on each practice
    platform, and so many `more`."""
    (found,) = programs.ask(key, "GET", f"offers?awaiting_me=true&message_id={message}&unit_id={unit}").json()["items"]
    etag = programs.ask(key, "GET", f"offers/{found['id']}").headers["ETag"]
    channels = list(programs.every(key, f"channels?publishable=true&unit_id={unit}"))
    chosen = [one["id"] for one in channels if one["platform"] not in ("instagram", "linkedin", "aparat")]
    taken = programs.ask(key, "POST", f"offers/{found['id']}/adoption", {"channel_ids": chosen}, **{"If-Match": etag})
    assert taken.json()["ready"] == PLATFORMS + more, taken.text
    return int(taken.json()["answer"]["post_id"])
