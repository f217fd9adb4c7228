"""The code that a phone reads."""

import re

from ravi.core.qr import qr_svg


def test_it_is_one_drawing_without_style_and_says_what_it_is():
    drawn = qr_svg("http://localhost:8000/posts/hands/12/", "یک <راه>")
    assert drawn.startswith('<svg class="qr" viewBox="0 0 ')
    assert 'aria-label="یک &lt;راه&gt;"' in drawn
    assert "style=" not in drawn
    assert len(re.findall(r"M", drawn)) > 100


def test_another_address_is_another_drawing():
    assert qr_svg("http://localhost:8000/a", "x") != qr_svg("http://localhost:8000/b", "x")
