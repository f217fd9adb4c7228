"""Every folder is found, whole, and named rightly."""

from __future__ import annotations

from pathlib import Path

import pytest

from ravi.platforms import registry
from ravi.platforms.contract import Idempotency
from ravi.platforms.contract_tests import surface_problems

PAIRS = [(kind, platform) for kind in registry.kinds() for platform in registry.platforms(kind)]


def test_the_three_first_adapters_are_found() -> None:
    assert registry.kinds() == ("email", "sandbox", "wordpress")


@pytest.mark.parametrize(("kind", "platform"), PAIRS)
def test_an_adapter_and_its_profile_belong_together(kind: str, platform: str) -> None:
    adapter = registry.adapter(kind, platform)
    assert adapter.kind == kind
    assert isinstance(adapter.idempotency, Idempotency)
    assert surface_problems(adapter) == []
    profile = registry.profile(kind, platform)
    assert profile.kind == platform
    assert profile.name_fa and profile.name_en
    assert all(limit.source and limit.read_on for limit in profile.text_limits)


@pytest.mark.parametrize("kind", registry.kinds())
def test_a_folder_is_whole(kind: str) -> None:
    folder = Path(registry.__file__).parent / kind
    for name in ("adapter.py", "profile.py", "README.md", "icon.svg", "tests"):
        assert (folder / name).exists(), f"{kind}/{name}"


@pytest.mark.parametrize("platform", sorted({platform for _, platform in PAIRS}))
def test_a_platform_has_its_own_icon(platform: str) -> None:
    svg = registry.icon(platform).read_text(encoding="utf-8")
    assert svg.startswith("<svg") and "currentColor" in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


def test_an_unknown_adapter_is_a_sentence() -> None:
    with pytest.raises(registry.UnknownPlatform, match="There is no adapter named 'fax'"):
        registry.adapter("fax")


def test_the_sandbox_must_be_told_which_platform() -> None:
    with pytest.raises(registry.UnknownPlatform):
        registry.adapter("sandbox")
