"""A proxy's password is the engine's alone."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from ravi.cli.environment import Environment

SOMETHING = SimpleNamespace(web="w", owner="o", engine="e")
KEYS = SimpleNamespace(
    secret_key="s", public_key="p", key_id="k", private_folder="f", sandbox_token="t", demo_password="d"
)
HOME = SimpleNamespace(path="/home", ready="/home/ready")


def test_only_the_engine_is_given_the_routes_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAVI_ROUTE_ABROAD", "socks5://ravi:s3cret@proxy.example:1080")
    monkeypatch.setenv("RAVI_ROUTES", "telegram=abroad")
    given = Environment(cast(Any, HOME), cast(Any, KEYS), cast(Any, SOMETHING), 8000, None)
    assert given.engine()["RAVI_ROUTE_ABROAD"] == "socks5://ravi:s3cret@proxy.example:1080"
    for other in (given.web(), given.jobs(), given.migrate(), given.sandbox(), given.demo()):
        assert not any("s3cret" in value for value in other.values())
    assert given.engine()["RAVI_ROUTES"] == "telegram=abroad"
