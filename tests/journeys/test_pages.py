"""Every page of a running Ravi, drawn: on a phone by day and on a desk by night, judged by axe and by our own rules."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import people
from tests.journeys.conftest import NewContext
from tests.journeys.lint_rtl import check_page, watch_requests
from tests.journeys.running import Ravi

pytestmark = pytest.mark.journey
LOOKS = [(360, "light"), (1280, "dark")]
IN_SIGHT_OF_THE_HEAD = [
    "/", "/more/", "/posts/", "/posts/new/", "/posts/hands/", "/deliveries/unknown/", "/deliveries/held/", "/deliveries/stops/",
    "/deliveries/stops/new/", "/channels/", "/channels/new/", "/people/", "/people/new/", "/units/", "/units/new/",
    "/me/", "/me/password/", "/notices/", "/audit/", "/audit/?check=1", "/second-factor/", "/no/such/page/",
    "/network/", "/network/new/", "/network/campaigns/", "/network/campaigns/new/", "/network/week/",
    "/network/", "/network/new/", "/network/campaigns/", "/network/campaigns/new/", "/network/reviews/",
    "/workshops/", "/workshops/series/", "/workshops/series/new/", "/workshops/series/1/", "/workshops/series/1/new/",
    "/workshops/2/", "/workshops/2/edit/", "/workshops/2/seats/", "/workshops/2/cancellation/", "/workshops/2/sessions/new/",
]  # fmt: skip
FIRST_OF = {
    "/posts/": "main .list a[href$='/posts/1/'], main .list a",
    "/channels/": "main a[href^='/channels/']:not([href$='/new/'])",
    "/people/": "main a[href^='/people/']:not([href$='/new/'])",
    "/units/": "main a[href^='/units/']:not([href$='/new/'])",
}
BELONGINGS = ("", "edit/", "state/", "credential/", "verification/", "custodians/", "loan/")
Judge = Callable[[str], None]


@pytest.fixture(scope="module", params=LOOKS, ids=lambda look: f"{look[0]} {look[1]}")
def judged(request: pytest.FixtureRequest, ravi: Ravi, device: NewContext) -> tuple[Page, Judge]:
    """A signed-in head's page, and what opens and judges an address in it."""
    width, scheme = request.param
    page = people.sign_in(device(width, scheme=scheme), ravi, "head")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    foreign = watch_requests(page)

    def judge(path: str) -> None:
        page.goto(path if path.startswith("http") else ravi.url + path)
        assert [*check_page(page), *complaints, *foreign()] == []

    return page, judge


@pytest.mark.parametrize("path", IN_SIGHT_OF_THE_HEAD)
def test_nobody_would_wince(judged: tuple[Page, Judge], path: str):
    judged[1](path)


@pytest.mark.parametrize("path", sorted(FIRST_OF))
def test_nobody_would_wince_at_one_of_them(judged: tuple[Page, Judge], ravi: Ravi, path: str):
    page, judge = judged
    page.goto(ravi.url + path)
    first = page.locator(FIRST_OF[path]).first.get_attribute("href")
    assert first
    if path != "/channels/":
        judge(first)
        return
    for place in BELONGINGS:
        judge(f"{first}{place}")


def test_nobody_would_wince_at_the_ways_of_a_message(judged: tuple[Page, Judge], ravi: Ravi):
    """The board of 360 copies, one unit of it, one copy's whole life, the text, and sending again."""
    page, judge = judged
    whole = people.published_to_all(page, ravi)
    judge(f"{whole}board/")
    page.locator(".looms a").first.click()
    page.wait_for_url("**/board/*/")
    judge(page.url)
    judge(ravi.url + str(page.locator("main a[href^='/deliveries/']").first.get_attribute("href")))
    for place in ("text/", "withdrawal/", "again/"):
        judge(f"{whole}{place}")


@pytest.mark.parametrize("width_and_scheme", LOOKS, ids=lambda look: f"{look[0]} {look[1]}")
def test_citizens_and_those_at_the_door_see_good_pages(
    ravi: Ravi, device: NewContext, width_and_scheme: tuple[int, str]
):
    width, scheme = width_and_scheme
    page = device(width, scheme=scheme).new_page()
    for path in ("/sign-in/", "/p/", "/components/"):
        page.goto(ravi.url + path)
        assert check_page(page) == [], path
    for typed, answer in VERDICTS.items():
        page.goto(f"{ravi.url}/p/")
        page.locator("main a[href^='/p/']").first.click()
        assert check_page(page) == [], page.url
        page.locator("main input[type=text], main input[type=search], main .input").first.fill(typed)
        page.keyboard.press("Enter")
        page.wait_for_url("**/check/**")
        expect(page.locator(".verdict h2")).to_contain_text(answer)
        assert check_page(page) == [], page.url


VERDICTS = {"mehregan_arghavan": "از ماست", "mehregan_arghavam": "از ما نیست", "khabar_fori_1405": "فهرست"}
