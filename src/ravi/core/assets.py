"""Addresses of static files: each carries a mark of its content, so that a browser may keep it for ever."""

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static


@cache
def asset_url(path: str) -> str:
    """`/static/ravi/ravi.css?v=1f3a9c2e`; a file that is not there raises FileNotFoundError."""
    found = finders.find(path)
    if not isinstance(found, str):
        raise FileNotFoundError(f"no static file {path}")
    mark = hashlib.sha256(Path(found).read_bytes()).hexdigest()[:8]
    return f"{static(path)}?v={mark}"
