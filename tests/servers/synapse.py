"""A real Matrix homeserver for one test run: Synapse in a virtual environment of its own, SQLite, no federation."""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from ravi.cli.test_kinds import SYNAPSE_PYTHON
from ravi.platforms.contract_faults import HOST, free_port
from tests.servers.programs import running, short_folder, wait_until

SECRET = "a word for registering"
SETTINGS = """
server_name: localhost
pid_file: {folder}/synapse.pid
listeners:
  - {{port: {port}, bind_addresses: ['{host}'], type: http, tls: false, resources: [{{names: [client], compress: false}}]}}
database: {{name: sqlite3, args: {{database: '{folder}/synapse.db'}}}}
log_config: {folder}/log.yaml
media_store_path: {folder}/media
signing_key_path: {folder}/signing.key
registration_shared_secret: '{secret}'
macaroon_secret_key: made-up
form_secret: made-up
report_stats: false
trusted_key_servers: []
suppress_key_server_warning: true
"""
LOG = "{version: 1, handlers: {f: {class: logging.FileHandler, filename: %s}}, root: {level: WARNING, handlers: [f]}}"


@dataclass(frozen=True)
class Account:
    """Somebody on the homeserver: asks it in their own name, by Matrix' own API and no line of Ravi's."""

    url: str
    name: str
    token: str

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return _ask(f"{self.url}/_matrix/client/v3{path}", method, body, self.token)

    def join_invited(self) -> list[str]:
        """Take every invitation; the rooms."""
        invited = self.ask("GET", "/sync?timeout=0").get("rooms", {}).get("invite", {})
        for room in invited:
            self.ask("POST", f"/rooms/{quote(room)}/join", {})
        return list(invited)

    def messages(self, room: str) -> list[str]:
        """The words of every message in the room, oldest first."""
        chunk = self.ask("GET", f"/rooms/{quote(room)}/messages?dir=f&limit=100")["chunk"]
        return [one["content"]["body"] for one in chunk if one["type"] == "m.room.message"]


@dataclass(frozen=True)
class Homeserver:
    url: str
    port: int

    def account(self, name: str, *, is_hurried: bool = False) -> Account:
        """A new account (Synapse's own registering by a shared secret). Without Synapse's pace if it is hurried."""
        made = self._registered(name, is_admin=False)
        if is_hurried:
            admin = self._registered(f"admin-{name}", is_admin=True)
            place = f"{self.url}/_synapse/admin/v1/users/{quote(made.name)}/override_ratelimit"
            _ask(place, "POST", {"messages_per_second": 0, "burst_count": 0}, admin.token)
        return made

    def signed_in(self, name: str) -> Account:
        """The same account with another token, as after signing out and in."""
        who = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": name},
            "password": _password(name),
        }
        made = _ask(f"{self.url}/_matrix/client/v3/login", "POST", who)
        return Account(self.url, made["user_id"], made["access_token"])

    def _registered(self, name: str, *, is_admin: bool) -> Account:
        place = f"{self.url}/_synapse/admin/v1/register"
        nonce = _ask(place, "GET")["nonce"]
        said = "\0".join((nonce, name, _password(name), "admin" if is_admin else "notadmin")).encode()
        mac = hmac.new(SECRET.encode(), said, hashlib.sha1).hexdigest()
        wish = {"nonce": nonce, "username": name, "password": _password(name), "admin": is_admin, "mac": mac}
        made = _ask(place, "POST", wish)
        return Account(self.url, made["user_id"], made["access_token"])


def _password(name: str) -> str:
    return f"a long word for {name}"


@contextmanager
def homeserver() -> Iterator[Homeserver]:
    if not SYNAPSE_PYTHON.exists():
        pytest.skip("Synapse is not installed; CI=true ./ravi test --only servers installs it")
    with short_folder("synapse") as folder:
        port = free_port()
        settings = folder / "settings.yaml"
        settings.write_text(SETTINGS.format(folder=folder, port=port, host=HOST, secret=SECRET))
        (folder / "log.yaml").write_text(LOG % (folder / "synapse.log"))
        program = [SYNAPSE_PYTHON, "-m", "synapse.app.homeserver", "-c", settings]
        with running([*program, "--generate-keys"], folder / "keys.log", cwd=folder) as making:
            making.wait(60)
        with running(program, folder / "out.log", cwd=folder) as process:
            server = Homeserver(f"http://{HOST}:{port}", port)
            wait_until(lambda: _answers(server.url), process, folder / "out.log", seconds=90)
            yield server


def _answers(url: str) -> bool:
    try:
        return bool(_ask(f"{url}/_matrix/client/versions", "GET"))
    except OSError:
        return False


def _ask(url: str, method: str, body: Mapping[str, Any] | None = None, token: str = "") -> dict[str, Any]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=20) as answer:
        found: dict[str, Any] = json.load(answer)
    return found
