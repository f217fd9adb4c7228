"""Draws an address as a QR code, so that a page on the desk goes on in the hand, and a poster on the phone."""

import io

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString


def qr_svg(address: str, label: str) -> SafeString:
    """An `<svg>` with `label` for those who do not see it; dark on light in every scheme, since cameras want it so."""
    rows = _code(address).get_matrix()
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}"><rect width="100%" height="100%" fill="#fff"/>'
        '<path fill="#000" d="{2}"/></svg>',
        len(rows),
        label,
        dark,
    )


def qr_file(address: str, ending: str) -> tuple[bytes, str] | None:
    """(content, media type) of the code as a file of its own, "svg" or "png"; None for every other ending."""
    if ending == "svg":
        drawn = qr_svg(address, address).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        return drawn.encode(), "image/svg+xml"
    if ending == "png":
        out = io.BytesIO()
        _code(address).make_image().save(out)
        return out.getvalue(), "image/png"
    return None


def _code(address: str) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, box_size=20)
    code.add_data(address)
    return code
