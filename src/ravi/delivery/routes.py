"""The ways out: "direct", or a named proxy (RAVI_ROUTE_NAME), and which of them leads to which platform (RAVI_ROUTES).

What is asked of the environment is read when the engine starts, and a mistake there is an error then.
"""

import re
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from ravi.core.egress import Egress
from ravi.platforms import registry
from ravi.platforms.proxy import Proxy, parse_proxy
from ravi.platforms.transport import Transport, open_transport

DIRECT = "direct"
PREFIX = "RAVI_ROUTE_"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,58}")


class UnknownRoute(LookupError):
    """The environment names no such route."""


@dataclass(slots=True)
class Seen:
    """How a way fared lately, as this engine saw it (engine seconds; 0 for never)."""

    ok_at: float = 0.0
    failed_at: float = 0.0
    failure: str = ""


@dataclass(slots=True)
class Routes:
    """Opens each route when it is first used. `chosen` leads platforms to routes; what it does not name goes direct."""

    environ: Mapping[str, str]
    connections: int
    chosen: Mapping[str, str] = field(default_factory=dict)
    seen: dict[tuple[str, str], Seen] = field(default_factory=dict)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _open: dict[str, Transport] = field(default_factory=dict)

    def to(self, platform: str) -> str:
        """The route that leads to a platform."""
        return self.chosen.get(platform, DIRECT)

    def note(self, platform: str, route: str, now: float, failure: str | None) -> None:
        """What a call told of the way that it took; `failure` None when the platform answered, whatever it said."""
        seen = self.seen.setdefault((platform, route), Seen())
        if failure is None:
            seen.ok_at = now
        else:
            seen.failed_at, seen.failure = now, failure

    async def transport(self, route: str) -> Transport:
        """Raises UnknownRoute."""
        if route not in self._open:
            egress = Egress.from_environment(self.environ)
            opening = open_transport(egress, proxy=self._proxy(route), connections=self.connections)
            self._open[route] = await self._stack.enter_async_context(opening)
        return self._open[route]

    async def close(self) -> None:
        """Close every session."""
        await self._stack.aclose()

    def _proxy(self, route: str) -> str:
        if route == DIRECT:
            return ""
        try:
            return self.environ[f"{PREFIX}{route.upper()}"]
        except KeyError:
            raise UnknownRoute(f"no route named {route!r} is set up on the machine of this sender") from None


def read_proxies(environ: Mapping[str, str]) -> dict[str, Proxy]:
    """Every named route and its proxy. Raises ValueError with a sentence that holds no password."""
    found = {}
    for name in sorted(name for name in environ if name.startswith(PREFIX)):
        route = name.removeprefix(PREFIX).lower()
        if not _NAME.fullmatch(route) or route == DIRECT:
            raise ValueError(f"{name}: a route's name is letters, digits and _, and not {DIRECT.upper()}.")
        try:
            found[route] = parse_proxy(environ[name])
        except ValueError as error:
            raise ValueError(f"{name}: {error}.") from None
    return found


def read_routes(environ: Mapping[str, str]) -> dict[str, str] | None:
    """RAVI_ROUTES, "telegram=abroad,bluesky=abroad", as platform to route; None where it is not set, which is not the same
    as empty: whoever sets nothing changes nothing. Raises ValueError for what would not lead where it says."""
    proxies = read_proxies(environ)
    if "RAVI_ROUTES" not in environ:
        return None
    found: dict[str, str] = {}
    for item in filter(None, (part.strip() for part in environ["RAVI_ROUTES"].split(","))):
        platform, equals, route = (word.strip() for word in item.partition("="))
        _check(item, platform, bool(equals), route, proxies)
        if platform in found:
            raise ValueError(f"RAVI_ROUTES: {platform} stands there twice.")
        found[platform] = route
    return found


def _check(item: str, platform: str, has_equals: bool, route: str, proxies: Mapping[str, Proxy]) -> None:
    known = {name for kind in registry.kinds() for name in registry.platforms(kind)}
    if not has_equals or not route:
        raise ValueError(f"RAVI_ROUTES: {item!r} is not platform=route.")
    if platform not in known:
        raise ValueError(f"RAVI_ROUTES: there is no platform {platform!r}; there are {', '.join(sorted(known))}.")
    if route != DIRECT and route not in proxies:
        raise ValueError(f"RAVI_ROUTES: {PREFIX}{route.upper()} is not set.")
    if platform == "email" and route != DIRECT and proxies[route].kind != "socks5":
        raise ValueError("RAVI_ROUTES: e-mail needs a SOCKS proxy, or direct.")
