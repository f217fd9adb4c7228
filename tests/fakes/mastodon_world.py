"""What stands on a server of Mastodon's kind: accounts, files, posts and their history; no HTTP here."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import Any

import regex

# https://docs.joinmastodon.org/user/posting/#links and #mentions: an address counts 23, a mention its near half.
URL = re.compile(r"https?://[^\s<>\"«»]+[^\s<>\"«».,;:!?)]")
FAR_MENTION = re.compile(r"(?<!\w)(@[A-Za-z0-9_]+)@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
URL_COUNTS = 23


class Refused(Exception):
    """The server's no: its number and its sentence."""

    def __init__(self, number: int, sentence: str) -> None:
        super().__init__(sentence)
        self.number, self.sentence = number, sentence


def length(text: str) -> int:
    """Characters as readers see them (status_length_validator.rb: each_grapheme_cluster)."""
    near = FAR_MENTION.sub(r"\1", URL.sub("x" * URL_COUNTS, text))
    return len(regex.findall(r"\X", near))


@dataclass
class Attachment:
    """A file; `waits` says how often it is still being prepared when somebody asks."""

    number: str
    kind: str
    description: str | None
    content: bytes
    waits: int = 0
    status: str = ""
    has_thumbnail: bool = False

    def told(self, base: str) -> dict[str, Any]:
        return {
            "id": self.number,
            "type": self.kind,
            "url": None if self.waits else f"{base}/files/{self.number}",
            "preview_url": f"{base}/files/{self.number}/small",
            "remote_url": None,
            "text_url": None,
            "meta": {"original": {"width": 2, "height": 2, "size": "2x2", "aspect": 1.0}},
            "description": self.description,
            "blurhash": "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH",
        }


@dataclass
class Status:
    """One post and every wording that it had."""

    number: str
    created_at: datetime
    text: str
    language: str | None
    visibility: str
    media: list[str]
    reply_to: str | None = None
    key: str = ""
    edited_at: datetime | None = None
    history: list[str] = field(default_factory=list)
    favourites: int = 0
    reblogs: int = 0
    replies: int = 0


@dataclass
class Account:
    """Whom a token speaks for; `scopes`: what it may."""

    number: str
    username: str
    name: str
    token: str
    scopes: frozenset[str] = frozenset({"read", "write"})
    followers: int = 0
    media: dict[str, Attachment] = field(default_factory=dict)
    statuses: dict[str, Status] = field(default_factory=dict)
    pinned: list[str] = field(default_factory=list)
    keys: dict[str, tuple[str, float]] = field(default_factory=dict)
    ever: list[str] = field(default_factory=list)


@dataclass
class World:
    """Everything of one server, called `domain` in handles."""

    domain: str = "social.example"
    accounts: dict[str, Account] = field(default_factory=dict)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(110000000000000001))

    def number(self) -> str:
        return str(next(self.numbers))

    def add(self, account: Account) -> Account:
        self.accounts[account.token] = account
        return account

    def any_status(self, number: str) -> Status | None:
        return next((a.statuses[number] for a in self.accounts.values() if number in a.statuses), None)


def account_told(account: Account, base: str, domain: str) -> dict[str, Any]:
    picture = f"{base}/missing.png"
    return {
        "id": account.number, "username": account.username, "acct": account.username, "display_name": account.name,
        "locked": False, "bot": False, "discoverable": True, "group": False, "created_at": "2026-01-01T00:00:00.000Z",
        "note": "", "url": f"{base}/@{account.username}", "uri": f"https://{domain}/users/{account.username}",
        "avatar": picture, "avatar_static": picture, "header": picture, "header_static": picture,
        "followers_count": account.followers, "following_count": 0, "statuses_count": len(account.statuses),
        "last_status_at": "2026-11-25", "emojis": [], "fields": [], "roles": [],
    }  # fmt: skip


def status_told(account: Account, status: Status, base: str, domain: str) -> dict[str, Any]:
    """A post as the API tells it, to its own author."""
    return {
        "id": status.number, "created_at": moment(status.created_at), "in_reply_to_id": status.reply_to,
        "in_reply_to_account_id": account.number if status.reply_to else None, "sensitive": False, "spoiler_text": "",
        "visibility": status.visibility, "language": status.language,
        "uri": f"https://{domain}/users/{account.username}/statuses/{status.number}",
        "url": f"{base}/@{account.username}/{status.number}", "replies_count": status.replies,
        "reblogs_count": status.reblogs, "favourites_count": status.favourites,
        "edited_at": moment(status.edited_at) if status.edited_at else None, "favourited": False, "reblogged": False,
        "muted": False, "bookmarked": False, "pinned": status.number in account.pinned, "content": html(status.text),
        "filtered": [], "reblog": None, "application": {"name": "test", "website": None},
        "account": account_told(account, base, domain),
        "media_attachments": [account.media[one].told(base) for one in status.media], "mentions": [],
        "tags": [], "emojis": [], "card": None, "poll": None,
    }  # fmt: skip


def html(text: str) -> str:
    """Words as the server shows them: paragraphs, line breaks, real links."""
    linked = URL.sub(lambda found: f'<a href="{found.group()}">{found.group()}</a>', escape(text, quote=False))
    return "".join(f"<p>{block}</p>" for block in linked.replace("\n\n", "\0").replace("\n", "<br />").split("\0"))


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
