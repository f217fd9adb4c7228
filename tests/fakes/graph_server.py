"""Meta's Graph API as far as a Page needs it, over HTTP, with its numbered refusals.

Paths, fields and answers are those of the pages on Posts, Page Photos, Handling Errors and Object Reactions; what a photo and a
text may be are the refusals that a publishing service's source knows (gitroomhq/postiz-app, facebook.provider.ts), the header of
usage is python-facebook-api's (ratelimit.py), a video's three phases facebook-business' (video_uploader.py).
"""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from PIL import Image, UnidentifiedImageError

TEXT = 63_206  # https://docs.upload-post.com/resources/character-limits/
PHOTO_BYTES, PHOTOS = 4 * 1024 * 1024, frozenset({"JPEG", "PNG"})  # "smaller than 4 MB and saved as JPG, PNG" (1366046)
ATTACHED = 10  # https://docs.getlate.dev/resources/media-guidelines/facebook
PART = 1024 * 1024
NUMBERS = re.compile(r"(reactions|comments)\.limit\(0\)\.summary\(total_count\)")


class Refused(Exception):
    """The API's no: its number and sentence, which part of it, and the status over it."""

    def __init__(
        self, code: int, sentence: str, *, subcode: int = 0, status: int = 400, kind: str = "OAuthException"
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.said = {"message": sentence, "type": kind, "code": code, "fbtrace_id": "EJplcsCHuLu"}
        if subcode:
            self.said["error_subcode"] = subcode


@dataclass
class Page:
    """Whom a token speaks for; `may_post` is its right to."""

    number: str
    name: str
    username: str
    token: str
    followers: int = 0
    may_post: bool = True


@dataclass
class Photo:
    """An image that may still be attached."""

    number: str
    page: str
    content: bytes
    alt_text: str


@dataclass
class Post:
    """A post of a Page, or a video."""

    number: str
    page: str
    text: str
    photos: tuple[Photo, ...] = ()
    film: bytes = b""
    reactions: int = 0
    comments: int = 0


@dataclass
class GraphServer:
    """`calls_left`: how many calls a Page still has, None for enough; `port` is set by `running`."""

    pages: list[Page] = field(default_factory=list)
    photos: dict[str, Photo] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    sessions: dict[str, tuple[str, int, bytearray]] = field(default_factory=dict)
    ever: int = 0
    calls_left: int | None = None
    port: int = 0
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(100_064_000_000_001))

    def number(self) -> str:
        return str(next(self._numbers))

    async def answer(self, request: web.Request) -> web.Response:
        headers: dict[str, str] = {}
        try:
            fields, files = await _sent(request)
            page = self._page(fields)
            self._pace(page, headers)
            return web.json_response(
                self._do(request.method, request.match_info["path"], page, fields, files), headers=headers
            )
        except Refused as no:
            return web.json_response({"error": no.said}, status=no.status, headers=headers)

    def _page(self, fields: dict[str, str]) -> Page:
        token = fields.pop("access_token", "")
        fields.pop("appsecret_proof", None)
        found = next((page for page in self.pages if page.token == token), None)
        if found is None:
            raise Refused(190, "Invalid OAuth access token - Cannot parse access token")
        return found

    def _pace(self, page: Page, headers: dict[str, str]) -> None:
        if self.calls_left is None:
            return
        used = {
            "type": "pages",
            "call_count": 100,
            "total_cputime": 25,
            "total_time": 25,
            "estimated_time_to_regain_access": 19,
        }
        if self.calls_left == 0:
            headers["x-business-use-case-usage"] = json.dumps({page.number: [used]})
            raise Refused(32, "(#32) Page request limit reached")
        self.calls_left -= 1

    def _do(self, method: str, path: str, page: Page, fields: dict[str, str], files: dict[str, bytes]) -> Any:
        first, _, edge = path.partition("/")
        if method == "GET" and not edge:
            return self._read(page, first, fields)
        if method == "DELETE" and not edge:
            return self._remove(page, first)
        if method == "POST":
            if not page.may_post:
                raise Refused(
                    200, "(#200) The user hasn't authorized the application to perform this action", status=403
                )
            if not edge:
                return self._change(page, first, fields)
            if first not in {"me", page.number}:
                raise Refused(200, "(#200) You do not have sufficient permissions on this Page", status=403)
            does = {"feed": self._post, "photos": self._photo, "videos": self._video}.get(edge)
            if does:
                return does(page, fields, files)
        raise Refused(100, f"Unsupported {method.lower()} request.", kind="GraphMethodException")

    def _read(self, page: Page, number: str, fields: dict[str, str]) -> Any:
        wanted = [one for one in fields.get("fields", "id,name").split(",") if one]
        if number in {"me", page.number, page.username}:
            told = {"id": page.number, "name": page.name, "followers_count": page.followers}
            return _only_known(told | ({"username": page.username} if page.username else {}), wanted, {"username"})
        post = self._own(page, number)
        # A post without words has no such field; a video's words have another name.
        words = {"description" if post.film else "message": post.text} if post.text else {}
        told = {"id": number, "permalink_url": _link(number), **words}
        for name, count in (("reactions", post.reactions), ("comments", post.comments)):
            told[f"{name}.limit(0).summary(total_count)"] = {"data": [], "summary": {"total_count": count}}
        read = _only_known(told, wanted, {"description" if post.film else "message"})
        return {(found[1] if (found := NUMBERS.fullmatch(name)) else name): value for name, value in read.items()}

    def _own(self, page: Page, number: str) -> Post:
        post = self.posts.get(number)
        if post is None or post.page != page.number:
            sentence = (
                f"Unsupported request. Object with ID '{number}' does not exist, cannot be loaded due to missing "
                "permissions, or does not support this operation."
            )
            raise Refused(100, sentence, subcode=33, kind="GraphMethodException")
        return post

    def _remove(self, page: Page, number: str) -> Any:
        del self.posts[self._own(page, number).number]
        return {"success": True}

    def _change(self, page: Page, number: str, fields: dict[str, str]) -> Any:
        post = self._own(page, number)
        name = "description" if post.film else "message"
        _known(fields, {name})
        post.text = _text(fields.get(name, ""))
        return {"success": True}

    def _post(self, page: Page, fields: dict[str, str], _: dict[str, bytes]) -> Any:
        _known(fields, {"message", "link", "attached_media", "published", "fields"})
        text = _text(fields.get("message", ""))
        photos = tuple(self._attached(page, one) for one in _list(fields.get("attached_media", "[]")))
        if len(photos) > ATTACHED:
            raise Refused(100, "(#100) Too many attached media")
        if not text and not photos:
            raise Refused(100, "(#100) Missing message or attachment", status=400)
        standing = [post for post in self.posts.values() if post.page == page.number]
        if standing and not photos and standing[-1].text == text and not standing[-1].photos:
            raise Refused(506, "(#506) Duplicate status message")
        post = Post(f"{page.number}_{self.number()}", page.number, text, photos)
        return self._kept(post, fields)

    def _kept(self, post: Post, fields: dict[str, str]) -> Any:
        self.posts[post.number] = post
        self.ever += 1
        told = {"id": post.number, "permalink_url": _link(post.number)}
        return _only_known(told, [one for one in fields.get("fields", "id").split(",") if one], set())

    def _attached(self, page: Page, one: Any) -> Photo:
        photo = self.photos.get(str(one.get("media_fbid"))) if isinstance(one, dict) else None
        if photo is None or photo.page != page.number:
            raise Refused(100, "(#100) Invalid parameter: attached_media")
        return photo

    def _photo(self, page: Page, fields: dict[str, str], files: dict[str, bytes]) -> Any:
        _known(fields, {"published", "alt_text_custom", "caption", "message", "temporary"})
        content = files.get("source")
        if content is None:
            raise Refused(324, "(#324) Requires upload file")
        try:
            with Image.open(io.BytesIO(content)) as image:
                image.load()
                kind = image.format
        except (UnidentifiedImageError, OSError):
            kind = None
        if kind not in PHOTOS or len(content) > PHOTO_BYTES:
            raise Refused(100, "Photos should be smaller than 4 MB and saved as JPG, PNG", subcode=1366046)
        photo = Photo(self.number(), page.number, content, fields.get("alt_text_custom", ""))
        self.photos[photo.number] = photo
        if fields.get("published", "true") == "false":
            return {"id": photo.number}
        text = _text(fields.get("message") or fields.get("caption", ""))
        post = self._kept(Post(f"{page.number}_{self.number()}", page.number, text, (photo,)), {})
        return {"id": photo.number, "post_id": post["id"]}

    def _video(self, page: Page, fields: dict[str, str], files: dict[str, bytes]) -> Any:
        phase = fields.get("upload_phase")
        if phase == "start":
            _known(fields, {"upload_phase", "file_size"})
            session, number = self.number(), self.number()
            self.sessions[session] = (number, int(fields["file_size"]), bytearray())
            return {"upload_session_id": session, "video_id": number} | self._offsets(session)
        session = fields.get("upload_session_id", "")
        if session not in self.sessions:
            raise Refused(6000, "There was a problem uploading your video file. Please try again.", subcode=1363030)
        number, size, content = self.sessions[session]
        if phase == "transfer":
            _known(fields, {"upload_phase", "upload_session_id", "start_offset"})
            if int(fields.get("start_offset", -1)) != len(content) or not files.get("video_file_chunk"):
                raise Refused(6001, "There was a problem uploading your video file. Please try again.", subcode=1363037)
            content += files["video_file_chunk"]
            return self._offsets(session)
        _known(fields, {"upload_phase", "upload_session_id", "description", "title"})
        if phase != "finish" or len(content) != size:
            raise Refused(6000, "There was a problem uploading your video file. Please try again.", subcode=1363030)
        del self.sessions[session]
        self._kept(Post(number, page.number, _text(fields.get("description", "")), film=bytes(content)), {})
        return {"success": True}

    def _offsets(self, session: str) -> dict[str, str]:
        _, size, content = self.sessions[session]
        return {"start_offset": str(len(content)), "end_offset": str(min(size, len(content) + PART))}


# Reading what was sent --------------------------------------------------------------------------------------------


async def _sent(request: web.Request) -> tuple[dict[str, str], dict[str, bytes]]:
    fields, files = dict(request.query), {}
    if request.method == "POST":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = value.file.read()
            else:
                fields[name] = str(value)
    return fields, files


def _known(fields: dict[str, str], names: set[str]) -> None:
    if odd := sorted(set(fields) - names):
        raise Refused(100, f"(#100) Param {odd[0]} is not a valid parameter here")


def _only_known(told: dict[str, Any], wanted: list[str], may_lack: set[str]) -> dict[str, Any]:
    """The fields that were asked for, the id always; a field that there is not is a refusal."""
    for name in wanted:
        if name not in told and name not in may_lack:
            raise Refused(100, f"(#100) Tried accessing nonexisting field ({name})")
    return {"id": told["id"]} | {name: told[name] for name in wanted if name in told}


def _text(text: str) -> str:
    if len(text) > TEXT:
        raise Refused(100, "(#100) Name parameter too long")
    return text


def _list(text: str) -> list[Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise Refused(100, "(#100) Param attached_media must be an array.")
    return found


def _link(number: str) -> str:
    return f"https://www.facebook.com/{number.replace('_', '/posts/')}"


@asynccontextmanager
async def running(server: GraphServer) -> AsyncIterator[GraphServer]:
    """On a port of its own, this machine only."""
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", r"/{version:v\d+\.\d+}/{path:.+}", server.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.port = runner.addresses[0][1]
        yield server
    finally:
        await runner.cleanup()
