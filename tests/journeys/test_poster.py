"""A code that a browser draws, on a screen or on paper, is read by a reader that is none of ours."""

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser

from ravi.core.qr import qr_file

pytestmark = pytest.mark.journey
ADDRESS = "https://ravi.behdasht-namoone.example.ac.ir/m/abcdefg"
# Pixels of a screen for 2 cm of paper: the smallest that one still finds on a poster.
SMALLEST_PX = 76


@pytest.mark.parametrize(("side_px", "scheme"), [(SMALLEST_PX, "light"), (300, "dark")])
def test_a_drawing_in_a_page_is_read(chromium: Browser, side_px: int, scheme: str) -> None:
    drawn = qr_file(ADDRESS, "svg")
    assert drawn
    with chromium.new_context(color_scheme=scheme, device_scale_factor=3) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.set_content(f'<body style="width:{side_px}px;margin:24px">{drawn[0].decode()}</body>')
        shot = page.screenshot()
    with Image.open(io.BytesIO(shot)) as picture:
        found = zxingcpp.read_barcodes(picture.convert("L"))
    assert [(one.text, str(one.format)) for one in found] == [(ADDRESS, "QR Code")]
