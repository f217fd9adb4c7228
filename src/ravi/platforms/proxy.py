"""The proxy of a route: how its address is read, and what of it may be shown."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Literal, cast
from urllib.parse import unquote, urlsplit

Kind = Literal["http", "socks5"]
_SCHEMES = {"http": "http", "socks5": "socks5", "socks5h": "socks5"}


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where a proxy stands, and who Ravi is there. Names are always resolved by the proxy."""

    kind: Kind
    host: str
    port: int
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """Its address without the user's name and password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.kind}://{host}:{self.port}"

    @property
    def authorization(self) -> str:
        """The value of Proxy-Authorization (RFC 7617); "" without a user."""
        if not self.username:
            return ""
        return "Basic " + b64encode(f"{self.username}:{self.password}".encode()).decode()


def parse_proxy(text: str) -> Proxy:
    """Reads `http://proxy:3128`, `socks5://user:password@proxy:1080`. Raises ValueError, which never repeats the text."""
    try:
        parts = urlsplit(text.strip())
        kind, port = _SCHEMES[parts.scheme], parts.port
    except (KeyError, ValueError):
        raise ValueError("a proxy's address begins with http:// or socks5:// and ends with its port") from None
    if not parts.hostname or not port or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("a proxy's address is a host and a port, nothing more")
    return Proxy(cast(Kind, kind), parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""))
