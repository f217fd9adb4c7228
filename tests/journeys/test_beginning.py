"""The first day: an empty Ravi says what to do, its first person sets up the second factor and finds the first steps."""

import argparse
import os
import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Page, expect

from ravi.cli.found import found
from tests.journeys.conftest import NewContext
from tests.journeys.lint_rtl import check_page

pytestmark = pytest.mark.journey
PASSWORD = "kolah-e-sabz-7"
PICTURES = os.environ.get("RAVI_PICTURES")


def shot(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def found_hamun() -> None:
    words = argparse.Namespace(name="دانشگاه علوم پزشکی هامون", slug="hamun", head="sara", head_name="سارا محمدی")
    assert "sara" in found(words, PASSWORD)


def code_for(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def sign_in(page: Page) -> None:
    page.goto("/sign-in/")
    page.locator("[name=login]").fill("sara")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form .btn-1").click()


def set_up_codes(page: Page) -> None:
    expect(page).to_have_url(re.compile("/second-factor/$"))
    shot(page, "factor")
    page.locator("a[href$='/totp/activate/']").click()
    if "/sign-in/again/" in page.url:
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form .btn-1").click()
    secret = page.locator("main ol code").inner_text()
    page.locator("[name=code]").fill(code_for(secret))
    page.locator("main form .btn-1").click()
    page.wait_for_url(lambda url: "/activate/" not in url)


def next_step(page: Page) -> str:
    page.goto("/")
    assert check_page(page) == []
    buttons = page.locator(".steps a.btn")
    expect(buttons).to_have_count(1)
    return str(buttons.get_attribute("href"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_person_finds_the_way_to_the_first_channel(new_context: NewContext, scheme: Any) -> None:
    page = new_context(360, scheme=scheme).new_page()
    page.goto("/sign-in/")
    expect(page.locator("main pre code")).to_contain_text("ravi found")
    assert check_page(page) == []
    shot(page, f"empty-{scheme}")
    found_hamun()
    sign_in(page)
    set_up_codes(page)
    assert next_step(page) == "/people/new/"
    shot(page, f"steps-{scheme}")
    page.goto("/people/new/")
    page.locator("[name=name]").fill("رضا کریمی")
    page.locator("[name=username]").fill("reza")
    page.locator("[name=password]").fill("kootah")
    page.locator("main form .btn-1").click()
    expect(page.locator("main")).to_contain_text("دست‌کم ۱۰ نویسه")
    page.locator("[name=password]").fill("abr-o-baran-12")
    page.locator("main form .btn-1").click()
    shot(page, f"person-{scheme}")
    expect(page).to_have_url(re.compile(r"/people/\d+/"))
    page.locator("select[name=kind]").select_option("expert")
    page.locator("form:has(select[name=kind]) button[type=submit]").click()
    assert next_step(page) == "/units/new/"
    page.goto("/units/new/")
    page.locator("[name=name]").fill("بیمارستان نور")
    page.locator("main form .btn-1").click()
    assert next_step(page) == "/channels/new/"
    shot(page, f"steps-later-{scheme}")
