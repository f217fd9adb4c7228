"""The letter: headers that cannot be broken into, words that come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.utils import parseaddr

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


def test_without_an_address_nobody_is_told_how_to_leave() -> None:
    message = made(Content("m", title="t"))
    assert (message["List-Unsubscribe"], message["List-Unsubscribe-Post"]) == (None, None)


def test_a_letter_says_whose_it_is_and_to_which_list() -> None:
    message = made(Content("متن", title="عنوان", lang="fa"))
    assert str(message["From"]) == "خبرنامه <news@example.org>" and str(message["To"]) == "list@lists.example.org"
    assert message["List-Id"] == "<list.lists.example.org>" and message["Content-Language"] == "fa"
    assert message["Message-ID"] == message_id("k", "example.org")
    sent = message["Date"].datetime.replace(tzinfo=UTC)  # "-0000": in UTC, from nowhere in particular
    assert abs((datetime.now(UTC) - sent).total_seconds()) < 60


def test_an_answer_stands_under_the_letter_that_it_answers() -> None:
    answer = made(Content("متن", title="عنوان", reply_to="<ravi-1@example.org>"))
    assert (answer["In-Reply-To"], answer["References"]) == ("<ravi-1@example.org>",) * 2
    first = made(Content("متن", title="عنوان"))
    assert (first["In-Reply-To"], first["References"]) == (None, None)


@pytest.mark.parametrize(
    ("lang", "direction"),
    [
        *((lang, "rtl") for lang in ("fa", "ar", "ckb", "azb", "ur", "ps", "fa-AF")),
        *((lang, "ltr") for lang in ("en", "az", "ku", "az-Latn")),
    ],
)
def test_words_run_as_their_language_does(lang: str, direction: str) -> None:
    html = made(Content("متن", title="عنوان", lang=lang)).get_body(("html",)).get_content()
    assert f'<html lang="{lang}" dir="{direction}">' in html


def test_titles_and_pictures_words_make_no_markup() -> None:
    html = made(Content("متن", title="<b>", media=(image('"><script>'),))).get_body(("html",)).get_content()
    assert "<title>&lt;b&gt;</title>" in html and 'alt="&quot;&gt;&lt;script&gt;"' in html


@pytest.mark.parametrize(
    ("title", "text"),
    [("عنوان " * 60, "متن بلند " * 500), ("News", "From here on: 100 % \nof it"), ("News", "line \n" * 3)],
)
def test_a_letter_passes_every_server_unchanged(title: str, text: str) -> None:
    """Lines end as SMTP has it, none is too long, and words and pictures are in seven bits (RFC 5322, 2.1.1; RFC 2045, 6)."""
    content = Content(text, title=title, media=(image("pic"),))
    raw = letter(content, key="k", sender=SENDER, recipient=LIST, unsubscribe="").as_bytes()
    assert raw.isascii() and raw.count(b"\n") == raw.count(b"\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    parts = [part for part in message_from_bytes(raw, policy=policy.default).walk() if not part.is_multipart()]
    assert [part["Content-Transfer-Encoding"] for part in parts] == ["base64"] * 3


def test_each_picture_is_the_one_that_its_place_names() -> None:
    pictures = (image("یک"), replace(image("دو"), content=b"GIF89a", media_type="image/gif", sha256="f" * 64))
    message = made(Content("متن", title="عنوان", media=pictures))
    parts = {part["Content-ID"]: part for part in message.walk() if part.get_content_maintype() == "image"}
    shown = BeautifulSoup(message.get_body(("html",)).get_content(), "html.parser").find_all("img")
    assert [(one["src"], one["alt"]) for one in shown] == [
        ("cid:image1@example.org", "یک"), ("cid:image2@example.org", "دو"),
    ]  # fmt: skip
    found = [parts[f"<{one['src'].removeprefix('cid:')}>"] for one in shown]
    assert [part.get_content() for part in found] == [one.content for one in pictures]
    assert found[1].get_content_type() == "image/gif" and found[1].get_filename() == f"{'f' * 16}.gif"


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


def test_several_addresses_of_a_line_follow_each_its_own_words() -> None:
    marks = (Mark("link", 0, 1, "https://a.example.org/"), Mark("link", 4, 5, "https://b.example.org/"))
    for order in (marks, marks[::-1]):
        assert plain_words("a و b", order) == "a (https://a.example.org/) و b (https://b.example.org/)"


def test_a_quote_ends_with_its_own_lines() -> None:
    assert plain_words("ab\ncd", (Mark("quote", 0, 3),)) == "> ab\ncd"
    assert plain_words("a\n\nb\nc", (Mark("quote", 2, 4),)) == "a\n> \n> b\nc"
    assert plain_words("a\nb", (Mark("quote", 2, 2),)) == "a\n> b"
    assert plain_words("a\nb", (Mark("bold", 0, 3),)) == "a\nb"


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


@given(
    st.text(alphabet='بپی\u200c ۶(a,"<=?_👩🏽', min_size=1, max_size=200), st.text(alphabet='بپی ۶(a,"<', max_size=90)
)
def test_a_long_subject_and_name_come_back(title: str, name: str) -> None:
    """To readers that join encoded words as RFC 2047 (6.2) says: the spaces between them are not read."""
    sender = Address(f"«{name}»", addr_spec="news@example.org")
    raw = letter(Content("متن", title=title), key="k", sender=sender, recipient=LIST, unsubscribe="").as_bytes()
    message = message_from_bytes(raw)
    assert read(message["Subject"]) == " ".join(title.split())
    named, address = parseaddr(message["From"].replace("\r\n", ""))
    assert (read(named), address) == (f"«{name}»", "news@example.org")
    encoded = [line for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n") if b"=?" in line]
    assert all(len(line) <= 76 for line in encoded)


def test_a_subject_that_looks_like_an_encoded_word_is_none() -> None:
    """Readers see what the approver saw."""
    raw = letter(
        Content("متن", title="=?utf-8?q?=DA=AF?= ok"), key="k", sender=SENDER, recipient=LIST, unsubscribe=""
    ).as_bytes()
    assert read(message_from_bytes(raw)["Subject"]) == "=?utf-8?q?=DA=AF?= ok"


def read(field: str) -> str:
    return str(make_header(decode_header(field)))


def test_addresses_longer_than_a_line_stay_addresses() -> None:
    """Readers join an answer to its letter, and offer the way out of the list, only where these are no encoded words."""
    long = "news." + "university-of-medical-sciences." * 3 + "example.org"
    sender, recipient = Address(addr_spec=f"news@{long}"), Address(addr_spec=f"list@{long}")
    out, first = f"https://{long}/leave?to=list", message_id("first", long)
    made_ = letter(
        Content("متن", title="عنوان", reply_to=first), key="k", sender=sender, recipient=recipient, unsubscribe=out
    )
    message = message_from_bytes(made_.as_bytes())
    assert message["In-Reply-To"] == message["References"] == first
    assert message["List-Unsubscribe"] == f"<{out}>" and message["List-Id"] == f"<list.{long}>"
    assert message["Message-ID"] == message_id("k", long)
    assert parseaddr(message["To"])[1] == f"list@{long}" and parseaddr(message["From"])[1] == f"news@{long}"


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
