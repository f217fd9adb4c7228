"""The page of all components, drawn: in both languages, light and dark, on a phone and on a desk; and its weight."""

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import NewContext
from tests.journeys.lint_rtl import check_page, watch_requests

pytestmark = [pytest.mark.journey, pytest.mark.filterwarnings("ignore:No directory at")]
FIRST_LOAD_BYTES = 150 * 1024
MOST_REQUESTS = 10


def problems(page: Page) -> list[str]:
    """Collects what the browser complains of."""
    seen: list[str] = []
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on("console", lambda message: seen.append(message.text) if message.type == "error" else None)
    return seen


@pytest.mark.parametrize(("width", "scheme", "lang"), [(360, "light", "fa"), (1280, "dark", "fa"), (360, "dark", "en")])
def test_nobody_would_wince(new_context: NewContext, width: int, scheme: str, lang: str):
    page = new_context(width, scheme=scheme, lang=lang).new_page()
    complaints, foreign = problems(page), watch_requests(page)
    page.goto("/components/")
    assert check_page(page, lang="fa-IR" if lang == "fa" else "en") == []
    assert [*complaints, *foreign()] == []


def test_first_load_is_light(new_context: NewContext):
    page = new_context(360).new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto("/components/", wait_until="networkidle")
    assert len(sizes) <= MOST_REQUESTS
    assert sum(sizes) <= FIRST_LOAD_BYTES


def test_the_strict_policy_lets_everything_of_ours_through(new_context: NewContext, chromium, site: str):
    context = chromium.new_context(base_url=site)
    page = context.new_page()
    complaints = problems(page)
    page.goto("/components/", wait_until="networkidle")
    assert complaints == []
    assert page.locator("[data-writer]").first.is_visible()
    context.close()


def test_without_scripts_the_page_is_whole_and_tools_that_need_them_are_away(new_context: NewContext):
    page = new_context(360, javascript=False).new_page()
    page.goto("/components/")
    assert page.locator("[data-writer]").count() == 1
    assert not page.locator("[data-writer]").is_visible()
    assert page.locator("input[name=good-due_at_0]").is_visible()


def test_a_half_space_is_under_the_hand(new_context: NewContext):
    page = new_context(1280).new_page()
    page.goto("/components/")
    field = page.locator("textarea[name=good-text]")
    field.click()
    page.keyboard.type("کتاب")
    page.keyboard.press("Shift+Space")
    page.keyboard.type("ها")
    page.keyboard.press("Control+Shift+Digit2")
    page.locator("[data-insert=quotes]").click()
    page.keyboard.type("سلام")
    assert field.input_value() == "کتاب\u200cها\u200c«سلام»"


def test_phone_numbers_are_isolated_where_they_stand_and_once(new_context: NewContext) -> None:
    page = new_context(360).new_page()
    page.goto("/components/")
    field = page.locator("textarea[name=good-text]")
    field.fill("ساعت ۸ تا ۱۴، ۱۲-۱۵ آذر. پرسش: 041-5550 1234 یا +98 41 5550 1235، کد 12345678.")
    for _press in range(2):
        page.locator("[data-insert=isolate]").click()
    once = "\u2066041-5550 1234\u2069 یا \u2066+98 41 5550 1235\u2069"
    assert field.input_value() == f"ساعت ۸ تا ۱۴، ۱۲-۱۵ آذر. پرسش: {once}، کد 12345678."


def test_a_date_is_read_back_while_it_is_typed(new_context: NewContext):
    page = new_context(360).new_page()
    page.goto("/components/")
    page.locator("[name=good-valid_until_0]").fill("۱")
    page.locator("[name=good-valid_until_1]").select_option("1")
    page.locator("[name=good-valid_until_2]").fill("1406")
    echo = page.locator("[data-date-echo]").nth(1)
    assert echo.inner_text().startswith("یکشنبه ۱ فروردین ۱۴۰۶؛")
    page.locator("[name=good-valid_until_0]").fill("32")
    assert not echo.is_visible()
