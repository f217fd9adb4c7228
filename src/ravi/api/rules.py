"""The door's figures, and how pages, versions and requests are named. Pure: no database, no clock."""

import base64
import binascii
import hashlib
import re
from collections.abc import Collection

# A key's requests within a minute; a program that wants more waits, and is told how long.
MOST_REQUESTS, WINDOW_S = 300, 60
MOST_BODY_BYTES = 1024 * 1024
MOST_UPLOAD_BYTES = 22 * 1024 * 1024  # an image of 20 MB and what is said about it
MOST_VIDEO_BYTES = 122 * 1024 * 1024  # a video of 100 MB with its picture, its captions and what is said about it
PER_PAGE, MOST_PER_PAGE = 50, 200
# So long the answer to an Idempotency-Key is kept.
ANSWER_KEPT_H = 24
LARGEST_ID = 2**63 - 1
_NAME = re.compile(r"[\x21-\x7e]{1,100}")
_CURSOR = re.compile(r"before:([0-9]{1,19})")


def cursor_before(key: int) -> str:
    """Names the page of rows that are older than this one; nobody but Ravi reads it."""
    return base64.urlsafe_b64encode(f"before:{key}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> int | None:
    """The row before which the page begins; None for what is no cursor of ours."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    found = _CURSOR.fullmatch(text)
    return int(found[1]) if found and int(found[1]) <= LARGEST_ID else None


def version_of(revision: int, state: str) -> str:
    """The ETag of a message: another one after each change of its words or its state."""
    return f'"{revision}-{state}"'


def version_of_message(revision: int, state: str, draft: tuple[int, int] | None) -> str:
    """The ETag of a message of the network: its settings, its state, and the draft's number and revision."""
    return f'"{revision}-{state}-{".".join(map(str, draft or (0, 0)))}"'


def version_of_offer(version_id: int, answer_id: int | None) -> str:
    """The ETag of an offer: another one after each new version, and after each answer."""
    return f'"{version_id}-{answer_id or 0}"'


def version_of_translation(version_id: int, revision: int) -> str:
    """The ETag of a message in one language: another one after each new version, and after each change of its words."""
    return f'"{version_id}-t{revision}"'


def names_version(given: str, version: str) -> bool:
    """Whether an If-Match or If-None-Match names this version, as RFC 9110 spells them."""
    names = [one.strip().removeprefix("W/") for one in given.split(",")]
    return "*" in names or version in names


def is_request_name(name: str) -> bool:
    """Whether an Idempotency-Key can be kept: up to 100 visible ASCII characters."""
    return _NAME.fullmatch(name) is not None


def fingerprint(method: str, path: str, body: bytes) -> str:
    """Two requests of one name are the same when these are."""
    return hashlib.sha256(b"\n".join((method.encode(), path.encode(), body))).hexdigest()


def preferred(accepted: str, known: Collection[str]) -> str:
    """The known language that an Accept-Language header wants most; "" where it names none."""
    wanted: list[tuple[float, str]] = []
    for part in accepted.split(",")[:20]:
        name, _semicolon, more = part.strip().partition(";")
        language = name.split("-")[0].lower()
        if language in known and (weight := _weight(more)) > 0:
            wanted.append((weight, language))
    return max(wanted, key=lambda one: one[0])[1] if wanted else ""


def _weight(text: str) -> float:
    if not text.strip():
        return 1.0
    found = re.fullmatch(r"\s*q=([01](?:\.[0-9]{0,3})?)\s*", text)
    return float(found[1]) if found else 0.0
