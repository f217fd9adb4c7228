"""How a message is shown around: its short address, the code for posters, and how often it was opened."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ravi.core.qr import qr_svg
from ravi.network.models import Message
from ravi.network.queries.short_link import Openings, openings_of, short_address, short_link_of


@dataclass(frozen=True)
class Share:
    """`openings` only where headquarters looks."""

    address: str
    drawing: SafeString
    openings: Openings | None


def share_of(message: Message, *, is_counted: bool = False) -> Share | None:
    """None as long as no version was issued."""
    short_link = short_link_of(message)
    if short_link is None:
        return None
    address = short_address(short_link.code)
    drawing = qr_svg(address, _("The short address as a code for a phone's camera"))
    return Share(address, drawing, openings_of(short_link) if is_counted else None)
