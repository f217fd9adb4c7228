"""How the network's notices speak: one sentence per kind, made in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from ravi.notices.rules import Kind, register


def endorsement_asked(params: Mapping[str, Any]) -> str:
    """To the health experts who did not write it."""
    return _("%(who)s asks a health expert to look at “%(title)s” before units see it.") % params


def endorsed(params: Mapping[str, Any]) -> str:
    """To those who wrote it."""
    return _("%(who)s said yes to the words of “%(title)s”. It can be offered to the units.") % params


def register_kinds() -> None:
    """Announce the room's kinds of notices."""
    register(Kind("endorsement_asked", "turn", endorsement_asked))
    register(Kind("endorsed", "knot", endorsed))
