"""Where Ravi may connect to."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

from ravi.core.egress import Egress, EgressRefused, NameNotFound, as_address, is_public, parse_allowed

PRIVATE = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:100.64.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
    "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_public_is_refused(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"])
def test_what_is_public_is_allowed(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://[::1]/", "http://2130706433/", "http://0x7f.1/", "http://127.1/", "http://017700000001/",
        "https://169.254.169.254/latest", "http://example.org:8080/", "ftp://example.org/", "file:///etc/passwd",
        "http://user:word@example.org/", "http:///x", "http://example.org:99999/", "gopher://x", "//example.org", "",
        "http://[::ffff:127.0.0.1]/", "http://127.0.0.1./",
    ],
)  # fmt: skip
def test_an_address_that_leads_inside_is_refused(url: str) -> None:
    with pytest.raises(EgressRefused):
        Egress().check_url(url)


@pytest.mark.parametrize(
    "host",
    [
        "①②⑦.0.0.1", "127。0。0。1", "１２７.1", "metadata.google.ｉnternal", "foo.ｌocalhost", "loc\u00adalhost。", "10.0.0.1.",
        "a..example.org", f"{'ب' * 70}.ir",
    ],
)  # fmt: skip
def test_a_proxy_is_asked_for_no_name_that_means_an_inner_one(host: str) -> None:
    with pytest.raises(EgressRefused):
        Egress().check_beyond(host, 25)


@pytest.mark.parametrize("host", ["mail.example.org", "پست.ایران", "bücher.example", "1.1.1.1", "2606:4700::1111"])
def test_a_proxy_may_be_asked_for_a_public_name_in_any_letters(host: str) -> None:
    Egress().check_beyond(host, 25)


def test_a_listed_host_and_port_is_allowed_and_only_that_one() -> None:
    egress = Egress.from_environment({"RAVI_EGRESS_ALLOW": "127.0.0.1:8101, [::1]:25,Mail.Example.org:587"})
    egress.check_url("http://127.0.0.1:8101/api")
    assert egress.is_allowed("::1", 25) and egress.is_allowed("mail.example.ORG", 587)
    for url in ("http://127.0.0.1:8102/", "http://127.0.0.1/", "http://127.0.0.2:8101/"):
        with pytest.raises(EgressRefused):
            egress.check_url(url)


@pytest.mark.parametrize("text", ["127.0.0.1", "127.0.0.1:", ":80", "h:99999", "h:0", "h:-1", "10.0.0.0/8", "h:۸۰"])
def test_a_mistake_in_the_list_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="RAVI_EGRESS_ALLOW"):
        parse_allowed(text)


def test_no_list_allows_nothing() -> None:
    assert Egress.from_environment({}).allowed == frozenset()


def _answers(*addresses: str) -> Any:
    async def getaddrinfo(_self: object, _host: str, port: int, **_: object) -> list[Any]:
        return [
            (socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses
        ]

    return getaddrinfo


async def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asyncio.base_events.BaseEventLoop.getaddrinfo", _answers("93.184.216.34", "10.0.0.5"))
    with pytest.raises(EgressRefused, match=r"10\.0\.0\.5"):
        await Egress().resolve("rebinding.example.org", 443)


async def test_a_public_name_gives_the_addresses_to_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asyncio.base_events.BaseEventLoop.getaddrinfo", _answers("93.184.216.34"))
    (endpoint,) = await Egress().resolve("example.org", 443)
    assert (endpoint.address, endpoint.port) == ("93.184.216.34", 443)


async def test_a_name_without_an_address_says_so() -> None:
    with pytest.raises(NameNotFound):
        await Egress().resolve("no-such-host.invalid", 443)


def test_odd_spellings_are_read_as_the_resolver_reads_them() -> None:
    assert as_address("0x7f.1") == ipaddress.ip_address("127.0.0.1")
    assert as_address("example.org") is None
