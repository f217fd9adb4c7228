"""An adapter whose tokens end, a keeper whose clock is held, and channels that are set with one token or with several."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from ravi.delivery.courier import Courier
from ravi.delivery.credentials import KeyFolder
from ravi.delivery.keeper import ConnectionKeeper
from ravi.delivery.looks import Looker
from ravi.delivery.routes import Routes
from ravi.delivery.store.connection import Line
from ravi.platforms import contract
from ravi.platforms.sandbox.adapter import SandboxCredentials
from ravi.platforms.shapes.json_http import JsonDoor

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


class Lending:
    """Speaks with tests/fakes/token_server.py; `target` is an account there."""

    kind: ClassVar[str] = "sandbox"
    idempotency: ClassVar[contract.Idempotency] = contract.Idempotency("none")
    credentials_type: ClassVar[type] = SandboxCredentials

    def __init__(self, credentials: SandboxCredentials, transport: contract.Transport) -> None:
        self._own, self._url = credentials, credentials.base_url
        secrets = contract.secrets_of(credentials)
        self._door = JsonDoor(transport.http, {"Authorization": f"Bearer {credentials.token}"}, secrets)

    @staticmethod
    def validate(content: contract.Content, profile: contract.Profile) -> list[contract.Problem]:
        return []

    async def publish(self, target: str, content: contract.Content, *, key: str) -> contract.Receipt:
        raise contract.NotSent("nothing is published here")

    async def verify(self, target: str) -> contract.Verified:
        said = (await self._door.call("GET", f"{self._url}/me")).data
        return contract.Verified("دانشگاه", said["handle"], expires_at=datetime.fromisoformat(said["until"]))

    async def renew(self) -> contract.Renewed:
        said = (await self._door.call("POST", f"{self._url}/renew", data={})).data
        younger = SandboxCredentials(self._url, said["token"])
        return contract.Renewed(younger, datetime.fromisoformat(said["until"]))


class Telling(Lending):
    """Tells of its account's limits and followers what a test puts here."""

    told: ClassVar[dict[str, float]] = {}
    followers: ClassVar[int] = 0

    async def limits(self, target: str) -> dict[str, float]:
        return dict(self.told)

    async def count(self, target: str) -> int:
        return self.followers


@dataclass
class HeldClock:
    at: float = NOW.timestamp()

    def now(self) -> float:
        return self.at

    async def sleep(self, _seconds: float) -> None:
        await asyncio.sleep(0.01)

    def timeout(self, seconds: float) -> Any:
        return asyncio.timeout(seconds)


@dataclass
class Kept:
    """One engine's keeper over the engine's own role, and what it said."""

    url: str
    keys: Path
    allowed: str
    clock: HeldClock = field(default_factory=HeldClock)
    lines: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    @asynccontextmanager
    async def keeper(self) -> AsyncIterator[ConnectionKeeper]:
        keys, routes = KeyFolder(self.keys), Routes({"RAVI_EGRESS_ALLOW": self.allowed}, 10)
        looker = Looker(keys, routes, self.clock)
        courier = Courier(Line(self.url, "courier"), keys, routes, self.clock)
        line = Line(self.url, "connections")

        def log(event: str, /, **facts: object) -> None:
            self.lines.append((event, facts))

        yield ConnectionKeeper(line, looker, courier, self.clock, log, lambda: None, "test-1")
        await line.close()
        await courier.line.close()
        await routes.close()

    def run(self, work: Callable[[ConnectionKeeper], Any]) -> Any:
        async def play() -> Any:
            async with self.keeper() as keeper:
                return await work(keeper)

        return asyncio.run(play())

    def renew(self) -> int:
        """One turn of renewals, waited for; how many were begun."""

        async def turn(keeper: ConnectionKeeper) -> int:
            begun = await keeper.renew_due()
            await keeper.finish()
            return begun

        return int(self.run(turn))

    def look(self) -> int:
        """One turn of looks; how many."""
        return int(self.run(lambda keeper: keeper.look_due()))


def write_key(folder: Path, private: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "test-1.key").write_text(base64.urlsafe_b64encode(private).decode())
    return folder
