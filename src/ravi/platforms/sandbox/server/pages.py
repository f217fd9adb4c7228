"""The pages of the sandbox: an index of channels, a channel, a post; plain HTML, nothing foreign, no script."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from ravi.platforms.sandbox.server import markup
from ravi.platforms.sandbox.server.journal import Journal
from ravi.platforms.sandbox.server.world import Channel, World

_HERE = Path(__file__).parent
_FONTS = _HERE.parents[2] / "core" / "static"
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PER_PAGE = 30
_FILMS = frozenset({"video/mp4", "video/webm", "video/quicktime", "text/vtt"})
_KEPT = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}) | _FILMS


class Pages:
    def __init__(self, world: World, journal: Journal) -> None:
        self._world = world
        self._journal = journal

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.index),
            web.get("/_style.css", self.style),
            web.get("/_font.woff2", self.font),
            web.get("/_icon.svg", self.icon),
            web.get("/_media/{sha256}/{kind}", self.media),
            web.get("/{platform}/{handle}", self.to_channel),
            web.get("/{platform}/{handle}/", self.channel),
            web.get("/{platform}/{handle}/{n}", self.post),
        ]

    async def index(self, _request: web.Request) -> web.Response:
        return _page(markup.index(list(self._world.channels.values())))

    async def to_channel(self, request: web.Request) -> web.Response:
        self._channel(request)
        raise web.HTTPMovedPermanently(f"{request.path}/")

    async def channel(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        before = request.query.get("before", "")
        newest = int(before) - 1 if before.isascii() and before.isdigit() and len(before) < 10 else len(channel.posts)
        shown = [channel.posts[n] for n in range(min(newest, len(channel.posts)), 0, -1)][:_PER_PAGE]
        return _page(markup.channel(channel, shown))

    async def post(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        n = request.match_info["n"]
        found = channel.posts.get(int(n)) if n.isascii() and n.isdigit() and len(n) < 10 else None
        if found is None:
            return _page(markup.missing(), status=404)
        return _page(markup.single(channel, found), status=410 if found.deleted_at else 200)

    async def media(self, request: web.Request) -> web.StreamResponse:
        kind = request.match_info["kind"].replace("-", "/", 1)
        path = self._journal.media_path(request.match_info["sha256"])
        if path is None or kind not in _KEPT:
            raise web.HTTPNotFound
        return web.FileResponse(
            path,
            headers={
                "Content-Type": kind,
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "default-src 'none'",
                "Cache-Control": "max-age=31536000, immutable",
            },
        )

    async def style(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_HERE / "style.css", headers={"Cache-Control": "max-age=3600"})

    async def icon(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_HERE / "icon.svg", headers={"Content-Type": "image/svg+xml"})

    async def font(self, _request: web.Request) -> web.StreamResponse:
        """Ravi's own font where it is installed beside us; the pages read well without it too."""
        found = sorted(_FONTS.glob("**/[Vv]azirmatn*.woff2"))
        if not found:
            raise web.HTTPNotFound
        return web.FileResponse(found[0], headers={"Content-Type": "font/woff2", "Cache-Control": "max-age=86400"})

    def _channel(self, request: web.Request) -> Channel:
        channel = self._world.channels.get((request.match_info["platform"], request.match_info["handle"]))
        if channel is None:
            raise web.HTTPNotFound(text=markup.missing(), content_type="text/html")
        return channel


def _page(html: str, *, status: int = 200) -> web.Response:
    headers = {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return web.Response(text=html, status=status, content_type="text/html", headers=headers)
