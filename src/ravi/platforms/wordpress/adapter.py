"""Publishes posts to one WordPress site. The slug is our key: it is looked up before writing, since WordPress answers a
second post under a used slug with a second post (`slug-2`)."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from ravi.platforms.contract import (
    Adapter,
    Content,
    CredentialsRefused,
    Idempotency,
    MediaItem,
    NotSent,
    OutcomeUnknown,
    Problem,
    Profile,
    Receipt,
    Rejected,
    Transport,
    Verified,
    credential_field,
    secrets_of,
)
from ravi.platforms.shapes.json_http import JsonAnswer, JsonDoor, text_at
from ravi.platforms.shapes.limits import problems_of
from ravi.platforms.shapes.this_machine import is_this_machine
from ravi.platforms.wordpress.html import post_html

_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}
_GONE = frozenset({"rest_post_invalid_id", "rest_already_trashed"})
_LIVING = "publish,future,draft,pending,private"


@dataclass(frozen=True, slots=True)
class WordPressCredentials:
    """The site's address stands beside its password, so that the password never goes to another site."""

    site: str = credential_field("Site address", "نشانی وبگاه")
    username: str = credential_field("User name", "نام کاربری")
    application_password: str = credential_field("Application password", "گذرواژهٔ برنامه", secret=True)


@dataclass(frozen=True, slots=True)
class _Image:
    id: int
    url: str
    alt_text: str


class WordPress:
    """`target` is the site's address; it must be the one that the credentials are for."""

    kind: ClassVar[str] = "wordpress"
    idempotency: ClassVar[Idempotency] = Idempotency("lookup")
    credentials_type: ClassVar[type] = WordPressCredentials

    def __init__(self, credentials: WordPressCredentials, transport: Transport) -> None:
        self._site = credentials.site.rstrip("/")
        pair = f"{credentials.username}:{credentials.application_password}".encode()
        basic = base64.b64encode(pair).decode("ascii")
        self._door = JsonDoor(transport.http, {"Authorization": f"Basic {basic}"}, (*secrets_of(credentials), basic))

    @staticmethod
    def validate(content: Content, profile: Profile) -> list[Problem]:
        return problems_of(content, profile)

    async def publish(self, target: str, content: Content, *, key: str) -> Receipt:
        slug = slug_of(key)
        if found := await self.find(target, key):
            return found
        images = [await self._image(item) for item in content.media]
        data = {**_fields(content, images), "status": "publish", "slug": slug, "sticky": content.pin}
        return _receipt(await self._door.call("POST", self._url("posts"), data=data))

    async def edit(self, target: str, remote_id: str, content: Content, *, key: str) -> Receipt:
        self._check(target)
        images = [await self._image(item) for item in content.media]
        return _receipt(await self._door.call("POST", self._url("posts", remote_id), data=_fields(content, images)))

    async def delete(self, target: str, remote_id: str) -> None:
        self._check(target)
        try:
            await self._door.call("DELETE", self._url("posts", remote_id, force="true"))
        except Rejected as refusal:
            if refusal.code not in _GONE:
                raise

    async def pin(self, target: str, remote_id: str) -> None:
        self._check(target)
        await self._door.call("POST", self._url("posts", remote_id), data={"sticky": True})

    async def find(self, target: str, key: str) -> Receipt | None:
        self._check(target)
        try:
            answer = await self._door.call("GET", self._url("posts", slug=slug_of(key), status=_LIVING, context="edit"))
        except Rejected as refusal:
            # WordPress words a wrong password here as an invalid `status`; asking who we are brings out the 401.
            if refusal.code == "rest_invalid_param":
                await self._door.call("GET", self._url("users", "me"))
            raise
        first = _first(answer)
        return _receipt(JsonAnswer(first, answer.evidence)) if first else None

    async def verify(self, target: str) -> Verified:
        self._check(target)
        answer = await self._door.call("GET", self._url("users", "me", context="edit"))
        may = answer.data.get("capabilities") if isinstance(answer.data, Mapping) else None
        if not isinstance(may, Mapping) or not may.get("publish_posts"):
            raise CredentialsRefused("this user may not publish posts", evidence=answer.evidence)
        return Verified(text_at(answer, "name"), text_at(answer, "slug"), "may publish posts")

    async def _image(self, item: MediaItem) -> _Image:
        """Upload once: an image with the same bytes and words is found again. Until the post itself is written
        nothing is published, so an upload without a clear answer is NotSent."""
        if item.content is None:
            raise Rejected("media_missing", f"the bytes of image {item.sha256[:12]} were not loaded")
        name = "ravi-" + hashlib.sha256(f"{item.sha256} {item.alt_text}".encode()).hexdigest()[:24]
        found = _first(await self._door.call("GET", self._url("media", slug=name)))
        if found is None:
            found = await self._upload(name, item, item.content)
        return _Image(int(found["id"]), str(found["source_url"]), item.alt_text)

    async def _upload(self, name: str, item: MediaItem, content: bytes) -> Mapping[str, Any]:
        headers = {
            "Content-Type": item.media_type,
            "Content-Disposition": f'attachment; filename="{name}.{_EXTENSIONS.get(item.media_type, "bin")}"',
        }
        try:
            url = self._url("media", slug=name, title=name, alt_text=item.alt_text)
            answer = await self._door.call("POST", url, body=content, headers=headers)
            text_at(answer, "id"), text_at(answer, "source_url")
        except OutcomeUnknown as unknown:
            raise NotSent(f"an image did not arrive: {unknown.detail}", evidence=unknown.evidence) from unknown
        found: Mapping[str, Any] = answer.data
        return found

    def _url(self, *path: str, **query: str) -> str:
        # `rest_route` works with and without pretty permalinks.
        return f"{self._site}/?{urlencode({'rest_route': '/wp/v2/' + '/'.join(path), **query})}"

    def _check(self, target: str) -> None:
        site = urlsplit(self._site)
        if site.scheme != "https" and not is_this_machine(site.hostname or ""):
            raise CredentialsRefused("a password is not sent without TLS; the site's address must begin with https://")
        if target and urlsplit(target).netloc.lower() != site.netloc.lower():
            raise Rejected("bad_target", "the channel's address is not the site that this password is for")


ADAPTERS: Mapping[str, type[Adapter]] = {"wordpress": WordPress}


def _fields(content: Content, images: list[_Image]) -> dict[str, Any]:
    """The first image is the featured one; the others stand under the words."""
    return {
        "title": content.title,
        "content": post_html(content.text, [(image.url, image.alt_text) for image in images[1:]]),
        "featured_media": images[0].id if images else 0,
    }


def slug_of(key: str) -> str:
    """A slug that WordPress keeps as it is."""
    if re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", key):
        return key
    return "ravi-" + hashlib.sha256(key.encode()).hexdigest()[:24]


def _receipt(answer: JsonAnswer) -> Receipt:
    return Receipt(remote_id=text_at(answer, "id"), link=text_at(answer, "link"), evidence=answer.evidence)


def _first(answer: JsonAnswer) -> Mapping[str, Any] | None:
    if not isinstance(answer.data, list):
        raise NotSent("the site's list of posts cannot be read", evidence=answer.evidence)
    return next((item for item in answer.data if isinstance(item, Mapping)), None)
