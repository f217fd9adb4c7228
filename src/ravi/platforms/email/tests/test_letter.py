"""The letter: headers that cannot be broken into, words that come back."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.headerregistry import Address

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from ravi.platforms.contract import Content, Mark, Rejected
from ravi.platforms.contract_samples import image
from ravi.platforms.email.adapter import Email, EmailCredentials
from ravi.platforms.email.letter import letter, message_id
from ravi.platforms.email.plain import plain_words

SENDER = Address("خبرنامه", addr_spec="news@example.org")
LIST = Address(addr_spec="list@lists.example.org")


def made(content: Content, unsubscribe: str = "") -> policy.EmailPolicy | object:
    raw = letter(content, key="k", sender=SENDER, recipient=LIST, unsubscribe=unsubscribe).as_bytes()
    return message_from_bytes(raw, policy=policy.default)


def test_the_message_id_is_the_keys_own() -> None:
    assert message_id("k", "example.org") == message_id("k", "example.org") != message_id("k2", "example.org")


def test_a_line_break_in_a_title_cannot_start_a_header() -> None:
    message = made(Content("متن", title="عنوان\r\nBcc: all@example.org"))
    assert message["Bcc"] is None
    assert message["Subject"] == "عنوان Bcc: all@example.org"


def test_one_click_is_promised_only_for_https() -> None:
    assert made(Content("m", title="t"), "https://example.org/u")["List-Unsubscribe-Post"]
    mailto = made(Content("m", title="t"), "mailto:leave@example.org")
    assert mailto["List-Unsubscribe"] == "<mailto:leave@example.org>" and mailto["List-Unsubscribe-Post"] is None


def test_images_stand_inside_the_letter() -> None:
    message = made(Content("متن", title="عنوان", media=(image("شرح"),)))
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
    ]  # fmt: skip
    html = message.get_body(("html",)).get_content()
    assert 'alt="شرح"' in html and "cid:image1@example.org" in html


def test_marks_are_seen_in_html_and_told_in_plain_words() -> None:
    marks = (Mark("bold", 0, 3), Mark("quote", 10, 17), Mark("link", 19, 24, "https://example.org/?a&b"))
    message = made(Content("مهم است:\n\nبیا\nبیا\n\nاینجا <", title="عنوان", marks=marks))
    html = message.get_body(("html",)).get_content()
    assert "<strong>مهم</strong>" in html and '<blockquote><p dir="auto">بیا<br>بیا<br></p></blockquote>' in html
    assert '<a href="https://example.org/?a&amp;b">اینجا</a> &lt;' in html
    plain = message.get_body(("plain",)).get_content().replace("\r\n", "\n").removesuffix("\n")
    assert plain == "مهم است:\n\n> بیا\n> بیا\n\nاینجا (https://example.org/?a&b) <"


def test_an_address_that_is_seen_is_told_once() -> None:
    text = "https://example.org/ و https://example.org/"
    assert plain_words(text, (Mark("link", 0, 20, "https://example.org/"),)) == text


def test_a_letter_fetches_nothing_from_elsewhere() -> None:
    """Nobody learns who opened it: every picture is in the letter itself."""
    message = made(Content("متن https://example.org/x.png", title="عنوان", media=(image("شرح"),)))
    html = message.get_body(("html",)).get_content()
    assert [one["src"] for one in BeautifulSoup(html, "html.parser").find_all(src=True)] == ["cid:image1@example.org"]
    assert not {"link", "script", "iframe", "style"} & {
        one.name for one in BeautifulSoup(html, "html.parser").find_all()
    }


@given(st.text(alphabet="بپ\u200c 👩🏽.\nFrom<&", max_size=300))
def test_words_come_back(text: str) -> None:
    message = made(Content(text, title="عنوان"))
    plain = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert plain.removesuffix("\n") == text.removesuffix("\n")


@pytest.mark.parametrize("target", ["", "list", "list@", "@example.org", "a@b@c", "list@example.org\r\nBcc: x@y.z"])
async def test_an_address_that_is_none_is_refused_before_anything_is_sent(target: str) -> None:
    credentials = EmailCredentials("localhost", "25", "none", "", "", "news@example.org", "")
    transport = type("Transport", (), {"http": None, "smtp": None})()
    with pytest.raises(Rejected, match="is not an e-mail address"):
        await Email(credentials, transport).publish(target, Content("متن", title="عنوان"), key="k")


@pytest.mark.parametrize(("port", "security"), [("۲۵", "none"), ("", "none"), ("25", "ssl")])
async def test_settings_that_cannot_be_right_are_refused(port: str, security: str) -> None:
    credentials = EmailCredentials("localhost", port, security, "", "", "news@example.org", "")
    transport = type("Transport", (), {"http": None, "smtp": None})()
    with pytest.raises(Rejected, match="port or security"):
        await Email(credentials, transport).publish("list@example.org", Content("متن", title="عنوان"), key="k")
