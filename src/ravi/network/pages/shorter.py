"""What the shorter texts of a message are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ravi.directory.names import platform_name
from ravi.publishing.rules import CLASS_NAMES

SHORTER = [name for name in CLASS_NAMES if name != "full"]
NAMES: dict[str, str | Promise] = {
    "medium": _("Medium (most messengers)"),
    "caption": _("Under a picture"),
    "short": _("Short (500 letters)"),
    "micro": _("Very short (280)"),
}


def name_of(variant: str) -> str:
    """The length class in words, or the platform's name."""
    return str(NAMES[variant]) if variant in NAMES else platform_name(variant)
