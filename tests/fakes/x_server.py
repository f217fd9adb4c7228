"""X's API, version 2, over HTTP: what its published description (openapi.json 2.167) lets through, and its refusals.

Shapes and numbers are that description's and the pages' that are named; text is weighed by twitter-text-parser: none is Ravi's.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from html import escape
from typing import Any

from aiohttp import web
from PIL import Image, UnidentifiedImageError
from twitter_text import parse_tweet

from tests.fakes.x_world import PROBLEMS, Account, Media, Post, Refused, XWorld

# https://docs.x.com/x-api/media/quickstart/best-practices
IMAGE_BYTES, VIDEO_BYTES = 5 * 1024 * 1024, 512 * 1024 * 1024
IMAGES = frozenset({"JPEG", "PNG", "GIF", "WEBP"})
# openapi.json: CreatePostsMedia.media_ids, AppendMediaUploadRequest.segment_index, ...AltText.text, GET /2/tweets ids
MEDIA, SEGMENTS, ALT_TEXT, IDS = 4, 1000, 1000, 100

ADDRESS = re.compile(r"https?://[!-~]+")
NUMBER = re.compile(r"[0-9]{1,19}")
VIDEOS = frozenset({"video/mp4", "video/webm", "video/mp2t", "video/quicktime"})
POST_FIELDS = frozenset({"text", "media", "reply"})

Answer = tuple[int, Any, Mapping[str, str]]
Does = Callable[..., Awaitable[Answer]]
_ROUTES: list[tuple[str, re.Pattern[str], Does]] = []


def route(method: str, path: str) -> Callable[[Does], Does]:
    def keep(does: Does) -> Does:
        _ROUTES.append((method, re.compile(f"/2/{path}"), does))
        return does

    return keep


class XServer(XWorld):
    """The world with its doors."""

    async def answer(self, request: web.Request) -> web.Response:
        try:
            account = self.account(request)
            for method, path, does in _ROUTES:
                if request.method == method and (found := path.fullmatch(request.path)):
                    status, said, headers = await does(self, account, request, *found.groups())
                    return web.json_response(said, status=status, headers=headers)
            raise Refused(404, "Not Found")
        except Refused as no:
            return web.json_response(
                no.said, status=no.status, headers=no.headers, content_type="application/problem+json"
            )


@route("POST", r"tweets")
async def _create(server: XServer, account: Account, request: web.Request) -> Answer:
    said = await _json(request)
    _only(said, POST_FIELDS)
    text, numbers = said.get("text", ""), _media_ids(said)
    reply_to = _reply_to(said)
    left = server.pace(account)
    if not isinstance(text, str) or (not text.strip() and not numbers):
        raise Refused(400, "One or more parameters to your request was invalid.", "invalid-request", "Invalid Request")
    chosen = [server.media.get(number) for number in numbers]
    if any(one is None or one.owner != account.username or not one.is_whole for one in chosen):
        raise Refused(400, "Your media IDs are invalid.", "invalid-request", "Invalid Request")
    films = [one for one in chosen if one and one.category != "tweet_image"]
    if any(one.state != "succeeded" for one in films) or (films and len(chosen) > 1):
        raise Refused(
            400, "You can attach up to 4 photos, 1 animated GIF or 1 video.", "invalid-request", "Invalid Request"
        )
    if reply_to and reply_to not in server.posts:
        raise Refused(
            403, "You attempted to reply to a Tweet that is deleted or not visible to you.", title="Forbidden"
        )
    if text.strip() and not parse_tweet(text).valid:
        raise Refused(403, "You are not permitted to perform this action.", title="Forbidden")
    if any(
        post.text == text and post.owner == account.username and post.media == numbers for post in server.posts.values()
    ):
        raise Refused(403, "You are not allowed to create a Tweet with duplicate content.", title="Forbidden")
    post = Post(server.number(), account.username, text, numbers, reply_to)
    server.posts[post.number] = post
    server.ever += 1
    return 201, {"data": {"id": post.number, "text": text, "edit_history_post_ids": [post.number]}}, left


def _media_ids(said: dict[str, Any]) -> tuple[str, ...]:
    media = said.get("media", {})
    _only(media, {"media_ids"})
    numbers = media.get("media_ids", [])
    if "media" in said and (not isinstance(numbers, list) or not 1 <= len(numbers) <= MEDIA):
        raise Refused(
            400, f"media.media_ids: must have between 1 and {MEDIA} items", "invalid-request", "Invalid Request"
        )
    return tuple(_numeric(number, "media.media_ids") for number in numbers)


def _reply_to(said: dict[str, Any]) -> str:
    if "reply" not in said:
        return ""
    _only(said["reply"], {"in_reply_to_tweet_id"})
    return _numeric(said["reply"].get("in_reply_to_tweet_id"), "reply.in_reply_to_tweet_id")


@route("GET", r"tweets")
async def _read(server: XServer, _: Account, request: web.Request) -> Answer:
    query = request.query
    _only(query, {"ids", "post.fields", "tweet.fields"})
    numbers = query.get("ids", "").split(",")
    if not 1 <= len(numbers) <= IDS:
        raise Refused(400, f"ids: must have between 1 and {IDS} items", "invalid-request", "Invalid Request")
    wants = set((query.get("post.fields", "") + "," + query.get("tweet.fields", "")).split(","))
    found = [server.posts[_numeric(number, "ids")] for number in numbers if number in server.posts]
    said: dict[str, Any] = {}
    if found:
        said["data"] = [_told(post, wants) for post in found]
    if lost := [number for number in numbers if number not in server.posts]:
        said["errors"] = [_missing(number) for number in lost]
    return 200, said, {}


def _told(post: Post, wants: set[str]) -> dict[str, Any]:
    told: dict[str, Any] = {"id": post.number, "text": post.text, "edit_history_tweet_ids": [post.number]}
    if "entities" in wants:
        told |= _spelt(post)
    if "public_metrics" in wants:
        names = ("repost", "reply", "like", "quote", "bookmark", "impression")
        told["public_metrics"] = {f"{name}_count": post.counts.get(name, 0) for name in names}
    return told


def _spelt(post: Post) -> dict[str, Any]:
    """Words as X spells them: each address behind one of its own, one more where images stand, three signs escaped. Only
    whoever asks for the entities can undo it; the others are told the words plainly here."""
    urls, text = [], post.text
    for place, found in enumerate(ADDRESS.findall(post.text)):
        urls.append({"url": f"https://t.co/{post.number}{place:02}", "expanded_url": found})
        text = text.replace(found, urls[-1]["url"], 1)
    if post.media:
        own = f"https://x.com/{post.owner}/status/{post.number}/photo/1"
        urls.append({"url": f"https://t.co/{post.number}aa", "expanded_url": own, "media_key": f"3_{post.media[0]}"})
        text = f"{text} {urls[-1]['url']}"
    return {"text": escape(text, quote=False)} | ({"entities": {"urls": urls}} if urls else {})


def _missing(number: str) -> dict[str, str]:
    return {
        "type": f"{PROBLEMS}resource-not-found",
        "title": "Not Found Error",
        "detail": f"Could not find tweet with ids: [{number}].",
        "resource_type": "tweet",
        "resource_id": number,
        "parameter": "ids",
        "value": number,
    }


@route("DELETE", r"tweets/([^/]+)")
async def _delete(server: XServer, account: Account, _: web.Request, number: str) -> Answer:
    post = server.posts.get(_numeric(number, "id"))
    if post is None:
        raise Refused(404, f"Could not find tweet with id: [{number}].", "resource-not-found", "Not Found Error")
    if post.owner != account.username:
        raise Refused(403, "You are not authorized to delete this Tweet.", title="Forbidden")
    del server.posts[number]
    return 200, {"data": {"deleted": True}}, {}


@route("POST", r"media/upload")
async def _upload(server: XServer, account: Account, request: web.Request) -> Answer:
    said = await _fields(request, {"media", "media_category", "additional_owners"})
    content, category = said.get("media"), said.get("media_category")
    if not isinstance(content, bytes) or category != "tweet_image":
        raise Refused(400, "media and media_category are required", "invalid-request", "Invalid Request")
    if len(content) > IMAGE_BYTES:
        raise Refused(400, "File size exceeds 5242880 bytes.", "invalid-request", "Invalid Request")
    try:
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            kind = image.format
    except (UnidentifiedImageError, OSError):
        kind = None
    if kind not in IMAGES:
        raise Refused(400, "media type unrecognized.", "invalid-request", "Invalid Request")
    media = Media(server.number(), account.username, "tweet_image", kind, len(content), {0: content})
    server.media[media.number] = media
    return 200, {"data": _of(media) | {"size": len(content)}}, {}


@route("POST", r"media/upload/initialize")
async def _begin(server: XServer, account: Account, request: web.Request) -> Answer:
    said = await _json(request)
    _only(said, {"media_category", "media_type", "total_bytes", "shared", "additional_owners"})
    total, kind = said.get("total_bytes"), said.get("media_type")
    if not isinstance(total, int) or kind not in VIDEOS or said.get("media_category") != "tweet_video":
        raise Refused(400, "media_type or total_bytes is invalid", "invalid-request", "Invalid Request")
    if total > VIDEO_BYTES:
        raise Refused(400, "File size exceeds 536870912 bytes.", "invalid-request", "Invalid Request")
    media = Media(server.number(), account.username, "tweet_video", kind, total, is_whole=False)
    server.media[media.number] = media
    return 200, {"data": _of(media)}, {}


@route("POST", r"media/upload/(\d+)/append")
async def _append(server: XServer, account: Account, request: web.Request, number: str) -> Answer:
    said = await _fields(request, {"media", "segment_index"})
    media = _own(server, account, number)
    index = int(_numeric(str(said.get("segment_index", "")), "segment_index"))
    if index >= SEGMENTS or not isinstance(said.get("media"), bytes) or media.is_whole:
        raise Refused(400, "segment_index or media is invalid", "invalid-request", "Invalid Request")
    media.parts[index] = said["media"]
    return 200, {"data": {"expires_at": int(server.now()) + 86_400}}, {}


@route("POST", r"media/upload/(\d+)/finalize")
async def _finish(server: XServer, account: Account, _: web.Request, number: str) -> Answer:
    media = _own(server, account, number)
    sizes = [len(media.parts[index]) for index in sorted(media.parts)]
    if sorted(media.parts) != list(range(len(media.parts))) or sum(sizes) != media.total:
        raise Refused(400, "Size of appended media does not match total_bytes.", "invalid-request", "Invalid Request")
    media.is_whole, media.state = True, "pending" if server.looks else "succeeded"
    said = _of(media) | {"size": media.total}
    return 200, {"data": said | {"processing_info": {"state": media.state, "check_after_secs": 0}}}, {}


@route("GET", r"media/upload")
async def _status(server: XServer, account: Account, request: web.Request) -> Answer:
    query = request.query
    _only(query, {"command", "media_id"})
    if query.get("command", "STATUS") != "STATUS":
        raise Refused(400, "command: only STATUS", "invalid-request", "Invalid Request")
    media = _own(server, account, query.get("media_id", ""))
    if media.state in {"pending", "in_progress"}:
        server.looks -= 1
        media.state = "in_progress" if server.looks > 0 else "succeeded"
    info = {"state": media.state, "progress_percent": 100 if media.state == "succeeded" else 30, "check_after_secs": 0}
    return 200, {"data": _of(media) | {"processing_info": info}}, {}


@route("POST", r"media/metadata")
async def _describe(server: XServer, account: Account, request: web.Request) -> Answer:
    said = await _json(request)
    media = _own(server, account, str(said.get("id", "")))
    text = said.get("metadata", {}).get("alt_text", {}).get("text")
    if not isinstance(text, str) or not 1 <= len(text) <= ALT_TEXT:
        raise Refused(
            400, f"metadata.alt_text.text: at most {ALT_TEXT} characters", "invalid-request", "Invalid Request"
        )
    media.alt_text = text
    return 200, {"data": {"id": media.number, "associated_metadata": {"alt_text": {"text": text}}}}, {}


@route("GET", r"users/me")
async def _me(_: XServer, account: Account, request: web.Request) -> Answer:
    query = request.query
    _only(query, {"user.fields", "expansions", "post.fields", "tweet.fields"})
    said: dict[str, Any] = {"id": account.number, "name": account.name, "username": account.username}
    if "public_metrics" in query.get("user.fields", ""):
        zero = {"following_count": 0, "post_count": 0, "listed_count": 0}
        said["public_metrics"] = {"followers_count": account.followers, **zero}
    return 200, {"data": said}, {}


# Reading what was sent --------------------------------------------------------------------------------------------


async def _json(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise Refused(415, "Unsupported Media Type")
    try:
        said = await request.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Refused(400, "The body is not a JSON object.", "invalid-request", "Invalid Request")
    return said


async def _fields(request: web.Request, known: set[str]) -> dict[str, Any]:
    """A form of parts with raw bytes, or JSON with them in base64: the description names both."""
    if request.content_type == "application/json":
        said = await _json(request)
        if isinstance(said.get("media"), str):
            said["media"] = base64.b64decode(said["media"])
    else:
        said = {}
        for name, value in (await request.post()).items():
            said[name] = value.file.read() if isinstance(value, web.FileField) else value
    _only(said, known)
    return said


def _only(said: Any, known: set[str] | frozenset[str]) -> None:
    if not hasattr(said, "keys") or (odd := sorted(set(said.keys()) - known)):
        raise Refused(400, f"Unknown: {odd}", "invalid-request", "Invalid Request")


def _numeric(value: object, name: str) -> str:
    if not isinstance(value, str) or not NUMBER.fullmatch(value):
        raise Refused(400, f"The `{name}` value [{value}] is not valid", "invalid-request", "Invalid Request")
    return value


def _own(server: XServer, account: Account, number: str) -> Media:
    media = server.media.get(_numeric(number, "media_id"))
    if media is None or media.owner != account.username:
        raise Refused(404, f"Could not find media with id: [{number}].", "resource-not-found", "Not Found Error")
    return media


def _of(media: Media) -> dict[str, Any]:
    return {"id": media.number, "media_key": f"3_{media.number}", "expires_after_secs": 86_400}


@asynccontextmanager
async def running(server: XServer) -> AsyncIterator[XServer]:
    """On a port of its own, this machine only."""
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/2/{rest:.*}", server.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.port = runner.addresses[0][1]
        yield server
    finally:
        await runner.cleanup()
