"""The code that a phone reads."""

import io
import re
from xml.etree import ElementTree

from PIL import Image

from ravi.core.qr import qr_file, qr_svg


def test_it_is_one_drawing_without_style_and_says_what_it_is():
    drawn = qr_svg("http://localhost:8000/posts/hands/12/", "یک <راه>")
    assert drawn.startswith('<svg class="qr" viewBox="0 0 ')
    assert 'aria-label="یک &lt;راه&gt;"' in drawn
    assert "style=" not in drawn
    assert len(re.findall(r"M", drawn)) > 100


def test_another_address_is_another_drawing():
    assert qr_svg("http://localhost:8000/a", "x") != qr_svg("http://localhost:8000/b", "x")


def test_a_file_for_print_and_one_for_a_message():
    drawn, kind = qr_file("http://localhost:8000/m/abcdefg", "svg")
    assert kind == "image/svg+xml" and ElementTree.fromstring(drawn).tag == "{http://www.w3.org/2000/svg}svg"
    content, kind = qr_file("http://localhost:8000/m/abcdefg", "png")
    with Image.open(io.BytesIO(content)) as picture:
        assert kind == "image/png" and picture.size[0] == picture.size[1] >= 500
    assert qr_file("http://localhost:8000/m/abcdefg", "exe") is None
