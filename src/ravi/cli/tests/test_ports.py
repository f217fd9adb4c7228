"""A port that somebody holds is passed over; when none is left, a sentence says so."""

import socket

import pytest

from ravi.cli.ports import NoFreePort, free_port


def test_free_port_taken_is_passed_over() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        taken = held.getsockname()[1]
        assert free_port(taken) != taken


def test_free_port_none_left_is_a_sentence() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        taken = held.getsockname()[1]
        with pytest.raises(NoFreePort, match=f"no port from {taken} to {taken}: name another with --port"):
            free_port(taken, tries=1)
