"""The e-mail adapter against a real SMTP server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from email.message import EmailMessage

import pytest
from bs4 import BeautifulSoup

from ravi.core.egress import Egress
from ravi.platforms import contract_faults
from ravi.platforms.compose import content_of, fit
from ravi.platforms.contract import Content, CredentialsRefused, Receipt, Rejected
from ravi.platforms.contract_faults import SMTP_FAULTS, Hostile
from ravi.platforms.contract_tests import AdapterContract, Place, Shown
from ravi.platforms.email.adapter import Email, EmailCredentials
from ravi.platforms.email.letter import message_id
from ravi.platforms.email.profile import PROFILES
from ravi.platforms.transport import open_transport
from tests.servers.seed import seed_message
from tests.servers.smtp import PASSWORD, USER, MailServer
from tests.servers.test_wordpress import words

pytestmark = pytest.mark.server

LIST = "list@lists.example.org"


def body(letter: EmailMessage, kind: str) -> str:
    """A part as a reader gets it: text travels with CRLF and ends with one (RFC 2046, 4.1.1)."""
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n").removesuffix("\n")


class MailPlace:
    def __init__(self, server: MailServer) -> None:
        self._server = server
        self.port = server.port

    def credentials(self, port: int, *, wrong: bool = False) -> EmailCredentials:
        return EmailCredentials(
            host=contract_faults.HOST,
            port=str(port),
            security="none",
            username=USER,
            password="a-wrong-word" if wrong else PASSWORD,
            sender="خبرنامهٔ سلامت <news@example.org>",
            unsubscribe="https://example.org/leave",
        )

    def target(self, _port: int) -> str:
        return LIST

    async def shown(self, receipt: Receipt) -> Shown | None:
        letters = self._server.letters(receipt.remote_id)
        if not letters:
            return None
        page = BeautifulSoup(body(letters[0], "html"), "html.parser")
        alts = tuple(str(img.extract()["alt"]) for img in page.find_all("img"))
        # The plain part says formatting in words of its own; where there is some, the page is what was approved.
        is_marked = page.find(["strong", "blockquote"]) or any(a["href"] != a.get_text() for a in page.find_all("a"))
        return Shown(words(str(page.body)).strip("\n") if is_marked else body(letters[0], "plain"), alts)

    def lacks(self, receipt: Receipt, content: Content) -> str:
        """The subject as a mail program shows it."""
        (subject,) = [str(letter["Subject"]) for letter in self._server.letters(receipt.remote_id)]
        return "" if subject == " ".join(content.title.split()) else f"the subject is {subject!r}"

    async def effects(self, key: str) -> int:
        return len(self._server.letters(message_id(key, "example.org")))


class TestEmail(AdapterContract):
    adapter_type = Email
    profile = PROFILES["email"]
    faults = SMTP_FAULTS

    @pytest.fixture
    async def place(self, mail: MailServer) -> AsyncIterator[Place]:
        yield MailPlace(mail)

    def hostile(self, fault: str) -> AbstractAsyncContextManager[Hostile]:
        return contract_faults.hostile_smtp(fault)

    def is_fatal(self, sent: bytes) -> bool:
        return b"\r\n.\r\n" in sent

    async def test_the_seed_message_is_read_back_whole(
        self, mail: MailServer, place: Place, adapter: Email, target: str, key: str
    ) -> None:
        parts = seed_message()
        fitted = fit(parts, self.profile)
        assert (fitted.name, fitted.problems) == ("full", ())
        receipt = await adapter.publish(target, content_of(parts, fitted), key=key)
        (letter,) = mail.letters(receipt.remote_id)
        assert letter["Subject"] == parts.title
        assert body(letter, "plain") == fitted.text
        html = BeautifulSoup(body(letter, "html"), "html.parser")
        assert html.html is not None and html.html["dir"] == "rtl"
        link = html.find("a")
        assert link is not None and link["href"] == parts.link

    async def test_a_letter_says_how_to_leave_the_list(
        self, mail: MailServer, adapter: Email, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content(), key=key)
        (letter,) = mail.letters(receipt.remote_id)
        assert letter["List-Unsubscribe"] == "<https://example.org/leave>"
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert letter["From"].addresses[0].display_name == "خبرنامهٔ سلامت"
        assert [part.get_content_type() for part in letter.walk()] == [
            "multipart/alternative", "text/plain", "text/html",
        ]  # fmt: skip

    async def test_verify_sends_nothing(self, mail: MailServer, adapter: Email, target: str) -> None:
        before = len(list(mail.folder.rglob("*")))
        verified = await adapter.verify(target)
        assert verified.handle == "news@example.org"
        assert len(list(mail.folder.rglob("*"))) == before

    async def test_the_server_hears_who_comes_who_writes_to_whom_and_goodbye(
        self, mail: MailServer, adapter: Email, target: str, key: str
    ) -> None:
        mail.heard.clear()
        receipt = await adapter.publish(target, self.content(), key=key)
        assert mail.heard == ["EHLO example.org", "QUIT"] and receipt.evidence == "250 OK"
        (letter,) = mail.letters(receipt.remote_id)
        assert (letter["X-MailFrom"], letter["X-RcptTo"]) == ("news@example.org", LIST)
        mail.heard.clear()
        assert (await adapter.verify(target)).detail == "250 OK"
        assert mail.heard == ["EHLO localhost", "QUIT"]

    async def test_without_a_user_name_nobody_signs_in(self, place: Place, target: str, key: str) -> None:
        """A server on the same machine may take letters so; one that does not says it by itself."""
        nameless = replace(place.credentials(place.port), username="", password="")
        async with open_transport(Egress(frozenset({(contract_faults.HOST, place.port)}))) as transport:
            adapter = Email(nameless, transport)
            assert (await adapter.verify(target)).detail == "250 OK"
            with pytest.raises(Rejected) as caught:
                await adapter.publish(target, self.content(), key=key)
        assert caught.value.code == "smtp_530" and caught.value.evidence.startswith("530 ")
        assert await place.effects(key) == 0

    async def test_a_password_goes_over_no_open_line(self, key: str) -> None:
        open_line = EmailCredentials("mail.example.org", "25", "none", "u", "p", "news@example.org", "")
        transport = type("T", (), {"http": None, "smtp": None})()
        with pytest.raises(CredentialsRefused, match="TLS"):
            await Email(open_line, transport).publish(LIST, self.content(), key=key)
