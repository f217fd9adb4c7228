"""Every platform that the sandbox plays passes the one contract, on a running server of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from ravi.core.egress import Egress
from ravi.platforms.contract import Content, Deletable, Editable, Readable, Receipt, Standing
from ravi.platforms.contract_faults import HOST
from ravi.platforms.contract_tests import AdapterContract, Place, Shown
from ravi.platforms.sandbox.adapter import (
    ADAPTERS,
    SandboxBale,
    SandboxBluesky,
    SandboxCredentials,
    SandboxEitaa,
    SandboxMastodon,
    SandboxTelegram,
    SandboxWordpress,
)
from ravi.platforms.sandbox.profile import PROFILES
from ravi.platforms.transport import open_transport
from tests.sandbox import Sandbox, running_sandbox

TOKEN = "a-token-of-this-channel"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        for platform in ADAPTERS:
            sandbox.register(platform, "mehregan", token=TOKEN)
        yield sandbox


class SandboxPlace:
    def __init__(self, sandbox: Sandbox, platform: str) -> None:
        self._sandbox = sandbox
        self._platform = platform
        self.port = sandbox.port

    def credentials(self, port: int, *, wrong: bool = False) -> SandboxCredentials:
        return SandboxCredentials(f"http://127.0.0.1:{port}", "a-wrong-token" if wrong else TOKEN)

    def target(self, _port: int) -> str:
        return f"{self._platform}/mehregan"

    async def shown(self, receipt: Receipt) -> Shown | None:
        lines = [
            line
            for line in self._sandbox.log()
            if line["platform"] == self._platform and line.get("remote_id") == receipt.remote_id
        ]
        if not lines or lines[-1]["action"] == "delete":
            return None
        told = [line for line in lines if line["action"] in {"publish", "edit"}][-1]
        return Shown(told["text"], tuple(item["alt_text"] for item in told["media"]))

    async def effects(self, key: str) -> int:
        return self._sandbox.published()[key]


class SandboxContract(AdapterContract):
    @pytest.fixture
    async def place(self, sandbox: Sandbox) -> AsyncIterator[Place]:
        yield SandboxPlace(sandbox, self.profile.kind)


class TestTelegram(SandboxContract):
    adapter_type = SandboxTelegram
    profile = PROFILES["telegram"]


class TestBale(SandboxContract):
    adapter_type = SandboxBale
    profile = PROFILES["bale"]


class TestEitaa(SandboxContract):
    adapter_type = SandboxEitaa
    profile = PROFILES["eitaa"]


def _nothing_there(method: str, _path: str) -> bytes | None:
    body = b'{"ok": true, "id": null}'
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n"
    return head + body if method == "GET" else None


class TestWordpress(SandboxContract):
    adapter_type = SandboxWordpress
    profile = PROFILES["wordpress"]
    innocent = staticmethod(_nothing_there)


class TestMastodon(SandboxContract):
    adapter_type = SandboxMastodon
    profile = PROFILES["mastodon"]


class TestBluesky(SandboxContract):
    adapter_type = SandboxBluesky
    profile = PROFILES["bluesky"]


def test_every_played_platform_has_a_class_a_profile_and_a_test() -> None:
    tested = {case.adapter_type for case in SandboxContract.__subclasses__()}
    assert set(ADAPTERS) == set(PROFILES)
    assert set(ADAPTERS.values()) == tested


@pytest.mark.parametrize("platform", ["wordpress", "mastodon"])
async def test_a_platform_that_says_yes_and_does_nothing_is_found(sandbox: Sandbox, platform: str) -> None:
    place = SandboxPlace(sandbox, platform)
    egress = Egress(frozenset({(HOST, sandbox.port)}))
    async with open_transport(egress) as transport:
        adapter = ADAPTERS[platform](place.credentials(sandbox.port), transport)
        target, old, new = place.target(sandbox.port), Content("۸ آذر", "واکسن"), Content("۹ آذر", "واکسن")
        receipt = await adapter.publish(target, old, key="deaf")
        sandbox.faults(deaf_every=1)
        try:
            assert isinstance(adapter, Editable) and isinstance(adapter, Deletable) and isinstance(adapter, Readable)
            await adapter.edit(target, receipt.remote_id, new, key="deaf-2")
            await adapter.delete(target, receipt.remote_id)
            assert await adapter.read(target, receipt.remote_id, new) == Standing("واکسن\n\n۸ آذر", False)
        finally:
            sandbox.faults()
        await adapter.delete(target, receipt.remote_id)
        assert await adapter.read(target, receipt.remote_id, new) is None
