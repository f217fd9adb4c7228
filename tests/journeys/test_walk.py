"""Write, approve, publish, see: one message from the first word to the place where people read it, on a phone."""

import re
from secrets import token_hex

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import people
from tests.journeys.conftest import NewContext
from tests.journeys.lint_rtl import check_page
from tests.journeys.running import Ravi

pytestmark = pytest.mark.journey
TEXT = """از شنبه تزریق واکسن آنفلوانزا در خانه‌های بهداشت رایگان است.
سالمندان، زنان باردار و بیماران قلبی زودتر بیایند.

پرسش: ۳۵۵۵۱۲۳۴"""
OWN_TEXT = "واکسن آنفلوانزا در خانه‌های بهداشت رایگان است."
PLATFORMS, UNITS = ("telegram", "mastodon"), 8


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_message_goes_from_the_first_word_to_where_people_read_it(ravi: Ravi, device: NewContext, javascript: bool):
    editor = people.sign_in(device(javascript=javascript), ravi, "editor")
    expert = people.sign_in(device(javascript=javascript), ravi, "expert")
    title = f"واکسن رایگان است ({token_hex(2)})"

    pk = write_and_send(editor, ravi, title, javascript)
    expect(editor.locator("form.dock")).to_have_count(0)  # nobody says yes to own words
    judge(editor, javascript)

    find_it_at_home_and_say_yes(expert, ravi, title, pk, javascript)
    watch_the_board(expert, ravi, pk, javascript)
    read_it_where_people_read_it(expert, ravi, javascript)
    judge_by_the_log(ravi, title)


def write_and_send(page: Page, ravi: Ravi, title: str, javascript: bool) -> int:
    people.write(page, ravi, title, TEXT, platforms=PLATFORMS, groups=["health_house"])
    people.press(page, "save")
    page.wait_for_url(re.compile(r"/posts/\d+/"))
    expect(page.locator("#chosen")).to_have_text("۸ واحد، ۱۶ کانال")
    expect(page.locator(".fork")).to_have_count(len(PLATFORMS))

    page.locator("#fork-head-mastodon").click()
    page.locator("#fork-mastodon textarea").fill(OWN_TEXT)
    if not javascript:  # the server counts when the draft is kept
        people.press(page, "save")
    expect(page.locator("#fork-head-telegram [data-count]")).to_have_text(f"{digits(str(len(TEXT)))} از ۴٬۰۹۶")
    expect(page.locator("#fork-head-mastodon [data-count]")).to_have_text(
        "۴۵ از ۵۰۰"
    )  # a half space counts with its letter
    if not page.locator("#fork-mastodon textarea").is_visible():
        page.locator("#fork-head-mastodon").click()
    page.locator("#fork-mastodon button[name=act]").click()
    expect(page.locator("#seen")).to_contain_text(OWN_TEXT)
    judge(page, javascript)
    return people.submit(page)


def find_it_at_home_and_say_yes(page: Page, ravi: Ravi, title: str, pk: int, javascript: bool) -> None:
    page.goto(f"{ravi.url}/")
    judge(page, javascript)
    page.get_by_role("link", name=title).click()
    expect(page.locator(".first-text")).to_contain_text("سالمندان، زنان باردار")
    judge(page, javascript)
    people.approve(page, ravi, pk)


def watch_the_board(page: Page, ravi: Ravi, pk: int, javascript: bool) -> None:
    """With scripts the board fills by itself, and its stop goes when there is nothing left to stop."""
    if javascript:
        expect(page.locator(".tally-num")).to_have_text("۱۶", timeout=40_000)
        expect(page.locator(".dock")).to_have_count(0, timeout=90_000)  # the number may still be that of all
    else:
        people.wait_for_copies(page, ravi, pk, "۱۶")
    judge(page, javascript)


def read_it_where_people_read_it(page: Page, ravi: Ravi, javascript: bool) -> None:
    """From the board to a unit, from the unit to the platform."""
    page.locator(".looms a").first.click()
    page.wait_for_url("**/board/*/")
    judge(page, javascript)
    for platform, text in (("telegram", TEXT), ("mastodon", OWN_TEXT)):
        link = page.locator(f"main a[href*='/{platform}/']").first.get_attribute("href")
        there = page.context.new_page()
        there.goto(str(link))
        assert there.locator("article .text").first.inner_text() == text
        there.close()


def judge_by_the_log(ravi: Ravi, title: str) -> None:
    """Each copy once, with the words that its platform was meant to get."""
    lines = [line for line in ravi.effects() if line["action"] == "publish" and line["title"] == title]
    assert len({(line["platform"], line["handle"]) for line in lines}) == len(lines) == UNITS * len(PLATFORMS)
    wanted = {"telegram": TEXT, "mastodon": OWN_TEXT}
    assert all(line["text"] == wanted[line["platform"]] for line in lines)


def judge(page: Page, javascript: bool) -> None:
    """Drawn right and read by everybody; the judge itself needs scripts."""
    if javascript:
        assert check_page(page) == []


def digits(text: str) -> str:
    return text.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
