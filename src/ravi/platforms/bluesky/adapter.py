"""Publishes to a Bluesky account. A post is created under our own key and never over another one, so the same copy twice is
one post; clients show no edit of a post, so there is none here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from ravi.platforms.bluesky.profile import POSTS_AT_ONCE
from ravi.platforms.bluesky.record import (
    POSTS,
    PROFILE,
    Record,
    images_embed,
    post_record,
    rkey_of,
    root_of,
    video_embed,
)
from ravi.platforms.bluesky.session import Account, BlueskyCredentials, Session, check_active
from ravi.platforms.contract import (
    OTHER_ACCOUNT,
    Adapter,
    Beside,
    Content,
    Counts,
    Idempotency,
    MediaItem,
    NotSent,
    OutcomeUnknown,
    PlatformError,
    Problem,
    Profile,
    Receipt,
    Rejected,
    Standing,
    Transport,
    Verified,
)
from ravi.platforms.shapes.json_http import JsonAnswer, text_at
from ravi.platforms.shapes.limits import problems_of

_GET, _PUT = "com.atproto.repo.getRecord", "com.atproto.repo.putRecord"
_NOT_THERE, _CHANGED_MEANWHILE = "RecordNotFound", "InvalidSwap"
_PIN_TRIES = 3
_KEY = re.compile(r"[A-Za-z0-9._:~-]{1,512}")  # https://atproto.com/specs/record-key


class Bluesky:
    """`target` is the account's handle (or DID); it must be the one that the credentials are for. A post's id here is its
    address in the network, `at://did/collection/key`."""

    kind: ClassVar[str] = "bluesky"
    idempotency: ClassVar[Idempotency] = Idempotency("natural")
    credentials_type: ClassVar[type] = BlueskyCredentials

    def __init__(self, credentials: BlueskyCredentials, transport: Transport) -> None:
        self._session = Session(credentials, transport.http)

    @staticmethod
    def validate(content: Content, profile: Profile) -> list[Problem]:
        return problems_of(content, profile)

    async def publish(self, target: str, content: Content, *, key: str) -> Receipt:
        account = await self._account(target)
        rkey = rkey_of(key)
        receipt = await self._standing(account, rkey) or await self._created(account, rkey, content)
        return await self._pinned(target, receipt) if content.pin else receipt

    async def delete(self, target: str, remote_id: str) -> None:
        account = await self._account(target)
        wish = {"repo": account.did, "collection": POSTS, "rkey": _rkey(account, remote_id)}
        await self._session.tell("com.atproto.repo.deleteRecord", wish)

    async def pin(self, target: str, remote_id: str) -> None:
        """In the account's own profile, whose other words stay; somebody may change them at the same time."""
        account = await self._account(target)
        post = await self._record(account, POSTS, _rkey(account, remote_id))
        if post is None:
            raise Rejected("gone", "the post is not there any more")
        pinned = {"uri": text_at(post, "uri"), "cid": text_at(post, "cid")}
        for _ in range(_PIN_TRIES):
            profile = await self._record(account, PROFILE, "self")
            value = dict(profile.data["value"]) if profile else {"$type": PROFILE}
            if value.get("pinnedPost") == pinned:
                return
            cid = text_at(profile, "cid") if profile else None
            wish = _write(account, PROFILE, "self", {**value, "pinnedPost": pinned}, instead_of=cid)
            try:
                await self._session.tell(_PUT, wish)
            except Rejected as refusal:
                if refusal.code != _CHANGED_MEANWHILE:
                    raise
            else:
                return
        raise NotSent("the account's profile changes all the time; the pin was not set")

    async def find(self, target: str, key: str) -> Receipt | None:
        return await self._standing(await self._account(target), rkey_of(key))

    async def read(self, target: str, remote_id: str, content: Content) -> Standing | None:
        """From the account's own records, which change nothing of what is put there."""
        account = await self._account(target)
        answer = await self._record(account, POSTS, _rkey(account, remote_id))
        if answer is None:
            return None
        words = str(answer.data["value"].get("text", ""))
        return Standing(words, words == content.text)

    async def verify(self, target: str) -> Verified:
        said = await self._session.ask("com.atproto.server.getSession")
        handle = text_at(JsonAnswer(said.data, ""), "handle")
        account = await self._session.account()
        check_active(account)
        profile = await self._record(account, PROFILE, "self")
        name = profile.data["value"].get("displayName") if profile else ""
        called = target if target == account.did else handle
        return Verified(str(name or handle), called, f"@{handle} may post")

    async def count(self, target: str) -> int:
        account = await self._account(target)
        answer = await self._session.ask("app.bsky.actor.getProfile", actor=account.did)
        return _number(answer.data, "followersCount")

    async def measure(self, target: str, remote_ids: tuple[str, ...]) -> Mapping[str, Counts]:
        account = await self._account(target)
        ours = {uri: remote_id for remote_id in remote_ids if (uri := _uri(account, remote_id))}
        found: dict[str, Counts] = {}
        for uris in _batches(ours):
            answer = await self._session.ask("app.bsky.feed.getPosts", uris=uris)
            found |= {ours[uri]: counts for uri, counts in _counts(answer) if uri in ours}
        return found

    async def _account(self, target: str) -> Account:
        account = await self._session.account()
        if target.strip().lstrip("@").lower() not in {account.handle.lower(), account.did.lower()}:
            raise Rejected(OTHER_ACCOUNT, f"the app password is for {account.handle}, not for {target}")
        check_active(account)
        return account

    async def _record(self, account: Account, collection: str, rkey: str, repo: str = "") -> JsonAnswer | None:
        """A record with its `uri`, `cid` and `value`; None where the server says that there is none."""
        try:
            answer = await self._session.ask(_GET, repo=repo or account.did, collection=collection, rkey=rkey)
        except Rejected as refusal:
            if refusal.code == _NOT_THERE:
                return None
            raise
        if not isinstance(answer.data, Mapping) or not isinstance(answer.data.get("value"), Mapping):
            raise NotSent("the server's answer holds no record", evidence=answer.evidence)
        return answer

    async def _standing(self, account: Account, rkey: str) -> Receipt | None:
        answer = await self._record(account, POSTS, rkey)
        return _receipt(account, rkey, answer) if answer else None

    async def _created(self, account: Account, rkey: str, content: Content) -> Receipt:
        reply = await self._reply(account, content.reply_to) if content.reply_to else None
        embed = await self._embed(content)
        heard_at = self._session.heard_at
        assert heard_at is not None  # nosec B101 -- looking for the record was an answer
        record = post_record(content, heard_at, embed=embed, reply=reply)
        try:
            answer = await self._session.tell(_PUT, _write(account, POSTS, rkey, record, instead_of=None))
        except Rejected as refusal:
            # Another attempt under this key came first: its post is the copy.
            found = await self._standing(account, rkey) if refusal.code == _CHANGED_MEANWHILE else None
            if found is None:
                raise
            return found
        return _receipt(account, rkey, answer)

    async def _reply(self, account: Account, remote_id: str) -> Record:
        repo, _slash, rkey = remote_id.removeprefix("at://").partition(f"/{POSTS}/")
        parent = await self._record(account, POSTS, rkey, repo) if rkey else None
        if parent is None:
            raise Rejected("no_parent", "the post that this one answers is not there")
        itself = {"uri": text_at(parent, "uri"), "cid": text_at(parent, "cid")}
        return {"root": root_of(parent.data, itself), "parent": itself}

    async def _embed(self, content: Content) -> Record | None:
        videos = [item for item in content.media if item.is_video]
        if videos and len(content.media) > 1:
            raise Rejected("media_mixed", "a post holds images or one video")
        if videos:
            [video] = videos
            captions = await self._blob(video.captions) if video.captions else None
            return video_embed(video, await self._blob(video), captions, content.lang)
        if content.media:
            return images_embed([(item, await self._blob(item)) for item in content.media])
        return None

    async def _blob(self, item: MediaItem | Beside) -> Record:
        """Bytes that no record names are thrown away by the server, so an upload without a clear answer is NotSent."""
        if item.content is None:
            raise Rejected("media_missing", f"the bytes of file {item.sha256[:12]} were not loaded")
        try:
            answer = await self._session.tell(
                "com.atproto.repo.uploadBlob", body=item.content, media_type=item.media_type
            )
            text_at(answer, "blob", "ref", "$link")
        except OutcomeUnknown as unknown:
            raise NotSent(f"a file did not arrive: {unknown.detail}", evidence=unknown.evidence) from unknown
        blob: Record = answer.data["blob"]
        return blob

    async def _pinned(self, target: str, receipt: Receipt) -> Receipt:
        """The post stands whatever becomes of its pin: that is told beside the receipt."""
        try:
            await self.pin(target, receipt.remote_id)
        except PlatformError as error:
            return Receipt(receipt.remote_id, receipt.link, f"{receipt.evidence} | not pinned: {error.detail}")
        return receipt


ADAPTERS: Mapping[str, type[Adapter]] = {"bluesky": Bluesky}


def _write(account: Account, collection: str, rkey: str, record: Record, *, instead_of: str | None) -> Record:
    """A write that is refused unless `instead_of` (None: nothing) stands there."""
    return {
        "repo": account.did, "collection": collection, "rkey": rkey, "record": record, "swapRecord": instead_of,
    }  # fmt: skip


def _receipt(account: Account, rkey: str, answer: JsonAnswer) -> Receipt:
    """The link names the handle: that is what people compare with the public list."""
    link = f"https://bsky.app/profile/{account.handle}/post/{rkey}"
    return Receipt(text_at(answer, "uri"), link, answer.evidence)


def _rkey(account: Account, remote_id: str) -> str:
    """The record's own name; an address in another account's name is not ours to touch."""
    repo, _slash, rkey = remote_id.removeprefix("at://").rpartition("/")
    if repo and repo != f"{account.did}/{POSTS}":
        raise Rejected("bad_target", "this post is not of the account that the app password is for")
    return rkey


def _uri(account: Account, remote_id: str) -> str:
    """The post's address in the network, "" where it is none of this account's: one such would have all of a question
    refused."""
    begins = f"at://{account.did}/{POSTS}/"
    rkey = remote_id.removeprefix(begins)
    return begins + rkey if _KEY.fullmatch(rkey) else ""


def _batches(uris: Iterable[str]) -> Iterable[list[str]]:
    rest = list(uris)
    return (rest[start : start + POSTS_AT_ONCE] for start in range(0, len(rest), POSTS_AT_ONCE))


def _counts(answer: JsonAnswer) -> Iterable[tuple[str, Counts]]:
    """A quotation carries a post on as a repost does: both are shares."""
    posts = answer.data.get("posts") if isinstance(answer.data, Mapping) else None
    if not isinstance(posts, list):
        raise NotSent("the answer holds no posts")
    for post in posts:
        if isinstance(post, Mapping) and isinstance(post.get("uri"), str):
            shares = _number(post, "repostCount") + _number(post, "quoteCount")
            reactions, replies = _number(post, "likeCount"), _number(post, "replyCount")
            yield post["uri"], Counts(reactions=reactions, shares=shares, replies=replies)


def _number(said: Any, name: str) -> int:
    value = said.get(name) if isinstance(said, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise NotSent(f"the answer has no {name}")
    return value
