"""Which senders this Ravi has, from the environment alone; their secrets are given to the jobs process only."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, cast

from ravi.notices.senders.mail import Mail
from ravi.notices.senders.matrix import Matrix
from ravi.notices.senders.way import Ports, Sender
from ravi.platforms.contract import SmtpServer

MAIL, MATRIX = "mail", "matrix"
_SECURITY = frozenset({"tls", "starttls", "none"})


class SenderSettingsWrong(Exception):
    """The environment names a sender that cannot work; the message says which variable."""


def offered(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The names of the senders that are set up; asks for no secret, so the web may know it."""
    named = {MAIL: environ.get("RAVI_MAIL_HOST"), MATRIX: environ.get("RAVI_MATRIX_URL")}
    return tuple(name for name, address in named.items() if address)


def sender(name: str, ports: Ports, environ: Mapping[str, str] = os.environ) -> Sender:
    """Raises SenderSettingsWrong."""
    return _mail(ports, environ) if name == MAIL else _matrix(ports, environ)


def _mail(ports: Ports, environ: Mapping[str, str]) -> Mail:
    host, port = environ.get("RAVI_MAIL_HOST", ""), environ.get("RAVI_MAIL_PORT", "587")
    security, own = environ.get("RAVI_MAIL_SECURITY", "starttls"), environ.get("RAVI_MAIL_FROM", "")
    user, password = environ.get("RAVI_MAIL_USER", ""), _secret(environ, "RAVI_MAIL_PASSWORD")
    if not host or "@" not in own:
        raise SenderSettingsWrong("RAVI_MAIL_HOST and RAVI_MAIL_FROM are needed to send mail.")
    if security not in _SECURITY or not (port.isascii() and port.isdigit()):
        raise SenderSettingsWrong("RAVI_MAIL_SECURITY is tls, starttls or none; RAVI_MAIL_PORT is a number.")
    if security == "none" and password and host not in {"localhost", "127.0.0.1", "::1"}:
        raise SenderSettingsWrong("A password is not sent without TLS: set RAVI_MAIL_SECURITY to tls or starttls.")
    kind = cast(Literal["tls", "starttls", "none"], security)
    return Mail(SmtpServer(host, int(port), kind, user, password), own, ports)


def _matrix(ports: Ports, environ: Mapping[str, str]) -> Matrix:
    url, token = environ.get("RAVI_MATRIX_URL", ""), _secret(environ, "RAVI_MATRIX_TOKEN")
    if not url.startswith(("https://", "http://")) or not token:
        raise SenderSettingsWrong("RAVI_MATRIX_URL and RAVI_MATRIX_TOKEN (or RAVI_MATRIX_TOKEN_FILE) are needed.")
    return Matrix(url, token, ports)


def _secret(environ: Mapping[str, str], name: str) -> str:
    """The value, or what the file of NAME_FILE holds, without its line's end."""
    if path := environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").rstrip("\n")
        except OSError as error:
            raise SenderSettingsWrong(f"{name}_FILE: {path} cannot be read: {error.strerror}.") from error
    return environ.get(name, "")
