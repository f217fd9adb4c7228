"""What a citizen finds of a message: its page, by the site's own way and by its short address, on a phone and on a desk."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewContext
from tests.journeys.lint_rtl import check_page, watch_requests
from tests.journeys.running import Ravi

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_a_citizen_reads_whether_it_holds(ravi: Ravi, device: NewContext, width: int, scheme: str):
    page = device(width, scheme=scheme).new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    foreign = watch_requests(page)
    page.goto(f"{ravi.url}/p/")
    page.get_by_role("navigation").get_by_role("link", name="پیام‌ها").click()
    assert check_page(page) == []
    page.locator(".said-list a", has_text="نوبت واکسن شما").first.click()  # what was withdrawn stands before it
    expect(page.locator(".verdict h2")).to_have_text("برقرار است")
    assert [*check_page(page), *complaints, *foreign()] == []
    stood = page.url
    short = re.search(r"http://localhost:\d+/m/\w{7}", page.locator("article").inner_text())
    assert short
    page.goto(short[0])
    assert page.url == stood
