"""A message file is read byte for byte, or refused with the line and the reason."""

from datetime import UTC, datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from ravi.publishing.message_file import MessageFileRefused, read_message

PLATFORMS = {"telegram", "bale", "wordpress", "mastodon"}
HEAD = "---\ntitle: عنوان\n---\n"


def read(text: str):
    return read_message(text.encode(), platforms=PLATFORMS)


def test_every_part_is_read():
    found = read(
        "---\ntitle: نخستین کارگاه\nlang: fa\nlink: https://example.org/1\nvalid_until: 2031-03-20T20:29:59Z\n---\n\n"
        "متن کامل\n\nبند دوم \n\n<!-- variant: short -->\n\nکوتاه\n<!-- variant: telegram -->\nتلگرام\n"
    )
    assert found.title == "نخستین کارگاه"
    assert found.text == "متن کامل\n\nبند دوم "
    assert found.variants == {"short": "کوتاه", "telegram": "تلگرام"}
    assert found.valid_until == datetime(2031, 3, 20, 20, 29, 59, tzinfo=UTC)
    assert (found.lang, found.link, found.topic) == ("fa", "https://example.org/1", "health")


def test_windows_file_with_a_mark_is_read_as_any_other():
    assert read_message(("\ufeff" + HEAD + "متن").replace("\n", "\r\n").encode(), platforms=()).text == "متن"


def test_colon_and_quotes_in_a_title_stay():
    assert read('---\ntitle: "مهم: بخوانید"\n---\nمتن').title == "مهم: بخوانید"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        ("متن بی‌سر".encode(), 1),
        ("---\ntitle: عنوان\nمتن".encode(), 3),
        ("---\nlang: fa\n---\nمتن".encode(), 3),
        ("---\ntitle:\n---\nمتن".encode(), 3),
        ("---\ntitle: عنوان\ntitel: x\n---\nمتن".encode(), 3),
        ("---\ntitle: عنوان\ntitle: x\n---\nمتن".encode(), 3),
        ("---\ntitle: عنوان\nlink: javascript:alert(1)\n---\nمتن".encode(), 3),
        ("---\ntitle: عنوان\nlang: فارسی\n---\nمتن".encode(), 3),
        ("---\ntitle: عنوان\ntopic: sport\n---\nمتن".encode(), 3),
        ("---\ntitle: عنوان\nvalid_until: 1405-13-01\n---\nمتن".encode(), 3),
        ((HEAD + "متن\n<!-- variant: instagram -->\nمتن").encode(), 5),
        ((HEAD + "متن\n<!-- variant: -->\nمتن").encode(), 5),
        ((HEAD + "متن\n<!-- variant short -->\nمتن").encode(), 5),
        ((HEAD + "متن\n<!-- variant: short -->\nالف\n<!-- variant: short -->\nب").encode(), 7),
        (HEAD.encode() + b"text\n\xff\xfe", 5),
        (HEAD.encode() + b"text\x00", 4),
        (HEAD.encode() + b"\n\n", 4),
    ],
)
def test_bad_file_names_its_line(data, line):
    with translation.override("en"), pytest.raises(MessageFileRefused) as refused:
        read_message(data, platforms=PLATFORMS)
    assert refused.value.line == line
    assert str(refused.value).startswith(f"Line {line}: ")


def test_unknown_variant_says_which_there_are():
    with translation.override("en"), pytest.raises(MessageFileRefused, match=r"medium، caption، short، micro، bale"):
        read(HEAD + "متن\n<!-- variant: instagram -->\nمتن")


def test_huge_file_is_refused():
    with pytest.raises(MessageFileRefused):
        read_message(HEAD.encode() + b"x" * 1_000_001, platforms=PLATFORMS)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_or_a_sentence(data):
    try:
        assert read_message(data, platforms=PLATFORMS).title
    except MessageFileRefused as refused:
        assert str(refused)


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip), min_size=1, max_size=4
    )
)
def test_words_come_out_as_they_went_in(lines):
    text = "\n".join(lines)
    if "<!--" not in text:
        assert read(HEAD + text).text == text
