"""Makes the letter: plain words and the same words in HTML with their direction, images inside, headers for a list."""

from __future__ import annotations

import hashlib
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate
from html import escape

from ravi.platforms.contract import Content, MediaItem
from ravi.platforms.email.headers import LETTERS
from ravi.platforms.email.plain import plain_words
from ravi.platforms.shapes.marked_html import marked_html

_RTL = frozenset({"fa", "ar", "ckb", "azb", "ur", "ps"})


def message_id(key: str, domain: str) -> str:
    """Always the same for one delivery, so that a receiving server can tell a repeat."""
    return f"<ravi-{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def letter(content: Content, *, key: str, sender: Address, recipient: Address, unsubscribe: str) -> EmailMessage:
    message = EmailMessage(policy=LETTERS)
    message["Subject"] = " ".join(content.title.split())
    message["From"] = sender
    message["To"] = recipient
    message["Date"] = formatdate()
    message["Message-ID"] = message_id(key, sender.domain)
    if content.reply_to:
        message["In-Reply-To"] = message["References"] = content.reply_to
    message["List-Id"] = f"<{recipient.addr_spec.replace('@', '.')}>"
    if unsubscribe:
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        if unsubscribe.startswith("https://"):
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058, https only
    message.set_content(plain_words(content.text, content.marks), cte="base64")
    images = [(f"image{number}@{sender.domain}", item) for number, item in enumerate(content.media, start=1)]
    message.add_alternative(_html(content, images), subtype="html", cte="base64")
    _attach(message, images)
    message["Content-Language"] = content.lang  # after the parts: whoever sets them takes every Content- header away
    return message


def _attach(message: EmailMessage, images: list[tuple[str, MediaItem]]) -> None:
    html = list(message.iter_parts())[-1]
    for cid, item in images:
        kind, _, subtype = item.media_type.partition("/")
        if isinstance(html, EmailMessage) and item.content is not None:
            html.add_related(
                item.content, maintype=kind, subtype=subtype, cid=f"<{cid}>", filename=f"{item.sha256[:16]}.{subtype}"
            )


def _html(content: Content, images: list[tuple[str, MediaItem]]) -> str:
    direction = "rtl" if content.lang.split("-")[0] in _RTL else "ltr"
    pictures = "".join(
        f'<p><img src="cid:{cid}" alt="{escape(item.alt_text)}" width="100%"></p>' for cid, item in images
    )
    return (
        f'<!doctype html><html lang="{escape(content.lang)}" dir="{direction}"><head><meta charset="utf-8">'
        f"<title>{escape(content.title)}</title></head><body>{pictures}{marked_html(content.text, content.marks)}</body></html>"
    )
