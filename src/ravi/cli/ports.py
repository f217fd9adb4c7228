"""Finds a TCP port on which this machine's browser will meet us and nobody else."""

import errno
import socket

_NO_IPV6 = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)


class NoFreePort(Exception):
    """The message is what people are told."""


def free_port(wanted: int, *, tries: int = 100) -> int:
    """`wanted` or the next port that is free on 127.0.0.1 and ::1 (localhost may mean either)."""
    for port in range(wanted, min(wanted + tries, 65536)):
        if is_free(port):
            return port
    last = min(wanted + tries, 65536) - 1
    hint = " Ports below 1024 belong to root." if wanted < 1024 else ""
    raise NoFreePort(f"Ravi may use no port from {wanted} to {last}: name another with --port.{hint}")


def is_free(port: int) -> bool:
    return _binds(socket.AF_INET, "127.0.0.1", port) and _binds(socket.AF_INET6, "::1", port)


def _binds(family: socket.AddressFamily, address: str, port: int) -> bool:
    try:
        probe = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        return True  # this machine has no such family, so nobody can sit there
    with probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            return family is socket.AF_INET6 and error.errno in _NO_IPV6
    return True
