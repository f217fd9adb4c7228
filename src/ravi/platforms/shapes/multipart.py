"""A form with files as one body (RFC 7578); pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

_ESCAPES = {ord('"'): "%22", ord("\r"): "%0D", ord("\n"): "%0A"}


class File(NamedTuple):
    """One file of a form."""

    name: str
    media_type: str
    content: bytes


def form(fields: Mapping[str, str], files: Mapping[str, File]) -> tuple[bytes, str]:
    """(body, Content-Type). The boundary is made from the contents, so that the same form is the same bytes."""
    parts = [(_disposition(name), value.encode()) for name, value in fields.items()]
    for name, file in files.items():
        head = f'{_disposition(name)}; filename="{_quoted(file.name)}"\r\nContent-Type: {file.media_type}'
        parts.append((head, file.content))
    boundary = _boundary(parts)
    body = b"".join(b"--%s\r\n%s\r\n\r\n%s\r\n" % (boundary, head.encode(), value) for head, value in parts)
    return b"%s--%s--\r\n" % (body, boundary), f"multipart/form-data; boundary={boundary.decode()}"


def _disposition(name: str) -> str:
    return f'Content-Disposition: form-data; name="{_quoted(name)}"'


def _quoted(text: str) -> str:
    return text.translate(_ESCAPES)


def _boundary(parts: list[tuple[str, bytes]]) -> bytes:
    digest = hashlib.sha256()
    for head, value in parts:
        digest.update(head.encode())
        digest.update(value)
    while (boundary := b"ravi-" + digest.hexdigest().encode()) and any(boundary in value for _, value in parts):
        digest.update(b"again")
    return boundary
