"""A real SMTP server for one test run: aiosmtpd with sign-in, keeping every letter in a Maildir."""

from __future__ import annotations

import email
import email.policy
import mailbox
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import AuthResult, LoginPassword

from ravi.platforms.contract_faults import HOST, free_port

USER = "news"
PASSWORD = "a-word-for-letters"


class _SignedInOnly(Mailbox):
    """Keeps letters of those who signed in; the server here speaks no TLS, so it does not ask by itself.

    While `drops` says so the letter is kept, and the connection ends before the yes.
    """

    def __init__(self, folder: Path, drops: Callable[[], bool], heard: list[str]) -> None:
        super().__init__(folder)
        self.drops = drops
        self.heard = heard

    async def handle_EHLO(  # noqa: N802 (aiosmtpd's name)
        self, _server: Any, session: Any, _envelope: Any, name: str, responses: list[str]
    ) -> list[str]:
        session.host_name = name
        self.heard.append(f"EHLO {name}")
        return responses

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        self.heard.append("QUIT")
        return "221 Bye"

    async def handle_MAIL(  # noqa: N802 (aiosmtpd's name)
        self, _server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        answer = str(await super().handle_DATA(server, session, envelope))
        if self.drops():
            server.transport.abort()
        return answer


class MailServer:
    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.folder = folder / "mail"
        self.drop_after_data = False
        self.heard: list[str] = []  # how clients named themselves, and who said goodbye
        self._controller: Controller | None = None

    def __enter__(self) -> MailServer:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Answer from now on; again on the same port after `close`."""
        self._controller = Controller(
            _SignedInOnly(self.folder, lambda: self.drop_after_data, self.heard), hostname=HOST, port=self.port,
            authenticator=_sign_in, auth_require_tls=False, data_size_limit=32 * 1024 * 1024,
        )  # fmt: skip
        self._controller.start()

    def close(self) -> None:
        """Refuse connections; the letters stay."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def letters(self, message_id: str) -> list[EmailMessage]:
        """What stands in the Maildir under this Message-ID."""
        return [one for one in self.all_letters() if str(one["Message-ID"]).strip() == message_id]

    def all_letters(self) -> list[EmailMessage]:
        """Everything that was taken, oldest first."""
        box = mailbox.Maildir(self.folder, factory=None, create=False)
        keys = sorted(box.keys(), key=lambda key: (box.get_message(key).get_date(), key))
        return [email.message_from_bytes(box.get_bytes(key), policy=email.policy.default) for key in keys]


@contextmanager
def mail_server(folder: Path) -> Iterator[MailServer]:
    with MailServer(folder) as server:
        yield server


def _sign_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=False)
