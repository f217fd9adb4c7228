"""The fault proxy does what it says, once per strike, and refuses what it does not understand."""

import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from http.client import BadStatusLine, HTTPConnection, IncompleteRead, RemoteDisconnected
from pathlib import Path

import pytest

from tests.crash.proxy import KINDS, FaultProxy, Relay

ANSWER = b'{"ok": true, "id": "17"}'


class Counting(http.server.BaseHTTPRequestHandler):
    """Counts the keys that reached it."""

    protocol_version = "HTTP/1.1"
    seen: list[str]

    def do_POST(self) -> None:  # noqa: N802 -- http.server's name
        self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append(self.headers["Idempotency-Key"])
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[http.server.ThreadingHTTPServer]:
    Counting.seen = []
    one = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting)
    one.daemon_threads = True
    threading.Thread(target=one.serve_forever, daemon=True).start()
    yield one
    one.shutdown()
    one.server_close()


@pytest.fixture
def proxies(server: http.server.ThreadingHTTPServer) -> Iterator[list[FaultProxy]]:
    """`proxies` collects what is to be stopped."""
    made: list[FaultProxy] = []
    yield made
    for one in made:
        one.stop()


def proxy(
    proxies: list[FaultProxy], server: http.server.ThreadingHTTPServer, *kinds: str, every: int = 2
) -> FaultProxy:
    one = FaultProxy(server.server_port, every=every, kinds=kinds or KINDS, delay_s=0.2)
    one.start()
    proxies.append(one)
    return one


def ask(port: int, key: str) -> bytes:
    with closing(HTTPConnection("127.0.0.1", port, timeout=1.0)) as connection:
        return ask_on(connection, key)


def ask_on(connection: HTTPConnection, key: str) -> bytes:
    connection.request("POST", "/api", b"x" * 3000, {"Idempotency-Key": key})
    with connection.getresponse() as response:
        return response.read()


def test_without_faults_everything_passes_on_one_connection(server, proxies):
    one = proxy(proxies, server, every=0)
    with closing(HTTPConnection("127.0.0.1", one.port, timeout=5)) as connection:
        assert [ask_on(connection, f"{number}") for number in range(3)] == [ANSWER] * 3
    assert (Counting.seen, one.struck, one.refused) == (["0", "1", "2"], [], [])


@pytest.mark.parametrize(
    ("kind", "raised", "is_effect"),
    [
        ("lost_request", (ConnectionResetError, RemoteDisconnected), False),
        ("reset_after_effect", (ConnectionResetError, RemoteDisconnected), True),
        ("silence", (TimeoutError,), True),
        ("half_answer", (IncompleteRead, BadStatusLine, RemoteDisconnected, ConnectionResetError), True),
    ],
)
def test_every_second_request_meets_its_fault_and_the_log_names_its_key(server, proxies, kind, raised, is_effect):
    one = proxy(proxies, server, kind)
    assert ask(one.port, "first") == ANSWER
    with pytest.raises(raised):
        ask(one.port, "second")
    assert ask(one.port, "third") == ANSWER
    assert one.struck == [(kind, "second")]
    assert Counting.seen == ["first", *(["second"] if is_effect else []), "third"]


def test_a_delayed_answer_comes_whole(server, proxies):
    one = proxy(proxies, server, "delay", every=1)
    assert ask(one.port, "only") == ANSWER
    assert one.counts() == {"delay": 1}


def test_a_connection_is_reset_before_a_byte_of_it_is_read(server, proxies):
    one = proxy(proxies, server, "reset_after_accept", every=1)
    assert ask(one.port, "first") == ANSWER
    with pytest.raises((ConnectionResetError, BrokenPipeError, RemoteDisconnected)):
        ask(one.port, "second")
    assert (Counting.seen, one.counts()) == (["first"], {"reset_after_accept": 1})


@pytest.mark.parametrize(
    "words",
    [b"hello\r\n\r\n", b"GET / HTTP/1.1\r\nno header\r\n\r\n", b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"],
)
def test_what_is_not_understood_is_refused(server, proxies, words):
    one = proxy(proxies, server)
    with socket.create_connection(("127.0.0.1", one.port), timeout=5) as connection:
        connection.sendall(words)
        assert connection.recv(100) == b""
    assert len(one.refused) == 1
    assert Counting.seen == []


def test_no_other_fault_is_known(server):
    with pytest.raises(ValueError, match="no such fault: rain"):
        FaultProxy(server.server_port, kinds=("rain",))


def test_a_relay_passes_bytes_until_it_is_cut(tmp_path: Path):
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        relay = Relay(path)
        relay.start()
        with socket.create_connection(("127.0.0.1", relay.port), timeout=5) as near:
            near.sendall(b"question")
            far, _address = listening.accept()
            with far:
                assert far.recv(100) == b"question"
                far.sendall(b"answer")
                assert near.recv(100) == b"answer"
                assert relay.cut() == 1
                with pytest.raises(ConnectionResetError):
                    near.recv(100)
                assert far.recv(100) == b""
        relay.stop()
