"""The first load of the pages that people open first: light enough for a slow line, and from no other house."""

import pytest
from playwright.sync_api import Page

from tests.journeys import people
from tests.journeys.conftest import NewContext
from tests.journeys.lint_rtl import watch_requests
from tests.journeys.running import Ravi

pytestmark = pytest.mark.journey
FIRST_LOAD_BYTES = 150 * 1024
MOST_REQUESTS = 10


def test_sign_in_home_and_the_board_of_360_copies_load_light(ravi: Ravi, device: NewContext):
    signed_in = people.sign_in(device(360), ravi, "head")
    whole = people.published_to_all(signed_in, ravi)
    for path in ("/", f"{whole}board/"):
        page = device(360).new_page()
        page.context.add_cookies(signed_in.context.cookies())
        assert_light(page, ravi.url + path)
    assert_light(device(360).new_page(), f"{ravi.url}/sign-in/")


def assert_light(page: Page, url: str) -> None:
    """A phone that was never here opens the page."""
    foreign = watch_requests(page)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    answer = page.goto(url, wait_until="networkidle")
    assert answer is not None
    assert answer.status == 200
    assert page.url == url
    assert 0 < len(sizes) <= MOST_REQUESTS
    assert 0 < sum(sizes) <= FIRST_LOAD_BYTES
    assert foreign() == []
