"""What is out is corrected from a phone: what will happen, the words, another person's yes, and the platforms show them."""

from secrets import token_hex

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import people
from tests.journeys.conftest import NewContext
from tests.journeys.lint_rtl import check_page
from tests.journeys.running import Ravi

pytestmark = pytest.mark.journey
OLD, NEW = "نوبت‌دهی واکسن از شنبه آغاز می‌شود.", "نوبت‌دهی واکسن از یکشنبه آغاز می‌شود."


def shown(ravi: Ravi, title: str) -> dict[str, str]:
    """Platform -> the last words that arrived there and speak of this."""
    return {one["platform"]: one["text"] for one in ravi.effects() if title in str(one.get("text", ""))}


def wait_until_settled(page: Page, ravi: Ravi, pk: int) -> None:
    """Look at the board, as somebody without scripts does, until nothing is on its way."""
    for _look in range(120):
        page.goto(f"{ravi.url}/posts/{pk}/board/")
        if not page.locator("[data-live]").count():
            return
        page.wait_for_timeout(500)
    raise AssertionError("copies are on their way still")


def correct(phone: Page, ravi: Ravi, pk: int, text: str) -> int:
    """From the board over the plan to the composer, and on for approval; the correction's number."""
    phone.goto(f"{ravi.url}/posts/{pk}/board/")
    people.answer(phone, "#board-acts a[href$='/correction/']")
    expect(phone.locator("main .branch")).to_have_count(2)
    check_page(phone)
    people.answer(phone, "main form .btn-1")
    phone.locator("#id_text").fill(text)
    check_page(phone)
    return people.submit(phone)


def test_a_message_that_is_out_is_corrected_on_a_phone(ravi: Ravi, device: NewContext) -> None:
    mark = token_hex(3)
    phone, expert = people.sign_in(device(360), ravi, "editor"), people.sign_in(device(360), ravi, "expert")
    people.write(phone, ravi, mark, f"{OLD} {mark}", platforms=["mastodon", "eitaa"], groups=["hospital"])
    pk = people.submit(phone)
    people.approve(expert, ravi, pk)
    wait_until_settled(phone, ravi, pk)
    made = correct(phone, ravi, pk, f"{NEW} {mark}")
    expert.goto(f"{ravi.url}/posts/{made}/approval/")
    expect(expert.locator("ins").first).to_be_visible()
    check_page(expert)
    people.approve(expert, ravi, made)
    wait_until_settled(phone, ravi, made)
    said = shown(ravi, mark)
    assert said == {"mastodon": f"{NEW} {mark}", "eitaa": f"اصلاحیه:\n{NEW} {mark}"}
    phone.goto(f"{ravi.url}/posts/{pk}/board/")
    expect(phone.locator("#board-correction")).to_contain_text("اصلاح شد")
    check_page(phone)
