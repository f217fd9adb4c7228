"""Publishes posts to one WordPress site. The slug is our key: it is looked up before writing, since WordPress answers a
second post under a used slug with a second post (`slug-2`)."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from ravi.platforms.contract import (
    Adapter,
    Content,
    CredentialsRefused,
    Idempotency,
    NotSent,
    Problem,
    Profile,
    Receipt,
    Rejected,
    Standing,
    Transport,
    Verified,
    credential_field,
    secrets_of,
)
from ravi.platforms.shapes.html_words import words_of
from ravi.platforms.shapes.json_http import JsonAnswer, JsonDoor, asked_at, text_at
from ravi.platforms.shapes.limits import problems_of
from ravi.platforms.shapes.this_machine import is_this_machine
from ravi.platforms.wordpress.html import post_html
from ravi.platforms.wordpress.library import first_of, placed

_GONE = frozenset({"rest_post_invalid_id", "rest_already_trashed"})
_LIVING = "publish,future,draft,pending,private"
_STATUSES = frozenset({*_LIVING.split(","), "trash", "auto-draft", "inherit"})


@dataclass(frozen=True, slots=True)
class WordPressCredentials:
    """The site's address stands beside its password, so that the password never goes to another site."""

    site: str = credential_field(
        "Site address",
        "نشانی وبگاه",
        address=True,
        help_en="As in the browser, with https://.",
        help_fa="همان که در مرورگر است؛ با https:// آغاز می‌شود.",
    )
    username: str = credential_field(
        "User name",
        "نام کاربری",
        help_en="Somebody who may publish posts on the site; an author for Ravi alone is best.",
        help_fa="کسی که در وبگاه اجازهٔ انتشار نوشته دارد؛ بهتر است نویسنده‌ای فقط برای راوی باشد.",
    )
    application_password: str = credential_field(
        "Application password",
        "گذرواژهٔ برنامه",
        secret=True,
        help_en="In WordPress under Users, Profile, Application Passwords: write “Ravi”, add, copy. Not the sign-in password.",
        help_fa="در وردپرس، کاربران، شناسنامه، گذرواژه‌های برنامه: بنویسید «راوی»، بیفزایید و بردارید. گذرواژهٔ ورود نیست.",
    )


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
        data = {**await self._fields(content), "status": "publish", "slug": slug, "sticky": content.pin}
        return _receipt(await self._door.call("POST", self._url("posts"), data=data))

    async def edit(self, target: str, remote_id: str, content: Content, *, key: str) -> Receipt:
        self._check(target)
        return _receipt(await self._door.call("POST", self._url("posts", remote_id), data=await self._fields(content)))

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
        first = first_of(answer)
        return _receipt(JsonAnswer(first, answer.evidence)) if first else None

    async def read(self, target: str, remote_id: str, content: Content) -> Standing | None:
        """As it stands in the site's own store: what themes and plugins add around it is not ours."""
        self._check(target)
        try:
            answer = await self._door.call("GET", self._url("posts", remote_id, context="edit"))
        except Rejected as refusal:
            if refusal.code in _GONE:
                return None
            raise
        if asked_at(answer, "id") != remote_id or (status := asked_at(answer, "status")) not in _STATUSES:
            raise NotSent("the answer is not the post that was asked for", evidence=answer.evidence)
        if status != "publish":
            return None
        return _standing(answer, content)

    async def verify(self, target: str) -> Verified:
        self._check(target)
        answer = await self._door.call("GET", self._url("users", "me", context="edit"))
        may = answer.data.get("capabilities") if isinstance(answer.data, Mapping) else None
        if not isinstance(may, Mapping) or not may.get("publish_posts"):
            raise CredentialsRefused("this user may not publish posts", evidence=answer.evidence)
        return Verified(text_at(answer, "name"), text_at(answer, "slug"), "may publish posts")

    async def _fields(self, content: Content) -> dict[str, Any]:
        """The first image is the featured one; all else stands under the words. Categories and tags are the site's own."""
        files = [await placed(self._door.call, self._url, item) for item in content.media]
        first = next((file for file in files if not file.is_video), None)
        under = [file for file in files if file is not first]
        return {
            "title": content.title,
            "content": post_html(content.text, content.marks, under, lang=content.lang),
            "featured_media": first.id if first else 0,
        }

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


def slug_of(key: str) -> str:
    """A slug that WordPress keeps as it is."""
    if re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", key):
        return key
    return "ravi-" + hashlib.sha256(key.encode()).hexdigest()[:24]


def _standing(answer: JsonAnswer, content: Content) -> Standing:
    """Both through the same reading of HTML: WordPress may spell an `&` or an emoji otherwise."""
    raw = {name: _raw(answer, name) for name in ("title", "content")}
    title, words = unescape(raw["title"]).strip(), words_of(raw["content"])
    sent = content.title.strip(), words_of(post_html(content.text, content.marks, lang=content.lang))
    return Standing("\n\n".join(part for part in (title, words) if part), (title, words) == sent)


def _raw(answer: JsonAnswer, name: str) -> str:
    told = answer.data.get(name)
    raw = told.get("raw") if isinstance(told, Mapping) else None
    if not isinstance(raw, str):
        raise NotSent(f"the answer has no {name} as it was written", evidence=answer.evidence)
    return raw


def _receipt(answer: JsonAnswer) -> Receipt:
    return Receipt(remote_id=text_at(answer, "id"), link=text_at(answer, "link"), evidence=answer.evidence)
