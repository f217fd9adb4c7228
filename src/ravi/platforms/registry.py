"""Finds the adapters: a folder with an `adapter.py` is one; adding a platform is adding a folder.

`adapter.ADAPTERS` maps the platforms that a folder reaches to the class that does it (the sandbox plays six, each with
that platform's abilities); `profile.PROFILES` maps the same platforms to their limits. A platform without an API has a
`profile.py` and no `adapter.py`: people publish there by hand. `manual` is the other half, an adapter without a profile:
its `adapter.EVERYWHERE` reaches every platform that has a folder of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TypeVar

from ravi.platforms.contract import Adapter, Content, Problem, Profile

T = TypeVar("T")
HERE = Path(__file__).parent


class UnknownPlatform(LookupError):
    """No adapter folder reaches this platform under this name."""


@cache
def kinds() -> tuple[str, ...]:
    """The adapter folders by name, in alphabetical order."""
    return tuple(sorted(path.parent.name for path in HERE.glob("*/adapter.py")))


@cache
def own() -> Mapping[str, Profile]:
    """Every platform with a folder of its own, adapter or not, by name; what the sandbox only plays is not among them."""
    folders = sorted({path.parent.name for path in HERE.glob("*/profile.py")} - {"contract"})
    found = {name: _profiles_in(name) for name in folders}
    return {name: profiles[name] for name, profiles in found.items() if name in profiles}


def is_by_hand(kind: str) -> bool:
    """Whether people do what this adapter cannot: the engine has nobody to call."""
    return kind in kinds() and not _has_profile(kind)


def needs_credential(kind: str, platform: str | None = None) -> bool:
    """Whether a channel has to be connected before the engine can speak there."""
    return bool(fields(adapter(kind, platform).credentials_type))


def platforms(kind: str) -> tuple[str, ...]:
    """The platforms that one adapter folder reaches."""
    return tuple(_profiles(kind))


def adapter(kind: str, platform: str | None = None) -> type[Adapter]:
    """The adapter class; `platform` may be left out where the folder reaches only one, or all of them."""
    if is_by_hand(kind):
        everywhere: type[Adapter] = import_module(f"ravi.platforms.{kind}.adapter").EVERYWHERE
        return everywhere
    return _pick(_adapters(kind), kind, platform)


def judge(kind: str, platform: str | None = None) -> Callable[[Content, Profile], Sequence[Problem]]:
    """What says whether a copy will be taken there: the adapter's own `validate`, which asks nobody."""
    return adapter(kind, platform).validate


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
    return _profiles_in(kind) if _has_profile(kind) else _in_plain_words()


@cache
def _in_plain_words() -> Mapping[str, Profile]:
    """Every platform as a person reaches it: who pastes words pastes no formatting, so an address stands in the words."""
    return {name: replace(profile, marks=frozenset()) for name, profile in own().items()}


def _profiles_in(folder: str) -> Mapping[str, Profile]:
    found: Mapping[str, Profile] = import_module(f"ravi.platforms.{folder}.profile").PROFILES
    return found


@cache
def _has_profile(kind: str) -> bool:
    return (HERE / kind / "profile.py").exists()


def _known(kind: str) -> None:
    if kind not in kinds():
        raise UnknownPlatform(f"There is no adapter named {kind!r}; there are {', '.join(kinds())}.")


def _pick(found: Mapping[str, T], kind: str, platform: str | None) -> T:
    if platform is None and len(found) == 1:
        return next(iter(found.values()))
    if platform is None or platform not in found:
        raise UnknownPlatform(f"The adapter {kind!r} reaches {', '.join(found)}; not {platform!r}.")
    return found[platform]
