"""Tells by mail. SMTP has no key and no reading back: a mail of which nobody knows is not sent again."""

import hashlib
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from html import escape

from ravi.notices.senders.way import Ports, Words
from ravi.platforms.contract import Rejected, SmtpServer

RTL = frozenset({"fa", "ar", "ckb"})


@dataclass(frozen=True)
class Mail:
    """`sender` may carry a name: "Ravi <ravi@example.org>"."""

    server: SmtpServer
    sender: str
    ports: Ports

    async def open(self, address: str) -> str:
        return ""

    async def send(self, address: str, room: str, words: Words, *, key: str) -> None:
        message = letter(words, sender=self.sender, recipient=address, key=key)
        await self.ports.smtp.send(
            self.server, sender=parseaddr(self.sender)[1], recipient=address, message=message.as_bytes()
        )


def letter(words: Words, *, sender: str, recipient: str, key: str) -> EmailMessage:
    """Plain words, and the same with their direction. Raises Rejected for an address that no header can hold."""
    message = EmailMessage(policy=SMTP)
    domain = parseaddr(sender)[1].rpartition("@")[2]
    try:
        message["Subject"] = " ".join(words.subject.split())
        message["From"] = sender
        message["To"] = recipient
    except (ValueError, IndexError) as error:
        raise Rejected("bad_address", "this address cannot stand in a letter") from error
    message["Date"] = formatdate()
    message["Message-ID"] = f"<ravi-{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"
    # RFC 3834: no absence note answers it.
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = words.language
    message.set_content(words.text, cte="base64")
    message.add_alternative(_html(words), subtype="html", cte="base64")
    return message


def _html(words: Words) -> str:
    direction = "rtl" if words.language in RTL else "ltr"
    lines = "".join(f"<p>{_line(line)}</p>" for line in words.text.splitlines() if line)
    return f'<!doctype html><html lang="{words.language}" dir="{direction}"><meta charset="utf-8"><body>{lines}</body></html>'


def _line(line: str) -> str:
    if line.startswith(("http://", "https://")):
        return f'<a href="{escape(line)}" dir="ltr">{escape(line)}</a>'
    return escape(line)
