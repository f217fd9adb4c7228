"""How a person's key for programs is spelled, and what is kept of it. Pure.

`ravi_7-Xk3…`: the number is the institution's, since a key is looked up behind the wall between institutions, and the
door must know on which side before it may look.
"""

import hashlib
import re
import secrets

_KEY = re.compile(r"ravi_([0-9]{1,18})-[A-Za-z0-9_-]{43}")
_HINT = 5  # letters of the secret that people see again; 38 stay


def new_key(institution_id: int) -> str:
    """A key with 256 random bits."""
    return f"ravi_{institution_id}-{secrets.token_urlsafe(32)}"


def institution_of(key: str) -> int | None:
    """The institution that the key names; None for what is spelled otherwise."""
    found = _KEY.fullmatch(key)
    return int(found[1]) if found else None


def digest_of(key: str) -> str:
    """Hex SHA-256, the only thing by which a key is known again."""
    return hashlib.sha256(key.encode()).hexdigest()


def hint_of(key: str) -> str:
    """The beginning, by which its person knows it."""
    return key[: key.index("-") + 1 + _HINT]
