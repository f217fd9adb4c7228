"""A server of Mastodon's API over HTTP, with its refusals, its hour for keys and its pace.

Numbers are those of the project's documentation (https://github.com/mastodon/documentation, 2026-07: entities/Instance,
user/posting, api/rate-limits, methods/statuses, methods/media) and, where a line says so, of its source.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from PIL import Image, UnidentifiedImageError

from tests.fakes.mastodon_pace import Pace, TooFast
from tests.fakes.mastodon_world import (
    URL_COUNTS,
    Account,
    Attachment,
    Refused,
    Status,
    World,
    account_told,
    length,
    moment,
    status_told,
)

TEXT, FILES, PINS = 500, 4, 5
DESCRIPTION = 1_500
IMAGE_BYTES, VIDEO_BYTES = 16_777_216, 103_809_024
IMAGES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
VIDEOS = ("video/webm", "video/mp4", "video/quicktime", "video/ogg")
KEY_LIVES_S = 3_600
AT_ONCE = 20  # DEFAULT_STATUSES_LIMIT of base_controller.rb

Values = dict[str, Any]
Does = Callable[["MastodonServer", Account, web.Request, Values], Any]
_ROUTES: list[tuple[str, str, str, str, Does]] = []


def route(verb: str, path: str, scope: str, *, window: str = "") -> Callable[[Does], Does]:
    def keep(does: Does) -> Does:
        _ROUTES.append((verb, path, scope, window, does))
        return does

    return keep


@dataclass
class MastodonServer:
    """`film_waits`: how often a film is still being prepared when asked for. `body_bytes`: what the web server before it
    lets through (nginx, client_max_body_size). `tells_many` is false before 4.3. `is_deaf`: says yes to
    changes and removals and makes none."""

    world: World = field(default_factory=World)
    port: int = 0
    now: Callable[[], float] = time.time
    film_waits: int = 1
    text: int = TEXT
    body_bytes: int = 99 * 1024 * 1024
    tells_many: bool = True
    is_deaf: bool = False
    pace: Pace = field(default_factory=Pace)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    def handler(self, scope: str, window: str, does: Does) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            headers: dict[str, str] = {}
            try:
                if (request.content_length or 0) > self.body_bytes:
                    return web.Response(status=413, text="<html><h1>413 Request Entity Too Large</h1></html>")
                account = self._account(request)
                headers = self.pace.spend(account.token, ["all", *([window] if window else [])], self.now())
                _may(account, scope)
                said = does(self, account, request, await _values(request))
                status, told = said if isinstance(said, tuple) else (200, said)
                return web.json_response(told, status=status, headers=headers)
            except Refused as no:
                return web.json_response({"error": no.sentence}, status=no.number, headers=headers)
            except TooFast as no:
                return web.json_response({"error": "Too many requests"}, status=429, headers=no.headers)

        return answer

    def _account(self, request: web.Request) -> Account:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or token not in self.world.accounts:
            raise Refused(401, "The access token is invalid")
        return self.world.accounts[token]

    def told(self, account: Account, status: Status) -> Values:
        return status_told(account, status, self.base, self.world.domain)


# The server and the account ---------------------------------------------------------------------------------------


@route("GET", "/api/v2/instance", "")
@route("GET", "/api/v1/instance", "")
def _instance(server: MastodonServer, _: Account, _request: web.Request, _values: Values) -> Any:
    return {
        "domain": server.world.domain,
        "uri": server.world.domain,
        "title": "آزمون",
        "version": "4.5.0" if server.tells_many else "4.2.0",
        "api_versions": {"mastodon": 7},
        "configuration": {
            "accounts": {"max_pinned_statuses": PINS},
            "statuses": {
                "max_characters": server.text,
                "max_media_attachments": FILES,
                "characters_reserved_per_url": URL_COUNTS,
            },
            "media_attachments": {
                "supported_mime_types": [*IMAGES, *VIDEOS],
                "description_limit": DESCRIPTION,
                "image_size_limit": IMAGE_BYTES,
                "video_size_limit": VIDEO_BYTES,
            },
        },
    }


@route("GET", "/api/v1/accounts/verify_credentials", "read:accounts")
def _me(server: MastodonServer, account: Account, _: web.Request, _values: Values) -> Any:
    return account_told(account, server.base, server.world.domain)


@route("GET", "/api/v1/apps/verify_credentials", "")
def _app(server: MastodonServer, account: Account, _: web.Request, _values: Values) -> Any:
    told: Values = {"id": "1", "name": "test", "website": None}
    return told | ({"scopes": sorted(account.scopes)} if server.tells_many else {})


# Files ------------------------------------------------------------------------------------------------------------


@route("POST", "/api/v2/media", "write:media", window="media")
def _upload(server: MastodonServer, account: Account, _: web.Request, values: Values) -> Any:
    attachment = _attachment(server, account, values)
    return (202 if attachment.waits else 200), attachment.told(server.base)


@route("POST", "/api/v1/media", "write:media", window="media")
def _upload_and_wait(server: MastodonServer, account: Account, _: web.Request, values: Values) -> Any:
    """Deprecated: answers when the file is ready."""
    attachment = _attachment(server, account, values)
    attachment.waits = 0
    return attachment.told(server.base)


@route("GET", "/api/v1/media/{number}", "write:media")
def _media(server: MastodonServer, account: Account, request: web.Request, _values: Values) -> Any:
    attachment = account.media.get(request.match_info["number"])
    if attachment is None or attachment.status:
        raise Refused(404, "Record not found")
    told = attachment.told(server.base)
    status = 206 if attachment.waits else 200
    attachment.waits = max(0, attachment.waits - 1)
    return status, told


def _attachment(server: MastodonServer, account: Account, values: Values) -> Attachment:
    file = values.get("file")
    if not isinstance(file, web.FileField):
        raise Refused(422, "Validation failed: File can't be blank")
    content, media_type = file.file.read(), file.content_type
    description = values.get("description") or None
    if description is not None and len(str(description)) > DESCRIPTION:
        raise Refused(422, f"Validation failed: Description is too long (maximum is {DESCRIPTION} characters)")
    is_film = media_type in VIDEOS
    if not is_film and media_type not in IMAGES:
        raise Refused(422, "Validation failed: File content type is invalid, File is invalid")
    if len(content) > (VIDEO_BYTES if is_film else IMAGE_BYTES):
        raise Refused(422, "Validation failed: File file size is too large")
    if not is_film:
        _picture(content, IMAGES[media_type])
    kind = "video" if is_film else "gifv" if media_type == "image/gif" else "image"
    waits = server.film_waits if kind != "image" else 0
    attachment = Attachment(server.world.number(), kind, description, content, waits)
    attachment.has_thumbnail = isinstance(values.get("thumbnail"), web.FileField)
    account.media[attachment.number] = attachment
    return attachment


def _picture(content: bytes, kind: str) -> None:
    try:
        with Image.open(io.BytesIO(content), formats=(kind,)) as image:
            image.load()
    except (UnidentifiedImageError, OSError):
        raise Refused(422, "Validation failed: File content type is invalid, File is invalid") from None


# Posts ------------------------------------------------------------------------------------------------------------


@route("POST", "/api/v1/statuses", "write:statuses", window="statuses")
def _create(server: MastodonServer, account: Account, request: web.Request, values: Values) -> Any:
    key = request.headers.get("Idempotency-Key", "")
    known, kept_at = account.keys.get(key, ("", 0.0))
    if key and known and server.now() - kept_at < KEY_LIVES_S:
        return server.told(account, _own(account, known))
    reply_to = values.get("in_reply_to_id") or None
    if reply_to is not None and server.world.any_status(str(reply_to)) is None:
        raise Refused(404, "The post you are trying to reply to does not appear to exist.")
    visibility = values.get("visibility") or "public"
    if visibility not in {"public", "unlisted", "private", "direct"}:
        raise Refused(422, "Validation failed: Visibility is not included in the list")
    media = _files_of(account, values, "")
    status = Status(
        server.world.number(), server.moment(), _words(server, values, media), values.get("language") or None,
        str(visibility), media, str(reply_to) if reply_to else None, key,
    )  # fmt: skip
    account.statuses[status.number] = status
    account.ever.append(key)
    for number in media:
        account.media[number].status = status.number
    if key:
        account.keys[key] = (status.number, server.now())
    return server.told(account, status)


@route("GET", "/api/v1/statuses", "read:statuses")
def _many(server: MastodonServer, account: Account, request: web.Request, _values: Values) -> Any:
    if not server.tells_many:
        raise Refused(404, "Not Found")
    asked = request.query.getall("id[]", [])
    if len(asked) > AT_ONCE:
        raise Refused(422, "Mastodon::ValidationError")
    return [server.told(account, account.statuses[one]) for one in asked if one in account.statuses]


@route("GET", "/api/v1/statuses/{number}", "read:statuses")
def _show(server: MastodonServer, account: Account, request: web.Request, _values: Values) -> Any:
    return server.told(account, _own(account, request.match_info["number"]))


@route("GET", "/api/v1/statuses/{number}/source", "read:statuses")
def _source(_: MastodonServer, account: Account, request: web.Request, _values: Values) -> Any:
    status = _own(account, request.match_info["number"])
    return {"id": status.number, "text": status.text, "spoiler_text": ""}


@route("GET", "/api/v1/statuses/{number}/history", "read:statuses")
def _history(server: MastodonServer, account: Account, request: web.Request, _values: Values) -> Any:
    status = _own(account, request.match_info["number"])
    told = server.told(account, status)
    return [
        {"content": text, "spoiler_text": "", "sensitive": False, "created_at": moment(status.created_at)}
        | {name: told[name] for name in ("account", "media_attachments", "emojis")}
        for text in [*status.history, told["content"]]
    ]


@route("PUT", "/api/v1/statuses/{number}", "write:statuses", window="statuses")
def _change(server: MastodonServer, account: Account, request: web.Request, values: Values) -> Any:
    """Files that are not named again are gone from the post (update_status_service.rb)."""
    status = _own(account, request.match_info["number"])
    media = _files_of(account, values, status.number)
    text = _words(server, values, media)
    if server.is_deaf:
        return server.told(account, status)
    changed = [_described(account, media, one) for one in values.get("media_attributes") or []]
    language = values.get("language") or status.language
    if (text, media, language) == (status.text, status.media, status.language) and not any(changed):
        return server.told(account, status)
    status.history.append(server.told(account, status)["content"])
    status.text, status.media, status.language, status.edited_at = text, media, language, server.moment()
    for number in media:
        account.media[number].status = status.number
    return server.told(account, status)


@route("DELETE", "/api/v1/statuses/{number}", "write:statuses", window="delete")
def _remove(server: MastodonServer, account: Account, request: web.Request, _values: Values) -> Any:
    status = _own(account, request.match_info["number"])
    told = server.told(account, status) | {"text": status.text}
    if server.is_deaf:
        return told
    del account.statuses[status.number]
    account.pinned = [number for number in account.pinned if number != status.number]
    return told


@route("POST", "/api/v1/statuses/{number}/pin", "write:accounts")
def _pin(server: MastodonServer, account: Account, request: web.Request, _values: Values) -> Any:
    status = _own(account, request.match_info["number"])
    if status.number in account.pinned:
        raise Refused(422, "Duplicate record")
    if len(account.pinned) >= PINS:
        raise Refused(422, "Validation failed: You have already pinned the maximum number of posts")
    account.pinned.append(status.number)
    return server.told(account, status)


def _own(account: Account, number: str) -> Status:
    if number not in account.statuses:
        raise Refused(404, "Record not found")
    return account.statuses[number]


def _words(server: MastodonServer, values: Values, media: list[str]) -> str:
    text = str(values.get("status") or "").strip()
    if not text and not media:
        raise Refused(422, "Validation failed: Text can't be blank")
    if length(text) > server.text:
        raise Refused(422, f"Validation failed: Text character limit of {server.text} exceeded")
    return text


def _files_of(account: Account, values: Values, status: str) -> list[str]:
    """Those that may stand in this post: one's own, ready, in no other."""
    asked = [str(one) for one in values.get("media_ids") or []]
    if len(asked) > FILES:
        raise Refused(422, "Validation failed: Cannot attach more than 4 files")
    found = [account.media[one] for one in asked if one in account.media and account.media[one].status in {"", status}]
    if len(found) > 1 and any(one.kind != "image" for one in found):
        raise Refused(422, "Validation failed: Cannot attach a video to a post that already contains images")
    if any(one.waits for one in found):
        raise Refused(422, "Validation failed: Cannot attach files that have not finished processing")
    return [one.number for one in found]


def _described(account: Account, media: list[str], given: Mapping[str, Any]) -> bool:
    if str(given.get("id")) not in media or "description" not in given:
        return False
    attachment = account.media[str(given["id"])]
    is_new = bool(attachment.description != given["description"])
    attachment.description = given["description"]
    return is_new


# Reading what was sent --------------------------------------------------------------------------------------------


def _may(account: Account, scope: str) -> None:
    if scope and not {scope, scope.split(":")[0]} & account.scopes:
        raise Refused(403, "This action is outside the authorized scopes")


async def _values(request: web.Request) -> Values:
    """JSON, or a form whose names end in [] where they are lists."""
    if not request.can_read_body:
        return {}
    if request.content_type == "application/json":
        try:
            found = await request.json()
        except json.JSONDecodeError:
            raise Refused(400, "Error occurred while parsing request parameters") from None
        return found if isinstance(found, dict) else {}
    values: Values = {}
    for name, value in (await request.post()).items():
        if name.endswith("[]"):
            values.setdefault(name[:-2], []).append(value)
        else:
            values[name] = value
    return values


@asynccontextmanager
async def running(server: MastodonServer) -> AsyncIterator[MastodonServer]:
    """On a port of its own, this machine only."""
    app = web.Application(client_max_size=128 * 1024 * 1024)
    for verb, path, scope, window, does in _ROUTES:
        for spelt in (path, f"{path}/"):  # Rails takes both
            app.router.add_route(verb, spelt, server.handler(scope, window, does))
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.port = runner.addresses[0][1]
        yield server
    finally:
        await runner.cleanup()


__all__ = ["DESCRIPTION", "FILES", "PINS", "TEXT", "MastodonServer", "running"]
