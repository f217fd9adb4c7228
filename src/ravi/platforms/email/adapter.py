"""Sends one letter to one list address. SMTP has no key and no reading back: an unclear end needs a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from typing import ClassVar, Literal, cast

from ravi.platforms.contract import (
    Adapter,
    Content,
    CredentialsRefused,
    Idempotency,
    Problem,
    Profile,
    Receipt,
    Rejected,
    SmtpServer,
    Transport,
    Verified,
    credential_field,
)
from ravi.platforms.email.letter import letter, message_id
from ravi.platforms.shapes.limits import problems_of
from ravi.platforms.shapes.this_machine import is_this_machine

_SECURITY = frozenset({"tls", "starttls", "none"})


@dataclass(frozen=True, slots=True)
class EmailCredentials:
    """`sender` may carry a name: "Newsletter <news@example.org>". `unsubscribe` is an https or mailto address."""

    host: str = credential_field(
        "Mail server",
        "سرور ایمیل",
        help_en="The server that takes letters to send.",
        help_fa="سروری که نامه‌ها را برای ارسال می‌گیرد.",
    )
    port: str = credential_field("Port", "درگاه", default="587")
    security: str = credential_field("tls, starttls or none", "امنیت: tls، starttls یا none", default="starttls")
    username: str = credential_field("User name", "نام کاربری", default="")
    password: str = credential_field("Password", "گذرواژه", secret=True, default="")
    sender: str = credential_field(
        "Sender",
        "فرستنده",
        default="",
        help_en="With a name, if you like: Newsletter <news@example.org>.",
        help_fa="با نام هم می‌شود: خبرنامه <news@example.org>.",
    )
    unsubscribe: str = credential_field(
        "Unsubscribe address",
        "نشانی لغو عضویت",
        default="",
        help_en="Where receivers leave the list: an https:// or mailto: address of the list server.",
        help_fa="جایی که گیرنده از فهرست خارج می‌شود: نشانی https:// یا mailto: سرور فهرست.",
    )


class Email:
    """`target` is the list's address."""

    kind: ClassVar[str] = "email"
    idempotency: ClassVar[Idempotency] = Idempotency("none")
    credentials_type: ClassVar[type] = EmailCredentials

    def __init__(self, credentials: EmailCredentials, transport: Transport) -> None:
        self._credentials = credentials
        self._smtp = transport.smtp

    @staticmethod
    def validate(content: Content, profile: Profile) -> list[Problem]:
        return problems_of(content, profile)

    async def publish(self, target: str, content: Content, *, key: str) -> Receipt:
        server, sender, recipient = self._server(), self._sender(), _address(target)
        if any(item.content is None for item in content.media):
            raise Rejected("media_missing", "the bytes of an image were not loaded")
        try:
            message = letter(
                content, key=key, sender=sender, recipient=recipient, unsubscribe=self._credentials.unsubscribe
            ).as_bytes()
        except (ValueError, MessageError) as error:
            raise Rejected("bad_letter", f"this text cannot be made into a letter: {error}") from error
        evidence = await self._smtp.send(
            server, sender=sender.addr_spec, recipient=recipient.addr_spec, message=message
        )
        return Receipt(remote_id=message_id(key, sender.domain), link="", evidence=evidence)

    async def verify(self, target: str) -> Verified:
        _address(target)
        sender = self._sender()
        line = await self._smtp.check(self._server())
        return Verified(name=sender.display_name or sender.addr_spec, handle=sender.addr_spec, detail=line)

    def _server(self) -> SmtpServer:
        given = self._credentials
        if not given.port.isascii() or not given.port.isdigit() or given.security not in _SECURITY:
            raise Rejected("bad_settings", "the mail server's port or security is not filled in rightly")
        security = cast(Literal["tls", "starttls", "none"], given.security)
        if security == "none" and given.password and not is_this_machine(given.host):
            raise CredentialsRefused("a password is not sent without TLS; choose tls or starttls")
        return SmtpServer(given.host, int(given.port), security, given.username, given.password)

    def _sender(self) -> Address:
        return _address(self._credentials.sender)


ADAPTERS: Mapping[str, type[Adapter]] = {"email": Email}


def _address(text: str) -> Address:
    has_control = any(ord(character) < 32 or ord(character) == 127 for character in text)
    name, address = parseaddr("" if has_control else text)
    try:
        found = Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError, MessageError) as error:
        raise Rejected("bad_target", f"{text!r} is not an e-mail address") from error
    if not found.username or ("." not in found.domain and found.domain != "localhost"):
        raise Rejected("bad_target", f"{text!r} is not an e-mail address")
    if not found.domain.isascii():  # few servers take one (RFC 6531); the same domain has a form that all do
        raise Rejected("bad_target", f"{text!r}: write the part after the @ in its Latin form, which begins with xn--")
    return found
