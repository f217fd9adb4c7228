"""Which hosts are this machine itself: the only ones that may be told a password without TLS."""

from __future__ import annotations

from urllib.parse import urlsplit

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def is_this_machine(host: str) -> bool:
    return host.lower() in THIS_MACHINE


def may_carry_a_token(address: str) -> bool:
    """Whether what stands in an address, or is sent to it, goes over TLS or stays on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(parts.hostname or ""))
