"""Blocks that higher rooms add to the pages of lower ones, which know nothing of them."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

Block = Callable[[HttpRequest, Any], str]
_blocks: dict[str, dict[str, Block]] = {}


def add_block(place: str, name: str, block: Block) -> None:
    """`block` gives safe HTML about the object of the page at `place`; called from AppConfig.ready. A name replaces."""
    _blocks.setdefault(place, {})[name] = block


def blocks_of(place: str, request: HttpRequest, about: Any) -> SafeString:
    """What stands there, by name."""
    found = _blocks.get(place, {})
    return format_html_join("", "{}", ((SafeString(found[name](request, about)),) for name in sorted(found)))
