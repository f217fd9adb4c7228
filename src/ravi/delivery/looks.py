"""Asks a platform whose a credential is, or for a younger one: what a look and a renewal bring, whatever goes wrong.

A look publishes nothing. Only the platform's own word makes a credential bad: what does not answer says nothing of it.
"""

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from ravi.delivery.counted import Calls, Counted, counting
from ravi.delivery.credentials import KeyFolder, NoCredential
from ravi.delivery.engine.ports import Clock
from ravi.delivery.routes import Routes, UnknownRoute
from ravi.directory.rules import ErrandOutcome
from ravi.platforms import contract, registry

# A channel of these is a server of its institution's own, or stands on one: it tells nothing of the platform's others. The
# handle of the first three is an address, which no account's name has to be like.
_ADDRESSES = frozenset({"wordpress", "email", "matrix"})
OWN_SERVERS = _ADDRESSES | {"mastodon", "bluesky"}
LOOK_S, RENEW_S = 30.0, 30.0
FOLLOWERS = "followers"
STEP_MOST_S = 2.0  # a look of some calls is over before its time is; what it spent is paid afterwards


class Connected(Protocol):
    """A channel and its sealed credential, as an errand or a connection tells them."""

    @property
    def channel_id(self) -> int: ...
    @property
    def platform(self) -> str: ...
    @property
    def adapter(self) -> str: ...
    @property
    def handle(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def box(self) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Look:
    """What was found, in the platform's words; how many calls it took, and how long to wait where it said so. Of a server of
    its own it tells nothing of the platform's others."""

    outcome: ErrandOutcome
    detail: str = ""
    expires_at: datetime | None = None
    calls: int = 1
    wait_s: float = 0.0
    found: Mapping[str, float] = field(default_factory=dict)
    is_own_server: bool = False


@dataclass(frozen=True, slots=True)
class NotRenewed(Exception):
    """The old credential stays. `is_refused`: the platform will not renew it, people have to connect anew."""

    detail: str
    is_refused: bool = False
    wait_s: float = 0.0


@dataclass(slots=True)
class Looker:
    """The way out for both; nothing that a platform answers ends it."""

    keys: KeyFolder
    routes: Routes
    clock: Clock

    async def verify(self, one: Connected, *, with_limits: bool = False) -> Look:
        """Whose the credential is; `with_limits` also what the account tells of its own limits, and how many follow it."""
        counted = Calls(min(STEP_MOST_S, 1.0 / rate_of(one)))
        counting.set(counted)
        look = replace(await self._verified(one), is_own_server=self._is_alone(one))
        self._note(one, look)
        found = await self._found(one) if with_limits and look.outcome is ErrandOutcome.VERIFIED else {}
        return replace(look, calls=max(1, counted.calls), found=found)

    async def renew(self, one: Connected) -> contract.Renewed:
        """A younger credential; the old one may be spent from here on, so it has to be kept at once. Raises NotRenewed."""
        counting.set(Calls(0.0))
        try:
            async with self.clock.timeout(RENEW_S):
                adapter = await self._adapter(one)
                if not isinstance(adapter, contract.Renewable):
                    raise NotRenewed("this platform renews nothing", is_refused=True)
                return await adapter.renew()
        except contract.CredentialsRefused as refused:
            raise NotRenewed(refused.detail, is_refused=True) from refused
        except contract.RateLimited as limited:
            raise NotRenewed(limited.detail, wait_s=limited.retry_after_s) from limited
        except (contract.PlatformError, NoCredential, UnknownRoute, registry.UnknownPlatform) as error:
            raise NotRenewed(str(error)) from error
        except TimeoutError:
            raise NotRenewed("no answer in time") from None
        except NotRenewed:
            raise
        except Exception as error:  # whatever a broken server answers, the old one stays and the others go on
            raise NotRenewed(f"its answer could not be read: {type(error).__name__}") from error

    async def _verified(self, one: Connected) -> Look:
        try:
            async with self.clock.timeout(LOOK_S):
                adapter = await self._adapter(one)
                if not isinstance(adapter, contract.Verifiable):
                    return Look(ErrandOutcome.NOT_POSSIBLE)
                said = await adapter.verify(one.address)
        except NoCredential as missing:
            return Look(ErrandOutcome.NO_CREDENTIAL, str(missing))
        except contract.CredentialsRefused as refused:
            return Look(ErrandOutcome.REFUSED, refused.detail)
        except contract.Rejected as refused:
            is_other = refused.code == contract.OTHER_ACCOUNT
            return Look(ErrandOutcome.OTHER_ACCOUNT if is_other else ErrandOutcome.NOT_ALLOWED, refused.detail)
        except contract.RateLimited as limited:
            return Look(ErrandOutcome.NOT_REACHED, limited.detail, wait_s=limited.retry_after_s)
        except (contract.PlatformError, registry.UnknownPlatform, UnknownRoute) as error:
            return Look(ErrandOutcome.NOT_REACHED, str(error))
        except TimeoutError:
            return Look(ErrandOutcome.NOT_REACHED, "no answer in time")
        except Exception as error:  # whatever a broken server answers to one channel, the engine goes on
            return Look(ErrandOutcome.NOT_REACHED, f"its answer could not be read: {type(error).__name__}")
        is_same = one.platform in _ADDRESSES or not said.handle or _plain(said.handle) == _plain(one.handle)
        outcome = ErrandOutcome.VERIFIED if is_same else ErrandOutcome.OTHER_ACCOUNT
        return Look(outcome, said.name or said.handle, said.expires_at)

    async def _found(self, one: Connected) -> dict[str, float]:
        """What is not told, or not clearly, is left out; the look stands without it."""
        found: dict[str, float] = {}
        with suppress(Exception):
            async with self.clock.timeout(LOOK_S):
                adapter = await self._adapter(one)
                if isinstance(adapter, contract.Bounded):
                    told = await adapter.limits(one.address)
                    found |= {name: float(value) for name, value in told.items() if name in contract.LIMIT_NAMES}
        with suppress(Exception):
            async with self.clock.timeout(LOOK_S):
                adapter = await self._adapter(one)
                if isinstance(adapter, contract.Countable):
                    found[FOLLOWERS] = float(await adapter.count(one.address))
        return {name: value for name, value in found.items() if math.isfinite(value) and value >= 0}

    async def _adapter(self, one: Connected) -> contract.Adapter:
        kind: Any = registry.adapter(one.adapter, one.platform)
        opened = self.keys.open(one.channel_id, one.box, kind.credentials_type)
        transport = await self.routes.transport(self.routes.to(one.platform))
        made: contract.Adapter = kind(opened.values, Counted(transport, self.clock))
        return made

    def _is_alone(self, one: Connected) -> bool:
        if one.adapter in OWN_SERVERS:
            return True
        try:
            kind = registry.adapter(one.adapter, one.platform)
            return stands_alone(one.adapter, self.keys.open(one.channel_id, one.box, kind.credentials_type).values)
        except Exception:  # a key that cannot be opened says nothing of where it leads
            return False

    def _note(self, one: Connected, look: Look) -> None:
        """How the way fares; a site or a mail server that is down tells nothing of the others, and no credential nothing."""
        if look.outcome in {ErrandOutcome.NO_CREDENTIAL, ErrandOutcome.NOT_POSSIBLE}:
            return
        is_lost = look.outcome is ErrandOutcome.NOT_REACHED and not look.wait_s
        if not is_lost or not look.is_own_server:
            route = self.routes.to(one.platform)
            self.routes.note(one.platform, route, self.clock.now(), look.detail if is_lost else None)


def stands_alone(adapter: str, credentials: object) -> bool:
    """Whether a channel's server is its institution's own: by what it is, or by the address in its credential."""
    return adapter in OWN_SERVERS or contract.is_of_another_server(credentials)


def rate_of(one: Connected) -> float:
    """The pace of its calls; one a second where no adapter speaks for it any more, which the look itself will tell."""
    try:
        return registry.profile(one.adapter, one.platform).bucket.rate_per_s or 1.0
    except registry.UnknownPlatform:
        return 1.0


def _plain(handle: str) -> str:
    return handle.strip().lstrip("@").casefold()
