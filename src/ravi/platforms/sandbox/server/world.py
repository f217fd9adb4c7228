"""Channels and posts as the log tells them: every change is a line, and replaying the lines gives the same world."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ravi.platforms.sandbox.server.journal import Journal
from ravi.platforms.sandbox.server.limits import RULES

KEY_LIFETIME = timedelta(hours=1)  # how long the played Mastodon remembers an Idempotency-Key


@dataclass(slots=True)
class Post:
    n: int
    key: str
    at: datetime
    body: Mapping[str, Any]
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    pinned: bool = False

    @property
    def text(self) -> str:
        return str(self.body["text"])


@dataclass(slots=True)
class Channel:
    platform: str
    handle: str
    name: str = ""
    token_sha256: str = ""
    old_sha256: str = ""  # the token before, while it is still taken
    posts: dict[int, Post] = field(default_factory=dict)
    by_key: dict[str, list[Post]] = field(default_factory=dict)

    def accepts(self, token: str) -> bool:
        said = _sha256(token)
        return any(own and hmac.compare_digest(own, said) for own in (self.token_sha256, self.old_sha256))

    def live_under(self, key: str) -> Post | None:
        return next((post for post in self.by_key.get(key, ()) if post.deleted_at is None), None)


class World:
    """All channels. `now_override` lets a demo's clock date its posts."""

    def __init__(self, journal: Journal) -> None:
        self.channels: dict[tuple[str, str], Channel] = {}
        self.now_override: datetime | None = None
        self._journal = journal
        self._n = 0
        for line in journal.lines():
            self._apply(line)
            self._n = line["n"]

    def now(self) -> datetime:
        return self.now_override or datetime.fromtimestamp(time.time(), UTC)

    def register(self, platform: str, handle: str, name: str, token: str, *, keep_old: bool = False) -> None:
        """`keep_old`: the token before is taken too, until the channel is registered once more."""
        channel, said = self.channels.get((platform, handle)), _sha256(token)
        if channel and (channel.name, channel.token_sha256) == (name, said) and not channel.old_sha256:
            return
        old = channel.token_sha256 if channel and keep_old else ""
        self._write("register", platform, handle, name=name, token_sha256=said, old_sha256=old)

    def publish(self, channel: Channel, key: str, body: Mapping[str, Any]) -> Post:
        """A new post; the caller has already decided that it is one."""
        remote_id = len(channel.posts) + 1
        self._write("publish", channel.platform, channel.handle, key=key, remote_id=str(remote_id), **_hashed(body))
        return channel.posts[remote_id]

    def edit(self, channel: Channel, post: Post, key: str, body: Mapping[str, Any]) -> None:
        self._write("edit", channel.platform, channel.handle, key=key, remote_id=str(post.n), **_hashed(body))

    def delete(self, channel: Channel, post: Post) -> None:
        self._write("delete", channel.platform, channel.handle, key=post.key, remote_id=str(post.n))

    def pin(self, channel: Channel, post: Post) -> None:
        self._write("pin", channel.platform, channel.handle, key=post.key, remote_id=str(post.n))

    def remembered(self, channel: Channel, key: str) -> Post | None:
        """The post that this key has made within the key's lifetime (native keys)."""
        made = [post for post in channel.by_key.get(key, ()) if self.now() - post.at < KEY_LIFETIME]
        return made[0] if made and key else None

    def _write(self, action: str, platform: str, handle: str, **facts: Any) -> None:
        line = {
            "n": self._n + 1,
            "at": self.now().isoformat(),
            "platform": platform,
            "handle": handle,
            "action": action,
            **facts,
        }
        self._journal.append(line)
        self._n += 1
        self._apply(line)

    def _apply(self, line: Mapping[str, Any]) -> None:
        place = (line["platform"], line["handle"])
        channel = self.channels.setdefault(place, Channel(*place))
        at = datetime.fromisoformat(line["at"])
        if line["action"] == "register":
            channel.name, channel.token_sha256 = line["name"], line["token_sha256"]
            channel.old_sha256 = line.get("old_sha256", "")
            return
        n = int(line["remote_id"])
        if line["action"] == "publish":
            post = Post(n, line["key"], at, line, pinned=bool(line["pin"]))
            channel.posts[n] = post
            channel.by_key.setdefault(post.key, []).append(post)
            return
        post = channel.posts[n]
        if line["action"] == "edit":
            post.body, post.edited_at = line, at
        elif line["action"] == "delete":
            post.deleted_at = at
        elif line["action"] == "pin":
            post.pinned = True


def is_played(platform: str) -> bool:
    return platform in RULES


def _hashed(body: Mapping[str, Any]) -> dict[str, Any]:
    return {**body, "text_sha256": _sha256(str(body["text"]))}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
