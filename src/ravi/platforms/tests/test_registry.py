"""Every folder is found, whole, and named rightly."""

from __future__ import annotations

from pathlib import Path

import pytest

from ravi.platforms import registry
from ravi.platforms.contract import OWN_CHOICE, Idempotency, Profile
from ravi.platforms.contract_tests import surface_problems

PAIRS = [(kind, platform) for kind in registry.kinds() for platform in registry.platforms(kind)]


def sources_of(profile: Profile) -> list[str]:
    videos = [profile.video.source] if profile.video else []
    return [*(limit.source for limit in profile.text_limits), profile.source, profile.media_source, *videos]


def test_an_adapter_is_found_by_its_folder() -> None:
    assert {"email", "manual", "sandbox", "telegram", "wordpress"} <= set(registry.kinds())
    assert set(registry.kinds()).isdisjoint({"shapes", "tests", "__pycache__"})


@pytest.mark.parametrize(("kind", "platform"), PAIRS)
def test_an_adapter_and_its_profile_belong_together(kind: str, platform: str) -> None:
    adapter = registry.adapter(kind, platform)
    assert adapter.kind == kind
    assert isinstance(adapter.idempotency, Idempotency)
    assert surface_problems(adapter) == []
    profile = registry.profile(kind, platform)
    assert profile.kind == platform
    assert profile.name_fa and profile.name_en
    assert [
        source for source in sources_of(profile) if not (source == OWN_CHOICE or source.startswith("https://"))
    ] == []


@pytest.mark.parametrize("name", sorted({*registry.kinds(), *registry.own()}))
def test_a_folder_is_whole(name: str) -> None:
    """An adapter with its profile; a profile alone where people publish by hand; or what stands for that hand."""
    folder = Path(registry.__file__).parent / name
    parts = {part for part in ("adapter.py", "profile.py") if (folder / part).exists()}
    assert parts >= ({"adapter.py"} if registry.is_by_hand(name) else {"profile.py"})
    for part in ("README.md", "icon.svg", "tests"):
        assert (folder / part).exists(), f"{name}/{part}"


@pytest.mark.parametrize(("kind", "platform"), PAIRS)
def test_a_readme_says_where_each_limit_was_read(kind: str, platform: str) -> None:
    folder = platform if registry.is_by_hand(kind) else kind
    readme = (Path(registry.__file__).parent / folder / "README.md").read_text(encoding="utf-8")
    addresses = {source for source in sources_of(registry.profile(kind, platform)) if source != OWN_CHOICE}
    assert {address for address in addresses if f"<{address}>" not in readme} == set()


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
