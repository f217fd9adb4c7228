"""How each played platform words its answers: receipts alike, refusals and "not now" each in its own form."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

_MESSENGERS = frozenset({"telegram", "bale", "eitaa"})


def receipt(post_id: int, url: str) -> web.Response:
    return web.json_response({"ok": True, "id": str(post_id), "url": url})


def refusal(platform: str, status: int, code: str, detail: str) -> web.Response:
    body: dict[str, Any] = {"code": code}
    if platform in _MESSENGERS:
        body |= {"ok": False, "error_code": status, "description": detail}
    elif platform == "wordpress":
        body |= {"message": detail, "data": {"status": status}}
    elif platform == "bluesky":
        body |= {"error": code, "message": detail}
    else:
        body |= {"error": detail}
    return web.json_response(body, status=status)


def not_now(platform: str, retry_after_s: float, now: datetime) -> web.Response:
    """429 with seconds in the body, seconds in a header, an ISO time or an epoch, as the platform does it, or none."""
    seconds = max(1, math.ceil(retry_after_s))
    reset = now.astimezone(UTC) + timedelta(seconds=seconds)
    response = refusal(platform, 429, "too_many_requests", f"Too Many Requests: retry after {seconds}")
    response.headers["Date"] = now.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    if platform in {"telegram", "bale"}:
        response = web.json_response(
            {
                "ok": False,
                "error_code": 429,
                "description": f"Too Many Requests: retry after {seconds}",
                "parameters": {"retry_after": seconds},
            },
            status=429,
        )
    elif platform == "wordpress":
        response.headers["Retry-After"] = str(seconds)
    elif platform == "mastodon":
        response.headers["X-RateLimit-Reset"] = reset.isoformat().replace("+00:00", "Z")
    elif platform == "bluesky":
        response.headers["RateLimit-Reset"] = str(math.ceil(reset.timestamp()))
    return response


def broken(status: int) -> web.Response:
    return web.Response(status=status, text="<html><body>Sorry</body></html>", content_type="text/html")


def page_instead() -> web.Response:
    return web.Response(text="<!doctype html><title>Welcome</title><p>Welcome", content_type="text/html")
