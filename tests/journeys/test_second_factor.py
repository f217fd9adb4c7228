"""Signing in with a device's own lock, in Chromium with a key of its own; recovery codes; the day somebody leaves."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from conftest import PASSWORD, House, build_house
from ravi.accounts import services
from ravi.core.tenancy import tenant
from tests.journeys.conftest import NewContext
from tests.journeys.lint_rtl import check_page
from tests.journeys.people import answer

pytestmark = pytest.mark.journey


@pytest.fixture
def people(fresh_database: Any) -> House:
    """An institution that is no demo: nobody works there without a second factor."""
    house = build_house()
    with tenant(house.institution.pk):
        services.set_password(house.editor, PASSWORD, by=house.head)
    return house


@pytest.fixture
def phone(people: House, new_context: NewContext) -> Iterator[BrowserContext]:
    yield new_context(360)


def with_lock(page: Page) -> Any:
    """Give the device a lock that opens at a touch, as a phone's finger or face does."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    lock = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": lock})
    return tools


def give_password(page: Page, name: str = "editor") -> None:
    page.goto("/sign-in/")
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form .btn-1").click()


def sign_out(page: Page) -> None:
    page.goto("/sign-out/")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/sign-in/**")


def add_passkey(page: Page) -> None:
    give_password(page)
    expect(page).to_have_url(re.compile("/second-factor/$"))
    assert check_page(page) == []
    page.locator("a[href$='/webauthn/add/']").click()
    if "/sign-in/again/" in page.url:
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form .btn-1").click()
    page.locator("[name=name]").fill("گوشی دفتر")
    assert check_page(page) == []
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)


def test_a_passkey_is_added_and_then_signs_in_without_a_password(phone: BrowserContext):
    page = phone.new_page()
    with_lock(page)
    add_passkey(page)
    page.goto("/posts/")
    expect(page).to_have_url(re.compile("/posts/$"))  # the other pages are open now
    sign_out(page)
    page.goto("/posts/")
    expect(page).to_have_url(re.compile("/sign-in/"))
    assert check_page(page) == []
    page.locator("#passkey_login").click()
    expect(page).to_have_url(re.compile("/posts/$"))


def test_the_password_alone_does_not_open_what_a_passkey_guards(phone: BrowserContext):
    page = phone.new_page()
    with_lock(page)
    add_passkey(page)
    sign_out(page)
    give_password(page)
    expect(page).to_have_url(re.compile("/second-factor/authenticate/"))
    assert check_page(page) == []
    page.goto("/posts/")
    expect(page).to_have_url(re.compile("/second-factor/authenticate/"))
    page.locator("#mfa_webauthn_authenticate").click()
    page.wait_for_url(lambda url: "/authenticate/" not in url)
    page.goto("/posts/")
    expect(page).to_have_url(re.compile("/posts/$"))


def test_a_recovery_code_opens_once(phone: BrowserContext):
    page = phone.new_page()
    with_lock(page)
    add_passkey(page)
    page.goto("/second-factor/")
    page.locator("a[href$='/recovery-codes/generate/']").click()
    page.locator("main form .btn-1").click()
    page.locator("main .codes").wait_for()
    assert check_page(page) == []
    code = codes(page)[0]
    for is_first in (True, False):
        sign_out(page)
        give_password(page)
        page.locator("[name=code]").fill(code)
        answer(page, "main form .btn-1")
        page.goto("/posts/")
        expect(page).to_have_url(re.compile("/posts/$" if is_first else "/second-factor/authenticate/"))
    assert check_page(page) == []


def codes(page: Page) -> list[str]:
    return re.findall(r"\b[0-9a-f]{8}\b", page.locator("main").inner_text())


def test_a_leavers_page_is_closed_at_once(phone: BrowserContext, people: House):
    page = phone.new_page()
    with_lock(page)
    add_passkey(page)
    page.goto("/posts/")
    expect(page).to_have_url(re.compile("/posts/$"))
    with tenant(people.institution.pk):
        services.record_leaver(people.editor, by=people.head)
    page.goto("/posts/")
    expect(page).to_have_url(re.compile("/sign-in/"))
    page.locator("#passkey_login").click()
    page.wait_for_timeout(1_000)
    page.goto("/posts/")
    expect(page).to_have_url(re.compile("/sign-in/"))
