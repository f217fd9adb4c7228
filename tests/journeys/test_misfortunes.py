"""What goes wrong on an ordinary day: a clear sentence, and nothing lost."""

import io
import re
import zipfile
from secrets import token_hex

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from ravi.accounts.rules import UnitKind
from tests.journeys import people
from tests.journeys.conftest import NewContext
from tests.journeys.lint_rtl import check_page
from tests.journeys.running import Ravi

pytestmark = pytest.mark.journey
TEXT = "غربالگری فشار خون از شنبه در همهٔ خانه‌های بهداشت رایگان است."
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
NO_IMAGE = "تصویر JPEG، PNG، WebP یا GIF نیست"


def new_draft(page: Page, ravi: Ravi, text: str = TEXT, platforms: tuple[str, ...] = ("telegram",)) -> int:
    """A draft for the health houses, kept by its button; its number."""
    people.write(page, ravi, f"فشار خون ({token_hex(2)})", text, platforms=platforms, groups=["health_house"])
    people.press(page, "save")
    page.wait_for_url(re.compile(r"/posts/\d+/"))
    return people.post_number(page)


def test_a_phone_that_is_closed_in_the_middle_of_a_draft_loses_nothing(ravi: Ravi, device: NewContext):
    phone = device(360)
    page = people.sign_in(phone, ravi, "editor")
    page.goto(f"{ravi.url}/posts/new/")
    page.locator("#id_text").fill(TEXT)
    page.wait_for_url(re.compile(r"/posts/\d+/"))  # kept by itself, and the address is that of the draft
    address = page.url
    expect(page.locator("[data-saved]")).to_contain_text("ذخیره شد")
    page.close()

    page = phone.new_page()
    page.goto(address)
    assert page.locator("#id_text").input_value() == TEXT
    phone.set_offline(True)
    page.locator("#id_text").fill(f"{TEXT}\nکارت ملی همراه بیاورید.")
    expect(page.locator("[data-saved]")).to_contain_text("به سرور نرسیدیم", timeout=10_000)
    page.close()

    phone.set_offline(False)
    page = phone.new_page()
    page.goto(address)
    assert page.locator("#id_text").input_value() == f"{TEXT}\nکارت ملی همراه بیاورید."
    expect(page.locator("[data-saved]")).to_contain_text("برگشت")
    expect(page.locator("[data-saved]")).to_contain_text("ذخیره شد", timeout=10_000)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("31/7/1405", "مهر ۳۰ روز دارد. روزی از ۱ تا ۳۰ بنویسید."),
        ("1405-13-01", "سال ۱۲ ماه دارد. یکی را از فروردین تا اسفند برگزینید."),
    ],
)
def test_a_day_that_is_not_in_the_calendar_is_said_and_stays_as_typed(
    ravi: Ravi, device: NewContext, typed: str, sentence: str
):
    page = people.sign_in(device(360), ravi, "editor")
    pk = new_draft(page, ravi)
    page.locator("[name=valid_until_0]").fill(typed)
    page.locator("#id_text").fill(f"{TEXT} زودتر بیایید.")
    people.press(page, "submit")
    expect(page.locator(".error", has_text=sentence)).to_be_visible()
    assert page.locator("[name=valid_until_0]").input_value() == typed
    assert page.locator("#id_text").input_value() == f"{TEXT} زودتر بیایید."
    assert check_page(page) == []
    page.goto(f"{ravi.url}/posts/{pk}/approval/")
    expect(page.locator("body")).not_to_contain_text("در صف تأیید")  # nothing was sent


def test_a_text_too_long_for_one_platform_stops_that_one_and_no_other(ravi: Ravi, device: NewContext):
    page = people.sign_in(device(360), ravi, "editor")
    new_draft(page, ravi, "سلامت " * 60, ("telegram", "bluesky"))
    expect(page.locator("#fork-head-bluesky [data-count]")).to_have_text("۵۹ بیش از ۳۰۰")
    expect(page.locator("#fork-head-telegram [data-count]")).to_have_text("۳۵۹ از ۴٬۰۹۶")
    expect(page.locator("#blocked")).to_contain_text("بلواسکای")
    expect(page.locator("#blocked")).to_contain_text("۵۹ نویسه")
    assert check_page(page) == []
    people.submit(page)
    expect(page.locator(".say.is-blocked")).to_contain_text("۸ نسخه")
    assert check_page(page) == []


def test_two_people_who_edit_one_message_see_both_texts(ravi: Ravi, device: NewContext):
    editor, head = (people.sign_in(device(360, javascript=False), ravi, name) for name in ("editor", "head"))
    pk = new_draft(editor, ravi)
    head.goto(f"{ravi.url}/posts/{pk}/")
    head.locator("#id_text").fill(f"{TEXT} ناشتا نباشید.")
    people.press(head, "save")
    editor.locator("#id_text").fill(f"{TEXT} بی‌نوبت بیایید.")
    people.press(editor, "save")
    editor.wait_for_url("**/set-aside/")
    expect(editor.locator("main")).to_contain_text("ناشتا نباشید.")
    expect(editor.locator("main")).to_contain_text("بی‌نوبت بیایید.")
    people.answer(editor, "button[name=keep][value=mine]")
    editor.goto(f"{ravi.url}/posts/{pk}/")
    assert editor.locator("#id_text").input_value() == f"{TEXT} بی‌نوبت بیایید."


def test_sending_is_stopped_by_one_person_and_goes_on_by_another(ravi: Ravi, device: NewContext):
    editor, expert, head = (people.sign_in(device(360), ravi, name) for name in ("editor", "expert", "head"))
    title = f"توقف ({token_hex(2)})"
    every = ("telegram", "bale", "eitaa", "wordpress", "mastodon", "bluesky")
    people.write(editor, ravi, title, TEXT, platforms=every, groups=[str(kind) for kind in UnitKind])
    pk = people.submit(editor)
    ravi.faults(delay_ms=8000)  # the first two hundred are on their way, the others wait behind them
    try:
        people.approve(expert, ravi, pk)
        editor.goto(f"{ravi.url}/posts/{pk}/board/")
        editor.locator(".dock .btn-stop").click()
        expect(editor.locator(".say.is-held").first).to_be_visible()
        expect(expert.locator(".dock")).to_have_count(
            0, timeout=20_000
        )  # nor does another's open board offer it any more
    finally:
        ravi.faults()
    assert check_page(editor) == []
    expect(editor.locator("#board-legend")).to_contain_text("نگه داشته", timeout=30_000)

    expect(editor.locator("#board-stops a[href*='/lifting/']")).to_have_count(0)  # not by whoever stopped it

    head.goto(f"{ravi.url}/deliveries/stops/")
    with head.expect_navigation():
        head.locator("main .say a[href*='/lifting/']").first.click()
    assert check_page(head) == []
    editor.goto(head.url)
    expect(editor.locator("main form")).to_have_count(0)
    assert check_page(editor) == []
    people.answer(head, "main form .btn-1")
    head.goto(f"{ravi.url}/deliveries/held/")
    assert check_page(head) == []
    head.locator("section.sheet", has_text=title).locator("button[value=send]").click()
    people.wait_for_copies(expert, ravi, pk, "۳۶۰")
    published = [line for line in ravi.effects() if line["action"] == "publish" and line["title"] == title]
    assert len({(line["platform"], line["handle"]) for line in published}) == len(published) == 360


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("photo.txt", "no photo")
    return content.getvalue()


def enormous() -> bytes:
    """A PNG of 20,000 by 20,000 pixels that says so and weighs next to nothing."""
    content = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("poster.svg", SVG, NO_IMAGE),
        ("zip.jpg", zipped(), NO_IMAGE),
        ("heavy.jpg", b"\xff\xd8\xff\xe0" + b"\x5a" * 40_000_000, "از ۲۰ مگابایت بزرگ‌تر است"),
        ("bomb.png", enormous(), "بیش از ۵۰ میلیون پیکسل دارد"),
    ],
    ids=["svg", "zip", "40 MB", "20,000 squared"],
)
def test_what_is_no_fit_image_is_refused_and_the_text_stays(
    ravi: Ravi, device: NewContext, name: str, content: bytes, sentence: str
):
    page = people.sign_in(device(360), ravi, "editor")
    new_draft(page, ravi)
    page.locator("#id_text").fill(f"{TEXT} با تصویر.")
    page.locator("#add-image summary").click()
    page.locator("[name=image-image]").set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": content})
    page.locator("[name=image-alt_text]").fill("پوستر")
    page.locator("[name=image-shows_people][value=no]").check()
    people.press(page, "add_image")
    expect(page.locator("#images .error")).to_contain_text(sentence)
    assert page.locator("#id_text").input_value() == f"{TEXT} با تصویر."
    assert page.locator("[name=image-alt_text]").input_value() == "پوستر"
    assert check_page(page) == []
