"""The decision on renewal names each adapter that holds a key, and says of each what is true."""

import re
from pathlib import Path

from ravi.platforms import registry
from ravi.platforms.contract import abilities_of

ROOT = Path(__file__).parents[2]
[PAGE] = (ROOT / "docs" / "decisions").glob("*-keys-that-need-no-renewal.md")


def test_every_adapter_with_a_key_has_its_reason() -> None:
    rows = [line.split("|")[1] for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    held = {kind for kind in registry.kinds() if registry.needs_credential(kind, registry.platforms(kind)[0])}
    assert named == held - {"sandbox"}


def test_none_that_is_named_renews() -> None:
    able = {
        kind
        for kind in registry.kinds()
        for platform in registry.platforms(kind)
        if "renew" in abilities_of(registry.adapter(kind, platform))
    }
    assert able == set()
