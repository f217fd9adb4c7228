"""Headquarters on a phone: from the message to the board of its units, narrowed to one kind; and the week on paper."""

import re

import pytest
from playwright.sync_api import expect

from ravi.demo.names import SLUG
from ravi.demo.screening import AZB_TITLE, TITLE
from tests.journeys import people
from tests.journeys.conftest import NewContext
from tests.journeys.lint_rtl import check_page
from tests.journeys.running import Ravi

pytestmark = pytest.mark.journey


def test_the_board_of_sixty_units_and_the_week_on_paper(ravi: Ravi, device: NewContext) -> None:
    page = people.sign_in(device(360), ravi, "head")
    page.goto(f"{ravi.url}/network/")
    page.locator("main .list.posts a", has_text="نوبت واکسن شما").click()
    page.get_by_role("link", name="پذیرش، واحد به واحد").click()
    page.wait_for_url("**/uptake/")
    assert check_page(page) == []
    expect(page.locator(".loom tbody tr")).to_have_count(59)
    page.get_by_label("نوع").select_option("hospital")
    page.get_by_role("button", name="نشان بده").click()
    expect(page.locator(".loom tbody tr")).to_have_count(20)
    assert check_page(page) == []
    page.goto(f"{ravi.url}/network/week/")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1 and len(printed) > 20_000
    width, height = map(float, re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed).groups())  # type: ignore[union-attr]
    assert (round(width), round(height)) == (595, 842)


def test_the_older_message_was_answered_and_corrected_everywhere(ravi: Ravi, device: NewContext) -> None:
    """What the demo lived through: its board, and its page for citizens in both languages."""
    page = people.sign_in(device(360), ravi, "editor")
    page.goto(f"{ravi.url}/network/")
    page.locator("main .list.posts a", has_text=TITLE).click()
    page.get_by_role("link", name="پذیرش، واحد به واحد").click()
    page.wait_for_url("**/uptake/")
    expect(page.locator(".loom tbody tr")).to_have_count(59)
    shown = page.locator("main").inner_text()
    for state in ("هنوز ندیده ۱۱", "دیده، بی‌پاسخ ۷", "منتشر نمی‌کند ۴", "منتشر شد ۱", "اصلاح شد ۳۶"):
        assert state in " ".join(shown.split())
    assert check_page(page) == []
    page.goto(f"{ravi.url}/p/{SLUG}/messages/")
    page.locator("main a", has_text=TITLE).click()
    expect(page.locator("main")).to_contain_text("اصلاح شد")
    expect(page.locator("main")).to_contain_text(AZB_TITLE)
    assert check_page(page) == []
