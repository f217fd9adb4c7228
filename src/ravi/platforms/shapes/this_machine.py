"""Which hosts are this machine itself: the only ones that may be told a password without TLS."""

from __future__ import annotations

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def is_this_machine(host: str) -> bool:
    return host.lower() in THIS_MACHINE
