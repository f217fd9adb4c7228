"""The ways out: "direct", or a named proxy from the environment (RAVI_ROUTE_NAME=http://proxy:3128)."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from ravi.core.egress import Egress
from ravi.platforms.transport import Transport, open_transport

DIRECT = "direct"


class UnknownRoute(LookupError):
    """The environment names no such route."""


@dataclass(slots=True)
class Routes:
    """Opens each route when it is first used."""

    environ: Mapping[str, str]
    connections: int
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _open: dict[str, Transport] = field(default_factory=dict)

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
            return self.environ[f"RAVI_ROUTE_{route.upper()}"]
        except KeyError:
            raise UnknownRoute(f"no route named {route!r} is set up") from None
