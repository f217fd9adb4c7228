"""A message for a platform that no program reaches: an officer's phone, from the task to the link that was pasted back."""

from secrets import token_hex

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import people
from tests.journeys.conftest import NewContext
from tests.journeys.lint_rtl import check_page
from tests.journeys.running import Ravi

pytestmark = pytest.mark.journey
TEXT = "از شنبه نوبت‌دهی بیمارستان تلفنی هم هست: ۰۲۱-۵۵۵۵۰۱۲۳"


@pytest.fixture
def message(ravi: Ravi, device: NewContext) -> int:
    """Of the unit's officer, for its account at LinkedIn, with the expert's yes."""
    title = f"نوبت‌دهی تلفنی ({token_hex(2)})"
    officer = people.sign_in(device(1280), ravi, "officer")
    people.write(officer, ravi, title, TEXT, platforms=["linkedin"], groups=["hospital"])
    pk = people.submit(officer)
    people.approve(people.sign_in(device(1280), ravi, "expert"), ravi, pk)
    return pk


def open_packet(page: Page, ravi: Ravi, pk: int) -> None:
    """From the task to this message's packet; the engine sets a copy aside a moment after its yes."""
    for _look in range(60):
        page.goto(f"{ravi.url}/posts/hands/?post={pk}")
        if page.locator("main .copy a.btn-1").count():
            page.locator("main .copy a.btn-1").click()
            return
        page.wait_for_timeout(500)
    raise AssertionError("the copy was never set aside for its person")


def confirm(page: Page, link: str) -> None:
    page.locator("main .sheet [name=link]").fill(link)
    with page.expect_navigation():
        page.locator("main .sheet button.btn-1").click()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_an_officer_publishes_by_hand_on_a_phone(ravi: Ravi, device: NewContext, message: int, javascript: bool):
    phone = people.sign_in(device(360, javascript=javascript), ravi, "officer")
    open_packet(phone, ravi, message)
    phone.goto(f"{ravi.url}/")
    expect(phone.locator("main .branch a[href='/posts/hands/']")).to_be_visible()
    open_packet(phone, ravi, message)
    assert phone.locator("#packet-text").input_value() == TEXT
    expect(phone.locator("[data-copy=packet-text]")).to_be_visible(visible=javascript)
    expect(phone.locator(".qr")).to_be_hidden()  # it leads here; the desk shows it
    if javascript:
        check_page(phone)
        phone.locator("[data-copy=packet-text]").click()
        expect(phone.locator("[data-copy=packet-text]")).to_contain_text("رونوشت شد")
    confirm(phone, "https://www.aparat.com/v/abc12")
    expect(phone.locator("main .sheet .error")).to_contain_text("این پیوند به آپارات می‌رود، نه به لینکدین.")
    confirm(phone, f"https://www.linkedin.com/feed/update/urn:li:activity:{message}/")
    expect(phone.locator("main .copy-state")).to_contain_text("دستی منتشر شد")
    phone.goto(f"{ravi.url}/posts/{message}/board/")
    expect(phone.locator(".tally-line")).to_contain_text("۱")
    assert phone.locator(".legend").inner_text().strip() == "دستی منتشر شد"
    if javascript:
        check_page(phone)


def test_withdrawn_it_becomes_a_task_to_remove_and_counts_as_gone_when_somebody_says_so(
    ravi: Ravi, device: NewContext, message: int
):
    phone = people.sign_in(device(360, javascript=False), ravi, "officer")
    open_packet(phone, ravi, message)
    confirm(phone, f"https://www.linkedin.com/feed/update/urn:li:activity:{message}/")
    phone.goto(f"{ravi.url}/posts/{message}/withdrawal/")
    people.answer(phone, "main form .btn-stop")
    open_packet(phone, ravi, message)
    expect(phone.locator("h1")).to_have_text("دستی بردارید")
    people.answer(phone, "main .sheet button.btn-1")
    phone.goto(f"{ravi.url}/posts/{message}/board/")
    assert phone.locator(".legend").inner_text().strip() == "لغو شد"
