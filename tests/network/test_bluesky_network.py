"""The numbers of a post as the Bluesky network itself counts them: its own server, stream and AppView, run on this machine. They
judge the adapter, and the small AppView that counts for the tests of every run."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import psycopg
import pytest

from conftest import Urls
from ravi.cli.test_kinds import NETWORK_FOLDER
from ravi.core.egress import Egress
from ravi.platforms.bluesky.adapter import Bluesky
from ravi.platforms.bluesky.session import BlueskyCredentials
from ravi.platforms.contract import Content, Counts
from ravi.platforms.contract_faults import HOST, free_port
from ravi.platforms.transport import open_transport
from tests.servers.appview import app_view
from tests.servers.pds import Member, PersonalDataServer
from tests.servers.programs import need, running, short_folder, wait_until

pytestmark = [pytest.mark.network, pytest.mark.database]

LAUNCHER = Path(__file__).with_name("network.cjs")


@contextmanager
def redis() -> Iterator[str]:
    program, port = need(["redis-server"], "redis-server")["redis-server"], free_port()
    words = [program, "--port", str(port), "--bind", HOST, "--save", "", "--appendonly", "no"]
    with short_folder("redis") as folder, running(words, folder / "log", cwd=folder):
        yield f"{HOST}:{port}"


@pytest.fixture(scope="module")
def network(database_server: Urls) -> Iterator[PersonalDataServer]:
    """A database of its own for the AppView, Redis, and the network before them."""
    name = f"network_{uuid4().hex[:8]}"
    with psycopg.connect(database_server.admin, autocommit=True) as line:
        line.execute(f"create database {name}")
    node = need(["node"], "nodejs")["node"]
    ports = [free_port() for _ in range(3)]
    url = f"http://{HOST}:{ports[1]}"
    with redis() as at, short_folder("network") as folder:
        log = folder / "log"
        told = {"DB_POSTGRES_URL": database_server.of(name).admin, "REDIS_HOST": at, "LOG_ENABLED": "false"}
        words = ["/usr/bin/env", *(f"{key}={value}" for key, value in told.items())]
        words += [node, str(LAUNCHER), str(NETWORK_FOLDER), *map(str, ports)]
        with running(words, log, cwd=folder) as process:
            wait_until(lambda: "READY" in log.read_text(errors="replace"), process, log, seconds=120)
            yield PersonalDataServer(url, ports[1], url)
    with psycopg.connect(database_server.admin, autocommit=True) as line:
        line.execute(f"drop database {name} with (force)")


async def test_the_networks_numbers_are_those_that_the_adapter_tells_and_our_app_view_counts(
    network: PersonalDataServer,
) -> None:
    me, fan = network.member("mehregan"), network.member("omid-hospital")
    async with open_transport(Egress(frozenset({(HOST, network.port)}))) as transport:
        adapter = Bluesky(BlueskyCredentials(me.handle, me.app_password, me.url), transport)
        before = await adapter.count(me.handle)
        posts = [(await adapter.publish(me.handle, Content(f"واکسن {n}"), key=f"k{n}")).remote_id for n in range(27)]
        gone = (await adapter.publish(me.handle, Content("رفته"), key="gone")).remote_id
        await adapter.delete(me.handle, gone)
        record = me.record(posts[0])
        assert record is not None
        ref = {"uri": record["uri"], "cid": record["cid"]}
        fan.write("app.bsky.feed.like", {"subject": ref})
        fan.write("app.bsky.feed.repost", {"subject": ref})
        fan.write("app.bsky.feed.post", {"text": "ببینید", "embed": {"$type": "app.bsky.embed.record", "record": ref}})
        fan.write("app.bsky.feed.post", {"text": "سپاس", "reply": {"root": ref, "parent": ref}})
        fan.write("app.bsky.graph.follow", {"subject": me.did})

        wanted, told = Counts(reactions=1, shares=2, replies=1), dict[str, Counts]()
        until = monotonic() + 60
        while told.get(posts[0]) != wanted or len(told) < 27 or await adapter.count(me.handle) != before + 1:
            assert monotonic() < until, told
            await asyncio.sleep(0.3)
            told = dict(await adapter.measure(me.handle, (*posts, gone)))
        assert set(told) == set(posts)
        assert told[posts[1]] == Counts(reactions=0, shares=0, replies=0)

    with app_view(network.url) as counts:
        ours, theirs = views(me, counts, posts[:3]), views(me, me.url, posts[:3])
    numbers = ("uri", "cid", "likeCount", "repostCount", "quoteCount", "replyCount")
    assert [[one[name] for name in numbers] for one in ours] == [[one[name] for name in numbers] for one in theirs]


def views(me: Member, url: str, uris: list[str]) -> list[dict[str, Any]]:
    """The posts as an AppView tells them: the network's through the server, ours with what the server signs for it."""
    name = "app.bsky.feed.getPosts"
    token = me.token
    if urlsplit(url).port != me.port:
        token = me.ask("com.atproto.server.getServiceAuth", aud="did:web:appview.localhost", lxm=name)["token"]
    asked = urllib.request.Request(
        f"{url}/xrpc/{name}?{urlencode({'uris': uris}, doseq=True)}", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(asked, timeout=20) as answer:
        found: list[dict[str, Any]] = json.load(answer)["posts"]
    return found
