"""A route through a proxy: names are the proxy's, what is inside stays out of reach, and a closed way is provably not sent.

The two proxies that judge are judged themselves by curl.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ravi.core.egress import Egress, EgressRefused
from ravi.platforms.contract import NotSent, SmtpServer
from ravi.platforms.contract_faults import HOST, free_port, hostile_http, hostile_smtp, http_answer
from ravi.platforms.proxy import parse_proxy
from ravi.platforms.transport import Timeouts, open_transport
from tests.fakes.proxies import HttpProxy, SocksProxy

USER = ("ravi", "p@ss:word")
SCHEMES = [("socks5", SocksProxy), ("http", HttpProxy)]
PATIENT = Timeouts(connect_s=60.0, answer_s=60.0)


@contextmanager
def standing(kind: type[Any], **how: Any) -> Iterator[Any]:
    proxy = kind(**how)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()


def hello(_method: str, _path: str) -> bytes:
    return http_answer("200 OK", "text/plain", b"hello")


def anywhere(port: int) -> Egress:
    """`platform.example` keeps its wish for a port that no web server has."""
    return Egress(frozenset({("platform.example", port)}))


@pytest.mark.parametrize(("scheme", "kind"), SCHEMES)
@pytest.mark.parametrize("user", [None, USER], ids=["open to all", "with a password"])
async def test_a_name_is_resolved_by_the_proxy(scheme: str, kind: type[Any], user: tuple[str, str] | None) -> None:
    with standing(kind, user=user, names={"platform.example": HOST}) as proxy:
        told = f"{scheme}://{'ravi:p%40ss%3Aword@' if user else ''}{HOST}:{proxy.port}"
        async with (
            hostile_http("html", hello) as platform,
            open_transport(anywhere(platform.port), proxy=told, timeouts=PATIENT) as transport,
        ):
            answer = await transport.http.request("POST", f"http://platform.example:{platform.port}/a", body=b"{}")
    assert (answer.body, proxy.asked, proxy.refused) == (b"hello", [("platform.example", platform.port)], [])


@pytest.mark.parametrize(("scheme", "kind"), SCHEMES)
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/", "http://10.0.0.1/", "http://0x7f.1/", "http://localhost/", "http://db.internal/",
        "http://router.lan/", "http://router/", "http://printer.local/", "http://[::1]/", "http://site.example:8080/",
    ],
)  # fmt: skip
async def test_what_is_inside_is_not_asked_of_a_proxy(scheme: str, kind: type[Any], address: str) -> None:
    with standing(kind) as proxy:
        async with open_transport(Egress(), proxy=f"{scheme}://{HOST}:{proxy.port}") as transport:
            with pytest.raises(NotSent):
                await transport.http.request("POST", address, body=b"{}")
    assert proxy.asked == []


@pytest.mark.parametrize(("scheme", "kind"), SCHEMES)
async def test_a_cut_way_is_provably_not_sent(scheme: str, kind: type[Any]) -> None:
    """https: over plain http an HTTP proxy answers in the platform's place, which only the platform's own words tell."""
    with standing(kind, is_cut=True) as proxy:
        async with open_transport(Egress(), proxy=f"{scheme}://{HOST}:{proxy.port}", timeouts=PATIENT) as transport:
            with pytest.raises(NotSent, match="the proxy opened no way there"):
                await transport.http.request("POST", "https://platform.example/", body=b"{}")
    assert proxy.asked == [("platform.example", 443)]


@pytest.mark.parametrize("scheme", ["socks5", "http"])
async def test_a_proxy_that_is_gone_is_provably_not_sent(scheme: str) -> None:
    async with open_transport(
        Egress(), proxy=f"{scheme}://u:s3cret@{HOST}:{free_port()}", timeouts=PATIENT
    ) as transport:
        with pytest.raises(NotSent) as caught:
            await transport.http.request("POST", "https://platform.example/", body=b"{}")
    assert "did not answer" in str(caught.value)
    assert "s3cret" not in f"{caught.value} {caught.value.evidence}"


@pytest.mark.parametrize(("scheme", "kind"), SCHEMES)
async def test_another_password_is_provably_not_sent_and_not_told(scheme: str, kind: type[Any]) -> None:
    with standing(kind, user=USER) as proxy:
        told = f"{scheme}://ravi:wr0ng@{HOST}:{proxy.port}"
        async with open_transport(Egress(), proxy=told, timeouts=PATIENT) as transport:
            with pytest.raises(NotSent) as caught:
                await transport.http.request("POST", "https://platform.example/", body=b"{}")
    assert "wr0ng" not in f"{caught.value} {caught.value.evidence}"
    assert proxy.asked == []


async def test_mail_goes_by_the_same_way() -> None:
    """It used to go direct, whatever the channel's route."""
    with standing(SocksProxy, names={"mail.example": HOST}) as proxy:
        async with (
            hostile_smtp("none") as server,
            open_transport(Egress(), proxy=f"socks5://{HOST}:{proxy.port}", timeouts=PATIENT) as transport,
        ):
            assert (await transport.smtp.check(SmtpServer("mail.example", server.port, "none"))).startswith("250")
        async with open_transport(Egress(), proxy=f"socks5://{HOST}:{proxy.port}", timeouts=PATIENT) as transport:
            with pytest.raises(NotSent, match="not a public address"):
                await transport.smtp.check(SmtpServer(HOST, 25, "none"))
            proxy.is_cut = True
            with pytest.raises(NotSent, match="the proxy opened no way"):
                await transport.smtp.check(SmtpServer("mail.example", 25, "none"))


async def test_mail_never_goes_past_an_http_proxy() -> None:
    async with open_transport(Egress(), proxy=f"http://{HOST}:{free_port()}") as transport:
        with pytest.raises(NotSent, match="SOCKS"):
            await transport.smtp.check(SmtpServer("mail.example", 25, "none"))


@pytest.mark.parametrize(
    "text", ["proxy:3128", "ftp://p:1", "socks5://p", "http://p:99999", "http://a:b@p:1/x", "http://:1"]
)
def test_an_address_that_is_no_proxys_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="a proxy's address") as caught:
        parse_proxy(text)
    assert text not in str(caught.value)


def test_what_is_shown_of_a_proxy_holds_no_password() -> None:
    proxy = parse_proxy("socks5://ravi:s3cret@[2001:db8::1]:1080")
    assert (proxy.place, proxy.username, proxy.password) == ("socks5://[2001:db8::1]:1080", "ravi", "s3cret")
    assert "s3cret" not in repr(proxy)


def test_what_is_listed_may_be_asked_of_a_proxy() -> None:
    Egress(frozenset({("10.0.0.1", 80)})).check_beyond("10.0.0.1", 80)
    with pytest.raises(EgressRefused):
        Egress().check_beyond("10.0.0.1", 80)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
@pytest.mark.parametrize(("option", "kind"), [("--socks5-hostname", SocksProxy), ("--proxy", HttpProxy)])
@pytest.mark.parametrize("is_cut", [False, True])
async def test_the_proxies_that_judge_speak_with_curl(option: str, kind: type[Any], is_cut: bool) -> None:
    import asyncio

    async with hostile_http("html", hello) as platform:
        with standing(kind, user=("ravi", "secret"), names={"platform.example": HOST}, is_cut=is_cut) as proxy:
            command = [
                "curl",
                "-sS",
                "--fail",
                "-m",
                "20",
                option,
                f"{HOST}:{proxy.port}",
                "--proxy-user",
                "ravi:secret",
            ]
            asked = [*command, f"http://platform.example:{platform.port}/"]
            done = await asyncio.to_thread(subprocess.run, asked, capture_output=True, check=False, timeout=30)
        assert (done.returncode == 0, done.stdout) == (not is_cut, b"" if is_cut else b"hello"), done.stderr
        assert proxy.asked == [("platform.example", platform.port)]
