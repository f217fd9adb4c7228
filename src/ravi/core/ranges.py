"""Serves kept bytes by parts: phones and Safari play a video only where they may ask for a part of it (RFC 9110, 14)."""

import re
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase

from ravi.core import blob
from ravi.core.tenancy import tenant

STEP = 1024 * 1024
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def span_of(header: str, size: int) -> tuple[int, int] | None:
    """[first, last] of one asked part; None where the whole is the answer. Raises ValueError where there is no such part."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or found[0] == "bytes=-":
        return None  # other units and several parts at once may be answered with the whole
    if not found[1]:
        length = min(int(found[2]), size)
        if length == 0:
            raise ValueError("no byte is asked for")
        return size - length, size - 1
    first = int(found[1])
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    if first >= size:
        raise ValueError("it begins behind the end")
    return (first, last) if first <= last else None


def served(
    request: HttpRequest, institution_id: int, sha256: str, media_type: str, headers: dict[str, str]
) -> HttpResponseBase | None:
    """The bytes of that name, or the part that was asked for; None where they are not kept. One megabyte is held at a time."""
    size = blob.sizes(institution_id, [sha256]).get(sha256)
    if size is None:
        return None
    etag = f'"{sha256}"'
    told = {"Accept-Ranges": "bytes", "ETag": etag, "X-Content-Type-Options": "nosniff", **headers}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers=told)
    asked = request.headers.get("Range", "")
    if request.headers.get("If-Range", etag) != etag:
        asked = ""
    try:
        span = span_of(asked, size)
    except ValueError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = span or (0, size - 1)
    told["Content-Length"] = str(last - first + 1)
    if span is not None:
        told["Content-Range"] = f"bytes {first}-{last}/{size}"
    parts = _parts(institution_id, sha256, first, last)
    return StreamingHttpResponse(parts, status=206 if span else 200, content_type=media_type, headers=told)


def _parts(institution_id: int, sha256: str, first: int, last: int) -> Iterator[bytes]:
    """After the view has ended: each part is read in a transaction of its own."""
    for start in range(first, last + 1, STEP):
        with tenant(institution_id):
            part = blob.part(institution_id, sha256, start, min(STEP, last + 1 - start))
        yield part
