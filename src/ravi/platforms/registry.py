"""Finds the adapters: a folder with an `adapter.py` and a `profile.py` is one; adding a platform is adding a folder.

`adapter.ADAPTERS` maps the platforms that a folder reaches to the class that does it (the sandbox plays six, each with
that platform's abilities); `profile.PROFILES` maps the same platforms to their limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TypeVar

from ravi.platforms.contract import Adapter, Profile

T = TypeVar("T")
HERE = Path(__file__).parent


class UnknownPlatform(LookupError):
    """No adapter folder reaches this platform under this name."""


@cache
def kinds() -> tuple[str, ...]:
    """The adapter folders by name, in alphabetical order."""
    return tuple(sorted(p.parent.name for p in HERE.glob("*/adapter.py") if (p.parent / "profile.py").exists()))


def platforms(kind: str) -> tuple[str, ...]:
    """The platforms that one adapter folder reaches."""
    return tuple(_profiles(kind))


def adapter(kind: str, platform: str | None = None) -> type[Adapter]:
    """The adapter class; `platform` may be left out where the folder reaches only one."""
    return _pick(_adapters(kind), kind, platform)


def profile(kind: str, platform: str | None = None) -> Profile:
    """The limits of `platform` as this adapter folder knows them."""
    return _pick(_profiles(kind), kind, platform)


def icon(platform: str) -> Path:
    """The icon of a platform: its own folder's, else the one that the sandbox draws for it."""
    candidates = (HERE / platform / "icon.svg", HERE / "sandbox" / "icons" / f"{platform}.svg")
    return next((path for path in candidates if path.exists()), HERE / "sandbox" / "icon.svg")


@cache
def _adapters(kind: str) -> Mapping[str, type[Adapter]]:
    _known(kind)
    found: Mapping[str, type[Adapter]] = import_module(f"ravi.platforms.{kind}.adapter").ADAPTERS
    return found


@cache
def _profiles(kind: str) -> Mapping[str, Profile]:
    _known(kind)
    found: Mapping[str, Profile] = import_module(f"ravi.platforms.{kind}.profile").PROFILES
    return found


def _known(kind: str) -> None:
    if kind not in kinds():
        raise UnknownPlatform(f"There is no adapter named {kind!r}; there are {', '.join(kinds())}.")


def _pick(found: Mapping[str, T], kind: str, platform: str | None) -> T:
    if platform is None and len(found) == 1:
        return next(iter(found.values()))
    if platform is None or platform not in found:
        raise UnknownPlatform(f"The adapter {kind!r} reaches {', '.join(found)}; not {platform!r}.")
    return found[platform]
