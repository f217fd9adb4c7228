"""A mail server may repeat what it was told; evidence does not. And what its answers mean, before DATA and from there on."""

import asyncio
from typing import Any

import aiosmtplib
import pytest

from ravi.core.egress import Egress, EgressRefused, NameNotFound
from ravi.platforms.contract import (
    CredentialsRefused,
    NotSent,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
    SmtpServer,
)
from ravi.platforms.contract_faults import HOST, free_port
from ravi.platforms.proxy import Proxy
from ravi.platforms.smtp_client import LATER_S, SmtpClient, _before_data, _from_data_on

SERVER = SmtpServer("mail.example.org", 587, "starttls", "me", "hunter2")


@pytest.mark.parametrize("part", [_before_data, _from_data_on])
@pytest.mark.parametrize(("code", "kind"), [(451, RateLimited), (550, Rejected), (250, PlatformError)])
def test_no_line_of_a_mail_server_repeats_the_password(part, code, kind):
    with pytest.raises(kind) as caught, part(SERVER):
        raise aiosmtplib.SMTPResponseException(code, "what is hunter2?")
    assert "hunter2" not in f"{caught.value} {caught.value.detail} {caught.value.evidence}"
    assert "***" in caught.value.evidence


def test_a_refused_password_is_not_repeated_either():
    with pytest.raises(CredentialsRefused) as caught, _before_data(SERVER):
        raise aiosmtplib.SMTPAuthenticationError(535, "hunter2 is wrong")
    assert "hunter2" not in f"{caught.value} {caught.value.evidence}" and "***" in caught.value.evidence


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        (250, NotSent, OutcomeUnknown),
        (354, NotSent, OutcomeUnknown),
        (399, NotSent, OutcomeUnknown),
        (400, RateLimited, RateLimited),
        (499, RateLimited, RateLimited),
        (500, Rejected, Rejected),
        (599, Rejected, Rejected),
        (600, Rejected, OutcomeUnknown),
        (-1, NotSent, OutcomeUnknown),
    ],
)
def test_an_answer_means_what_its_number_says(code, before, after):
    for part, kind in ((_before_data, before), (_from_data_on, after)):
        with pytest.raises(PlatformError) as caught, part(SERVER):
            raise aiosmtplib.SMTPResponseException(code, "so")
        error = caught.value
        assert (type(error), error.evidence) == (kind, f"{code} so")
        assert getattr(error, "code", f"smtp_{code}") == f"smtp_{code}"
        assert getattr(error, "retry_after_s", LATER_S) == LATER_S


@pytest.mark.parametrize(
    "error",
    [
        aiosmtplib.SMTPServerDisconnected("gone"),
        aiosmtplib.SMTPException("odd"),
        ConnectionResetError(),
        TimeoutError(),
    ],
)
def test_a_lost_connection_is_not_sent_before_data_and_unknown_from_there_on(error):
    for part, kind in ((_before_data, NotSent), (_from_data_on, OutcomeUnknown)):
        with pytest.raises(kind, match=type(error).__name__), part(SERVER):
            raise error


@pytest.mark.parametrize(
    ("code", "kind"),
    [(530, CredentialsRefused), (534, CredentialsRefused), (535, CredentialsRefused), (538, CredentialsRefused),
     (454, RateLimited), (500, Rejected)],
)  # fmt: skip
def test_only_a_refused_sign_in_marks_a_credential(code, kind):
    """A server that is busy at the door says nothing of the password."""
    with pytest.raises(PlatformError) as caught, _before_data(SERVER):
        raise aiosmtplib.SMTPAuthenticationError(code, "no")
    assert type(caught.value) is kind
    with pytest.raises(PlatformError) as caught, _before_data(SERVER):
        raise aiosmtplib.SMTPResponseException(code, "no")
    assert type(caught.value) is not CredentialsRefused


@pytest.mark.parametrize("refused", [NameNotFound("no such name"), EgressRefused("not there")])
async def test_a_name_that_leads_nowhere_is_not_sent(refused: Exception) -> None:
    class Nowhere:
        async def resolve(self, *_: Any) -> Any:
            raise refused

    nowhere: Any = Nowhere()
    async with asyncio.timeout(5):
        with pytest.raises(NotSent, match=str(refused)):
            await SmtpClient(nowhere, 1.0, 1.0).check(SERVER)


async def test_where_nobody_listens_the_reason_is_named_and_nothing_else_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without a connection of ours the library would look for one by itself, past the checks of where mail may go."""
    monkeypatch.setattr(aiosmtplib.SMTP, "connect", lambda *_: 1 / 0)
    port = free_port()
    client = SmtpClient(Egress(frozenset({(HOST, port)})), 1.0, 1.0)
    with pytest.raises(NotSent, match="could not connect: Connect call failed"):
        await client.check(SmtpServer(HOST, port, "none"))


async def test_a_proxy_where_nobody_listens_carried_nothing() -> None:
    port = free_port()
    proxy = Proxy("socks5", HOST, port, "", "")
    client = SmtpClient(Egress(frozenset({(HOST, port)})), 1.0, 1.0, proxy)
    with pytest.raises(NotSent, match="the proxy of this route did not answer"):
        await client.send(SERVER, sender="a@example.org", recipient="b@example.org", message=b"x")
