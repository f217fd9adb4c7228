"""Reads what an address or a form says beside Django's own forms: numbers that fit a key, words, the way back."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

_MOST_DIGITS = 18  # every number of so many digits fits a bigint
_LONGEST_WAY = 2_000


def whole(text: str) -> int | None:
    """The number that `text` is, in any digits; None for anything else, and for what no key can be."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def words(text: str, most: int = 100) -> str:
    """Trimmed, cut, and without the null byte, which PostgreSQL keeps in no text."""
    return text.replace("\x00", "").strip()[:most]


def way_back(request: HttpRequest, otherwise: str) -> str:
    """The page inside Ravi that the form's `next` names, else `otherwise`."""
    wanted = request.POST.get("next", "")
    is_inside = wanted.startswith("/") and len(wanted) <= _LONGEST_WAY
    return wanted if is_inside and url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else otherwise
