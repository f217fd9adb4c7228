"""Where a bare address begins and ends."""

import pytest

from ravi.text.addresses import addresses


def found(text: str) -> list[str]:
    return [text[start:end] for start, end in addresses(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ببینید https://example.org/a_(b) را", ["https://example.org/a_(b)"]),
        ("(https://example.org/a_(b))، x", ["https://example.org/a_(b)"]),
        ("(ببینید https://example.org/a)", ["https://example.org/a"]),
        ("https://example.org/سلامت، متن", ["https://example.org/سلامت"]),
        ("https://a.ir/x؟ HTTP://b.ir/?q=1&r=[2]!", ["https://a.ir/x", "HTTP://b.ir/?q=1&r=[2]"]),
        ("«https://a.ir/x» <https://b.ir>", ["https://a.ir/x", "https://b.ir"]),
        ("http:// https://... ftp://a.ir a.ir", []),
    ],
)
def test_an_address_keeps_its_brackets_and_leaves_the_sentence_its_marks(text: str, expected: list[str]) -> None:
    assert found(text) == expected
