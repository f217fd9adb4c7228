"""Draws an address as a QR code, so that a page on the desk goes on in the hand."""

from xml.etree import ElementTree

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString
from qrcode.image.svg import SvgPathImage


def qr_svg(address: str, label: str) -> SafeString:
    """An `<svg>` with `label` for those who do not see it; dark on light in every scheme, since cameras want it so."""
    drawn = qrcode.make(
        address, image_factory=SvgPathImage, error_correction=qrcode.constants.ERROR_CORRECT_M, border=4
    )
    root = ElementTree.fromstring(drawn.to_string())  # noqa: S314 -- drawn here, from a library
    path = next(part for part in root.iter() if part.tag.endswith("path"))
    return format_html(
        '<svg class="qr" viewBox="{}" role="img" aria-label="{}"><rect width="100%" height="100%" fill="#fff"/>'
        '<path fill="#000" d="{}"/></svg>',
        root.get("viewBox"),
        label,
        path.get("d"),
    )
