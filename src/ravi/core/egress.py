"""Decides which addresses Ravi may connect to: public ones, and private ones only by an exact host:port list.

A name is resolved once; the caller connects to the very addresses that were checked here, so that a second answer of
the name server cannot lead anywhere else (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

WEB_PORTS = frozenset({80, 443})
# Names that only a machine or its own network knows (RFC 6761, 6762, 8375, 9476 and ICANN's "internal").
_INSIDE_NAMES = ("localhost", "local", "internal", "home.arpa", "lan", "alt", "onion", "test", "invalid")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits


class EgressRefused(Exception):
    """This address may not be connected to."""


class NameNotFound(Exception):
    """The host name has no address."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One checked address to connect to."""

    address: str
    port: int
    family: socket.AddressFamily


@dataclass(frozen=True, slots=True)
class Egress:
    """`allowed`: the exact (host, port) pairs that skip the address check, written by whoever runs this Ravi."""

    allowed: frozenset[tuple[str, int]] = field(default_factory=frozenset)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Egress:
        """Read RAVI_EGRESS_ALLOW, a comma-separated list such as "127.0.0.1:8101,[::1]:25"."""
        return cls(parse_allowed(environ.get("RAVI_EGRESS_ALLOW", "")))

    def is_allowed(self, host: str, port: int) -> bool:
        return (_plain(host), port) in self.allowed

    def check_url(self, url: str) -> None:
        """Refuse what is no web address, carries a password, or names a port that is neither a web port nor listed."""
        try:
            # Only as far as the host goes: most calls go to few hosts, and urlsplit remembers those.
            parts = urlsplit("/".join(url.split("/", 3)[:3]))
            port = parts.port or {"http": 80, "https": 443}[parts.scheme]
        except (KeyError, ValueError):
            raise EgressRefused("Only http and https addresses can be reached.") from None
        host = parts.hostname or ""
        if not host or parts.username is not None:
            raise EgressRefused("An address needs a host name and no user name in it.")
        if self.is_allowed(host, port):
            return
        if port not in WEB_PORTS:
            raise EgressRefused(f"Port {port} of {host} is not in RAVI_EGRESS_ALLOW.")
        literal = as_address(host)
        if literal is not None and not is_public(literal):
            raise EgressRefused(f"{host} is not a public address.")

    def check_beyond(self, host: str, port: int) -> None:
        """Refuse what a proxy, which resolves names itself, could only find on its own machine or in its own network."""
        host = _plain(host)
        if self.is_allowed(host, port):
            return
        try:
            # As the proxy is asked for it: a name in other letters or digits is that of the plain ones by then.
            host = _plain(host.encode("idna").decode("ascii"))
        except UnicodeError:
            raise EgressRefused(f"{host} is not a public name.") from None
        literal = as_address(host)
        if literal is not None:
            if not is_public(literal):
                raise EgressRefused(f"{host} is not a public address.")
        elif "." not in host or any(host == name or host.endswith(f".{name}") for name in _INSIDE_NAMES):
            raise EgressRefused(f"{host} is not a public name.")

    async def resolve(
        self, host: str, port: int, *, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> Sequence[Endpoint]:
        """The addresses of a host, all of them checked. Raises NameNotFound, EgressRefused."""
        host = _plain(host)
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NameNotFound(f"The name {host} has no address.") from error
        endpoints = [Endpoint(str(sockaddr[0]), port, fam) for fam, _, _, _, sockaddr in found]
        if not endpoints:
            raise NameNotFound(f"The name {host} has no address.")
        if not self.is_allowed(host, port):
            for endpoint in endpoints:
                if not is_public(ipaddress.ip_address(endpoint.address)):
                    raise EgressRefused(f"{host} leads to {endpoint.address}, which is not a public address.")
        return endpoints


def parse_allowed(text: str) -> frozenset[tuple[str, int]]:
    """Exact host:port pairs; a mistake is an error at start, never a silently shorter list."""
    pairs = set()
    for item in filter(None, (part.strip() for part in text.split(","))):
        host, colon, port = item.rpartition(":")
        if not colon or not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError(f"RAVI_EGRESS_ALLOW: {item!r} is not host:port.")
        pairs.add((_plain(host), int(port)))
    return frozenset(pairs)


def is_public(address: IPAddress) -> bool:
    """Whether the address is globally reachable, also when an IPv4 address is wrapped in an IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _wrapped(address)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def as_address(host: str) -> IPAddress | None:
    """The address that a host string is, also in the odd spellings (0x7f.1, 2130706433) that resolvers accept."""
    host = _plain(host)
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if int(address) >> 32 == 0 and int(address) > 1:
        return ipaddress.IPv4Address(int(address))
    return None


def _plain(host: str) -> str:
    return host.strip().strip("[]").rstrip(".").lower()
