"""A real Bluesky server for one test run: the PDS with a directory in memory, and an AppView of ours that counts for it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from ravi.cli.test_kinds import PDS_FOLDER
from ravi.platforms.contract_faults import HOST, free_port
from tests.servers.appview import app_view
from tests.servers.programs import answers, need, running, short_folder, wait_until

LAUNCHER = Path(__file__).with_name("pds.cjs")
PASSWORD = "a long word for "


@dataclass(frozen=True)
class Member:
    """Somebody on the server: asks it in their own name, by the protocol's own calls and no line of Ravi's."""

    url: str
    did: str
    handle: str
    token: str
    app_password: str

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def ask(self, name: str, **parameters: str) -> dict[str, Any]:
        return call(self.url, f"{name}?{urlencode(parameters)}", token=self.token)

    def tell(self, name: str, said: Mapping[str, Any]) -> dict[str, Any]:
        return call(self.url, name, said, self.token)

    def write(self, collection: str, record: Mapping[str, Any]) -> dict[str, Any]:
        """A record of any kind, dated long ago."""
        dated = {"$type": collection, "createdAt": "2026-11-01T00:00:00.000Z", **record}
        return self.tell("com.atproto.repo.createRecord", {"repo": self.did, "collection": collection, "record": dated})

    def record(self, uri: str) -> dict[str, Any] | None:
        """What stands at an address, or None."""
        repo, collection, rkey = uri.removeprefix("at://").split("/")
        try:
            return self.ask("com.atproto.repo.getRecord", repo=repo, collection=collection, rkey=rkey)
        except urllib.error.HTTPError as refusal:
            assert json.load(refusal)["error"] == "RecordNotFound"
            return None

    def posts(self) -> list[dict[str, Any]]:
        """Everything that stands on the account now, newest key first."""
        found = self.ask("com.atproto.repo.listRecords", repo=self.did, collection="app.bsky.feed.post", limit="100")
        records: list[dict[str, Any]] = found["records"]
        return records


@dataclass(frozen=True)
class PersonalDataServer:
    url: str
    port: int
    paced_url: str

    def member(self, name: str, *, is_paced: bool = False) -> Member:
        """A new account with an app password."""
        url = self.paced_url if is_paced else self.url
        wish = {"handle": f"{name}.test", "email": f"{name}@example.org", "password": PASSWORD + name}
        made = call(url, "com.atproto.server.createAccount", wish)
        app = call(url, "com.atproto.server.createAppPassword", {"name": "ravi"}, made["accessJwt"])
        return Member(url, made["did"], made["handle"], made["accessJwt"], app["password"])


@contextmanager
def personal_data_server() -> Iterator[PersonalDataServer]:
    if not (PDS_FOLDER / "node_modules").exists():
        pytest.skip("the Bluesky PDS is not installed; CI=true ./ravi test --only servers installs it")
    node = need(["node"], "nodejs")["node"]
    directory, port, paced = free_port(), free_port(), free_port()
    url = f"http://{HOST}:{port}"
    with short_folder("pds") as folder, app_view(url) as counts:
        log = folder / "log"
        words = [node, LAUNCHER, PDS_FOLDER, folder, directory, port, paced, counts]
        with running([str(word) for word in words], log, cwd=folder) as process:
            wait_until(lambda: answers(f"http://{HOST}:{paced}/xrpc/_health"), process, log, seconds=90)
            yield PersonalDataServer(url, port, f"http://{HOST}:{paced}")


def call(url: str, path: str, said: Mapping[str, Any] | None = None, token: str = "") -> dict[str, Any]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if said is None else json.dumps(said).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{url}/xrpc/{path}", data, headers), timeout=20) as answer:
        found: dict[str, Any] = json.loads(answer.read() or b"{}")
    return found
