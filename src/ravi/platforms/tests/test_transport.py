"""What may have left, said exactly."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from contextlib import suppress
from pathlib import Path

import pytest

from ravi.core.egress import Egress
from ravi.platforms.contract import NotSent, OutcomeUnknown, PlatformError, Rejected, SmtpServer
from ravi.platforms.contract_faults import HOST, free_port, hostile_http, hostile_smtp, http_answer, listening
from ravi.platforms.transport import Timeouts, open_transport
from tests.certificates import certificate


def egress(*ports: int) -> Egress:
    return Egress(frozenset((HOST, port) for port in ports))


def ok_to_get(method: str, _path: str) -> bytes | None:
    return http_answer("200 OK", "text/plain", b"hello") if method == "GET" else None


PATIENT = Timeouts(connect_s=60.0, answer_s=60.0)  # a busy machine is not what these are about
NO_ANSWER = Timeouts(connect_s=60.0, answer_s=0.5)
NO_CONNECTION = Timeouts(connect_s=0.5, answer_s=60.0)
WAITS = dict.fromkeys(("silence", "no_greeting"), NO_ANSWER)  # the others are told at once


@pytest.mark.parametrize("fault", ["reset", "silence", "cut_answer", "too_large"])
@pytest.mark.parametrize(
    ("method", "expected"),
    [("POST", OutcomeUnknown), ("PUT", OutcomeUnknown), ("DELETE", OutcomeUnknown), ("GET", NotSent)],
)
async def test_a_broken_exchange_is_unknown_unless_it_could_have_no_effect(
    fault: str, method: str, expected: type[PlatformError]
) -> None:
    async with (
        hostile_http(fault, lambda *_: None) as hostile,
        open_transport(egress(hostile.port), timeouts=WAITS.get(fault, PATIENT)) as transport,
    ):
        with pytest.raises(expected) as caught:
            await transport.http.request(method, f"http://{HOST}:{hostile.port}/", body=b"{}")
        assert type(caught.value) is expected
        assert len(hostile.requests) == 1, "a request is never repeated here"


async def test_put_on_a_dead_pooled_connection_is_not_silently_repeated() -> None:
    async with (
        hostile_http("reset", ok_to_get) as hostile,
        open_transport(egress(hostile.port), timeouts=PATIENT) as transport,
    ):
        url = f"http://{HOST}:{hostile.port}/"
        answer = await transport.http.request("GET", url)
        assert (answer.status, answer.body) == (200, b"hello")
        with pytest.raises(OutcomeUnknown):
            await transport.http.request("PUT", url, body=b"{}")
        assert len(hostile.requests) == 1


async def test_a_closed_port_is_provably_not_sent() -> None:
    port = free_port()
    async with open_transport(egress(port), timeouts=PATIENT) as transport:
        with pytest.raises(NotSent, match="could not connect"):
            await transport.http.request("POST", f"http://{HOST}:{port}/", body=b"{}")


async def test_a_connection_that_is_never_taken_is_provably_not_sent() -> None:
    with socket.socket() as full:
        full.bind((HOST, 0))
        full.listen(0)
        port = full.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex((HOST, port))
        await asyncio.sleep(0.05)
        started = time.monotonic()
        async with open_transport(egress(port), timeouts=NO_CONNECTION) as transport:
            with pytest.raises(NotSent):
                await transport.http.request("POST", f"http://{HOST}:{port}/", body=b"{}")
        assert time.monotonic() - started < 60  # the system itself would try for two minutes
        for filler in fillers:
            filler.close()


async def test_a_failed_tls_handshake_is_provably_not_sent() -> None:
    async with (
        hostile_http("html", ok_to_get) as hostile,
        open_transport(egress(hostile.port), timeouts=NO_CONNECTION) as transport,
    ):
        with pytest.raises(NotSent):
            await transport.http.request("POST", f"https://{HOST}:{hostile.port}/", body=b"secret")
        assert hostile.requests == []


@pytest.mark.parametrize(
    ("name", "is_trusted", "arrives"),
    [("localhost", True, True), ("localhost", False, False), ("another.example", True, False)],
    ids=["good", "signed by nobody known", "of another"],
)
async def test_words_go_to_a_host_whose_certificate_is_good_and_to_no_other(
    name: str, is_trusted: bool, arrives: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate(tmp_path, name)
    chain, seen = tmp_path / "fullchain.pem", []
    offered = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    offered.load_cert_chain(chain, tmp_path / "privkey.pem")
    if is_trusted:
        known = ssl.create_default_context(cafile=str(chain))
        monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", known)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(http_answer("200 OK", "text/plain", b"hello"))

    server = await asyncio.start_server(serve, HOST, 0, ssl=offered)
    port = server.sockets[0].getsockname()[1]
    async with server, open_transport(Egress(frozenset({("localhost", port)})), timeouts=PATIENT) as transport:
        asked = transport.http.request("POST", f"https://localhost:{port}/", body=b"")
        if arrives:
            assert (await asked).body == b"hello"
        else:
            with pytest.raises(NotSent, match="certificate"):
                await asked
    assert len(seen) == arrives


async def test_an_unknown_name_is_provably_not_sent() -> None:
    async with open_transport(Egress(), timeouts=PATIENT) as transport:
        with pytest.raises(NotSent, match="has no address"):
            await transport.http.request("POST", "http://no-such-host.invalid/", body=b"{}")


async def test_a_name_that_resolves_inside_is_refused_before_connecting(monkeypatch: pytest.MonkeyPatch) -> None:
    async with hostile_http("html", ok_to_get) as hostile:

        async def inside(_self: object, _host: str, port: int, **_: object) -> list[object]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (HOST, port))]

        monkeypatch.setattr("asyncio.base_events.BaseEventLoop.getaddrinfo", inside)
        guard = Egress(frozenset({("elsewhere.example.org", hostile.port)}))
        async with open_transport(guard, timeouts=PATIENT) as transport:
            with pytest.raises(NotSent, match="not"):
                await transport.http.request("POST", f"http://rebound.example.org:{hostile.port}/", body=b"{}")
            with pytest.raises(NotSent, match=r"127\.0\.0\.1"):
                await transport.http.request("POST", "http://rebound.example.org/", body=b"{}")
        assert hostile.requests == []


@pytest.mark.parametrize("host", ["①②⑦.⓪.⓪.①", "１２７.0.0.1", "127。0。0。1", "①⑥⑨.254.169.254"])
async def test_an_inside_address_in_another_script_is_refused(host: str) -> None:
    async with open_transport(Egress(), timeouts=PATIENT) as transport:
        with pytest.raises(NotSent, match="is not a public address"):
            await transport.http.request("POST", f"http://{host}/", body=b"{}")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::ffff:127.0.0.1]", "2130706433", "localhost"])
async def test_an_inside_address_that_is_not_listed_gets_no_connection(host: str) -> None:
    async with (
        hostile_http("html", ok_to_get) as hostile,
        open_transport(egress(hostile.port + 1), timeouts=PATIENT) as transport,
    ):
        with pytest.raises(NotSent, match=r"not a public address|not in RAVI_EGRESS_ALLOW"):
            await transport.http.request("POST", f"http://{host}:{hostile.port}/", body=b"{}")
        assert hostile.requests == []


async def test_a_redirect_is_returned_and_not_followed() -> None:
    async with (
        hostile_http("redirect", lambda *_: None) as hostile,
        open_transport(egress(hostile.port, 9), timeouts=PATIENT) as transport,
    ):
        answer = await transport.http.request("POST", f"http://{HOST}:{hostile.port}/", body=b"{}")
    assert answer.status == 307
    assert answer.headers["location"] == "http://127.0.0.1:9/elsewhere"


async def test_cookies_are_never_kept() -> None:
    seen: list[bytes] = []

    def cookie(_method: str, path: str) -> bytes | None:
        if path == "/second":
            return None
        return b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"

    async with hostile_http("html", cookie) as hostile, open_transport(egress(hostile.port)) as transport:
        await transport.http.request("POST", f"http://{HOST}:{hostile.port}/first")
        await transport.http.request("POST", f"http://{HOST}:{hostile.port}/second")
        seen += hostile.requests
    assert b"Cookie" not in seen[0]


async def test_a_header_that_would_begin_another_is_not_sent() -> None:
    async with hostile_http("html", ok_to_get) as hostile, open_transport(egress(hostile.port)) as transport:
        with pytest.raises(NotSent):
            headers = {"Idempotency-Key": "1\r\nAuthorization: another"}
            await transport.http.request("POST", f"http://{HOST}:{hostile.port}/", headers=headers, body=b"{}")
        assert hostile.requests == []


async def test_the_words_of_a_call_are_on_the_wire_once_and_in_full() -> None:
    body = "سلام".encode() * 200_000  # more than the socket takes at once
    async with hostile_http("html", ok_to_get) as hostile, open_transport(egress(hostile.port)) as transport:
        url = f"http://{HOST}:{hostile.port}/کانال?a=b c#place"
        await transport.http.request("PUT", url, headers={"accept": "application/json"}, body=body)
    head, _, sent = hostile.requests[0].partition(b"\r\n\r\n")
    assert sent == body
    assert head.decode().split("\r\n") == [
        "PUT /%DA%A9%D8%A7%D9%86%D8%A7%D9%84?a=b+c HTTP/1.1",
        f"host: {HOST}:{hostile.port}",
        "user-agent: Ravi",
        "accept: application/json",
        "accept-encoding: identity",
        f"content-length: {len(body)}",
    ]


@pytest.mark.parametrize("reads_on", [True, False])
async def test_a_large_body_may_take_its_time_as_long_as_it_moves(*, reads_on: bool) -> None:
    body = b"film" * 6_000_000  # far more than the sockets between the two take at once
    taken, port = 0, free_port()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        await reader.readuntil(b"\r\n\r\n")
        while taken < len(body):
            is_slow = taken < len(body) * 2 // 3
            await asyncio.sleep((0.03 if is_slow else 0) if reads_on else 3600)
            taken += len(await reader.read(1_000_000))
        writer.write(http_answer("200 OK", "text/plain", b"done"))
        await writer.drain()

    async with (
        listening(slow, port),
        open_transport(egress(port), timeouts=Timeouts(connect_s=60.0, answer_s=2.0)) as transport,
    ):
        asked = transport.http.request("POST", f"http://{HOST}:{port}/", body=body)
        if reads_on:
            assert (await asked).body == b"done"
            return
        with pytest.raises(OutcomeUnknown, match="no answer in time"):
            await asyncio.wait_for(asked, 30)


async def test_hints_before_the_answer_are_not_the_answer() -> None:
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    answer = hint + http_answer("201 Created", "text/plain", b"done")
    async with hostile_http("html", lambda *_: answer) as hostile, open_transport(egress(hostile.port)) as transport:
        told = await transport.http.request("POST", f"http://{HOST}:{hostile.port}/", body=b"{}")
    assert (told.status, told.body) == (201, b"done")


async def test_an_answer_before_the_whole_was_taken_counts_and_ends_the_connection() -> None:
    connections = 0

    async def hasty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(http_answer("413 Content Too Large", "text/plain", b"no"))
        await asyncio.Event().wait()

    port = free_port()
    async with listening(hasty, port), open_transport(egress(port)) as transport:
        for _ in range(2):
            answer = await transport.http.request("POST", f"http://{HOST}:{port}/", body=b" " * 20_000_000)
            assert answer.status == 413
    assert connections == 2


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
async def test_one_connection_carries_one_call_after_the_other(method: str) -> None:
    connections = 0

    async def friendly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        with suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + b"ok" * (method != "HEAD"))

    port = free_port()
    async with listening(friendly, port), open_transport(egress(port)) as transport:
        for _ in range(3):
            assert (await transport.http.request(method, f"http://{HOST}:{port}/")).status == 200
    assert connections == 1


async def test_an_answer_that_nobody_asked_for_is_not_the_next_calls() -> None:
    """Whoever takes it for the next call's says sent of what never arrived, and so on with every call after it."""
    asked = 0

    async def chatty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        with suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                asked += 1
                writer.write(http_answer("200 OK", "text/plain", b"%d" % asked))
                await writer.drain()
                await asyncio.sleep(0.02)
                writer.write(http_answer("200 OK", "text/plain", b"too many"))

    port = free_port()
    async with listening(chatty, port), open_transport(egress(port)) as transport:
        for number in (b"1", b"2", b"3"):
            assert (await transport.http.request("POST", f"http://{HOST}:{port}/", body=b"")).body == number
            await asyncio.sleep(0.05)


async def test_hints_without_end_are_no_answer() -> None:
    hint = b"HTTP/1.1 103 Early Hints\r\n\r\n"
    async with (
        hostile_http("html", lambda *_: hint * 100) as hostile,
        open_transport(egress(hostile.port)) as transport,
    ):
        with pytest.raises(OutcomeUnknown):
            await transport.http.request("POST", f"http://{HOST}:{hostile.port}/", body=b"{}")


# A route through a proxy


async def test_a_proxy_is_told_the_whole_address() -> None:
    asked: list[tuple[str, str]] = []

    def take(method: str, path: str) -> bytes:
        asked.append((method, path))
        return http_answer("200 OK", "text/plain", b"by proxy")

    async with (
        hostile_http("html", take) as proxy,
        open_transport(egress(proxy.port), proxy=f"http://{HOST}:{proxy.port}") as transport,
    ):
        answer = await transport.http.request("POST", "http://platform.example/a?b=c#d", body=b"{}")
    assert (answer.body, asked) == (b"by proxy", [("POST", "http://platform.example/a?b=c")])


async def test_a_proxy_only_opens_a_tunnel_for_https() -> None:
    asked: list[tuple[str, str]] = []

    def refuse(method: str, path: str) -> bytes:
        asked.append((method, path))
        return http_answer("403 Forbidden", "text/plain", b"no tunnel")

    async with (
        hostile_http("html", refuse) as proxy,
        open_transport(egress(proxy.port), proxy=f"http://{HOST}:{proxy.port}") as transport,
    ):
        with pytest.raises(NotSent):
            await transport.http.request("POST", "https://platform.example/a", body=b"secret")
    assert asked == [("CONNECT", "platform.example:443")]


# SMTP

LETTER = b"From: a@example.org\r\n\r\nhello\r\n"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("reset", OutcomeUnknown), ("silence", OutcomeUnknown), ("no_greeting", NotSent), ("rejected_data", Rejected)],
)
async def test_smtp_is_ambiguous_only_from_data_on(fault: str, expected: type[PlatformError]) -> None:
    waits = WAITS.get(fault, PATIENT)
    async with hostile_smtp(fault) as hostile, open_transport(egress(hostile.port), timeouts=waits) as transport:
        server = SmtpServer(HOST, hostile.port, "none")
        with pytest.raises(expected) as caught:
            await transport.smtp.send(server, sender="a@example.org", recipient="b@example.org", message=LETTER)
    assert type(caught.value) is expected


async def test_smtp_refuses_an_inside_address_that_is_not_listed() -> None:
    async with hostile_smtp("reset") as hostile, open_transport(Egress(), timeouts=PATIENT) as transport:
        with pytest.raises(NotSent, match="not a public address"):
            await transport.smtp.check(SmtpServer(HOST, hostile.port, "none"))


async def test_required_starttls_that_is_not_offered_sends_nothing() -> None:
    async with hostile_smtp("reset") as hostile, open_transport(egress(hostile.port), timeouts=PATIENT) as transport:
        server = SmtpServer(HOST, hostile.port, "starttls", "me", "word")
        with pytest.raises(NotSent):
            await transport.smtp.send(server, sender="a@example.org", recipient="b@example.org", message=LETTER)
        assert hostile.requests == []
