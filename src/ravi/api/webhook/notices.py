"""How this room's notices speak."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from ravi.api.models import Webhook
from ravi.notices.rules import Kind, register


def webhook_off(params: Mapping[str, Any]) -> str:
    """To whoever keeps an address that was switched off."""
    why = Webhook.Off(params["why"]).label
    return _("“%(name)s” hears nothing from Ravi any more: %(why)s. Look at its log, then switch it on again.") % {
        "name": params["name"],
        "why": why,
    }


def register_kinds() -> None:
    """Announce them."""
    register(Kind("webhook_off", "unknown", webhook_off))
