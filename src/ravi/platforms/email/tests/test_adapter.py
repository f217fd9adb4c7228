"""What the adapter hands to a mail server, and what it refuses before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from typing import Any

import pytest

from ravi.platforms.contract import Content, CredentialsRefused, NotSent, Rejected, SmtpServer
from ravi.platforms.contract_samples import image
from ravi.platforms.email.adapter import Email, EmailCredentials
from ravi.platforms.email.letter import message_id

CONTENT = Content("متن", title="عنوان")
HERE = EmailCredentials("localhost", "25", "none", "news", "a word", "خبرنامه <news@example.org>", "")
ELSEWHERE = replace(HERE, host="mail.example.org", port="587", security="starttls")


@dataclass
class MailServer:
    """The edge of the network: says yes, and keeps what it was handed."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    checked: list[SmtpServer] = field(default_factory=list)

    @property
    def smtp(self) -> MailServer:
        return self

    @property
    def http(self) -> None:
        return None

    async def send(self, server: SmtpServer, **handed: Any) -> str:
        self.sent.append({"server": server, **handed})
        return "250 taken"

    async def check(self, server: SmtpServer) -> str:
        self.checked.append(server)
        return "250 here"


@pytest.fixture
def server() -> MailServer:
    return MailServer()


def opened(credentials: EmailCredentials, server: Any) -> Email:
    return Email(credentials, server)


async def test_a_letter_is_handed_to_the_server_that_was_named(server: MailServer) -> None:
    receipt = await opened(ELSEWHERE, server).publish("Readers <list@lists.example.org>", CONTENT, key="k")
    [sent] = server.sent
    assert sent["server"] == SmtpServer("mail.example.org", 587, "starttls", "news", "a word")
    assert (sent["sender"], sent["recipient"]) == ("news@example.org", "list@lists.example.org")
    assert message_from_bytes(sent["message"], policy=policy.default)["Message-ID"] == receipt.remote_id
    assert (receipt.remote_id, receipt.link, receipt.evidence) == (message_id("k", "example.org"), "", "250 taken")


@pytest.mark.parametrize(
    ("credentials", "security"),
    [
        (replace(ELSEWHERE, security="tls"), "tls"),
        (ELSEWHERE, "starttls"),
        (HERE, "none"),
        (replace(ELSEWHERE, security="none", password=""), "none"),
    ],
)
async def test_a_password_goes_with_tls_or_to_this_machine_and_without_one_any_line_will_do(
    server: MailServer, credentials: EmailCredentials, security: str
) -> None:
    adapter = opened(credentials, server)
    await adapter.publish("list@example.org", CONTENT, key="k")
    await adapter.verify("list@example.org")
    assert [one.security for one in (server.sent[0]["server"], server.checked[0])] == [security] * 2
    assert server.checked == [server.sent[0]["server"]]


async def test_a_password_over_an_open_line_is_refused_when_publishing_and_when_verifying(server: MailServer) -> None:
    adapter = opened(replace(ELSEWHERE, security="none"), server)
    with pytest.raises(CredentialsRefused, match="TLS"):
        await adapter.publish("list@example.org", CONTENT, key="k")
    with pytest.raises(CredentialsRefused, match="TLS"):
        await adapter.verify("list@example.org")
    assert (server.sent, server.checked) == ([], [])


@pytest.mark.parametrize(("sender", "name"), [("خبرنامه <news@example.org>", "خبرنامه"), ("news@example.org", "")])
async def test_verify_names_the_sender_and_what_the_server_said(server: MailServer, sender: str, name: str) -> None:
    verified = await opened(replace(HERE, sender=sender), server).verify("list@example.org")
    said = (name or "news@example.org", "news@example.org", "250 here")
    assert (verified.name, verified.handle, verified.detail) == said
    assert server.sent == []


@pytest.mark.parametrize(
    "address",
    ["", "list", "list@", "@example.org", '""@example.org', "list@intranet", "a\x7f@example.org", "list@نمونه.ایران"],
)
async def test_an_address_that_no_letter_reaches_is_refused_wherever_it_stands(
    server: MailServer, address: str
) -> None:
    """A sender with a domain of Persian letters was verified, and each letter of theirs was refused."""
    for credentials, target in ((HERE, address), (replace(HERE, sender=address), "list@example.org")):
        adapter = opened(credentials, server)
        for act in (adapter.publish(target, CONTENT, key="k"), adapter.verify(target)):
            with pytest.raises(Rejected) as caught:
                await act
            assert caught.value.code == "bad_target"
            assert repr(address) in caught.value.detail
    assert (server.sent, server.checked) == ([], [])


@pytest.mark.parametrize("address", ["list@localhost", "list@xn--mgba3a4f16a.ir", '"a list"@example.org'])
async def test_other_spellings_are_taken(server: MailServer, address: str) -> None:
    await opened(HERE, server).publish(address, CONTENT, key="k")
    assert server.sent[0]["recipient"] == address


@pytest.mark.parametrize("words", [{"text": "متن \ud800"}, {"title": "عنوان \ud800"}])
async def test_words_that_no_letter_can_carry_are_refused(server: MailServer, words: dict[str, str]) -> None:
    with pytest.raises(Rejected, match="cannot be made into a letter") as caught:
        await opened(HERE, server).publish("list@example.org", replace(CONTENT, **words), key="k")
    assert (caught.value.code, server.sent) == ("bad_letter", [])


async def test_an_unsubscribe_address_cannot_start_a_header(server: MailServer) -> None:
    credentials = replace(HERE, unsubscribe="https://example.org/\r\nBcc: all@example.org")
    with pytest.raises(Rejected, match="cannot be made into a letter"):
        await opened(credentials, server).publish("list@example.org", CONTENT, key="k")
    assert server.sent == []


async def test_an_image_without_its_bytes_is_named(server: MailServer) -> None:
    media = (image("نخست"), replace(image("دوم"), content=None))
    with pytest.raises(Rejected, match="not loaded") as caught:
        await opened(HERE, server).publish("list@example.org", replace(CONTENT, media=media), key="k")
    assert (caught.value.code, server.sent) == ("media_missing", [])


@pytest.mark.parametrize(("port", "security"), [("25", "ssl"), ("25", ""), ("-1", "tls"), ("²", "tls"), (" 25", "tls")])
async def test_settings_that_cannot_be_right_are_named_so(server: MailServer, port: str, security: str) -> None:
    adapter = opened(replace(HERE, port=port, security=security), server)
    for act in (adapter.publish("list@example.org", CONTENT, key="k"), adapter.verify("list@example.org")):
        with pytest.raises(Rejected, match="port or security") as caught:
            await act
        assert caught.value.code == "bad_settings"
    assert (server.sent, server.checked) == ([], [])


async def test_what_the_server_did_not_take_stays_what_it_is() -> None:
    class Away(MailServer):
        async def send(self, _server: SmtpServer, **_handed: Any) -> str:
            raise NotSent("nobody is there")

    with pytest.raises(NotSent):
        await opened(HERE, Away()).publish("list@example.org", CONTENT, key="k")
