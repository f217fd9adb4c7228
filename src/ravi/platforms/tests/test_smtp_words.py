"""A mail server may repeat what it was told; evidence does not."""

import aiosmtplib
import pytest

from ravi.platforms.contract import CredentialsRefused, PlatformError, RateLimited, Rejected, SmtpServer
from ravi.platforms.smtp_client import _before_data, _from_data_on

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
