"""The contract itself can fail: an adapter that can do more than it may is caught."""

from __future__ import annotations

from typing import Any

import pytest

from ravi.platforms.contract import SmtpServer, abilities_of, secrets_of
from ravi.platforms.contract_tests import surface_problems
from ravi.platforms.registry import adapter
from ravi.platforms.sandbox.adapter import SandboxCredentials, SandboxEitaa, SandboxTelegram


@pytest.mark.parametrize(
    "name", ["like", "follow", "vote", "direct_message", "list_members", "repost", "comments", "anything", "BASE_URL"]
)
def test_any_other_public_name_is_caught(name: str) -> None:
    async def does_it(self: Any) -> None: ...

    assert surface_problems(type("Bad", (SandboxTelegram,), {name: does_it})) == [f"has {name}"]


def test_a_hidden_second_purpose_in_a_signature_is_caught() -> None:
    async def publish(self: Any, target: str, content: Any, *, key: str, also_like: str = "") -> None: ...

    (problem,) = surface_problems(type("Bad", (SandboxTelegram,), {"publish": publish}))
    assert problem.startswith("publish(")


def test_abilities_are_types() -> None:
    assert abilities_of(SandboxTelegram) == {"edit", "delete", "pin", "verify", "count"}
    assert abilities_of(SandboxEitaa) == {"verify"}
    assert abilities_of(adapter("sandbox", "bluesky")) == {"delete", "find", "read", "verify", "count", "measure"}
    assert abilities_of(adapter("wordpress")) == {"edit", "delete", "pin", "find", "read", "verify"}
    assert abilities_of(adapter("email")) == {"verify"}


def test_secrets_never_show() -> None:
    credentials = SandboxCredentials("http://127.0.0.1:1", "very-secret")
    assert secrets_of(credentials) == ("very-secret",)
    assert "very-secret" not in repr(credentials)
    assert "very-secret" not in repr(SmtpServer("h", 25, "none", "u", "very-secret"))
