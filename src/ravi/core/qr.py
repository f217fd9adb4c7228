"""Draws an address as a QR code, so that a page on the desk goes on in the hand."""

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString


def qr_svg(address: str, label: str) -> SafeString:
    """An `<svg>` with `label` for those who do not see it; dark on light in every scheme, since cameras want it so."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(address)
    rows = code.get_matrix()
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}"><rect width="100%" height="100%" fill="#fff"/>'
        '<path fill="#000" d="{2}"/></svg>',
        len(rows),
        label,
        dark,
    )
