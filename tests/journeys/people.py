"""What people of the demo do on its pages: sign in, write for a few channels, say yes. Each step is a tap or a key."""

from collections.abc import Iterable

from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.running import Ravi

PATIENCE_MS = 20_000


def sign_in(context: BrowserContext, ravi: Ravi, name: str) -> Page:
    """A page of that person, at home."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{ravi.url}/sign-in/")
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill(ravi.password)
    page.locator("main form .btn-1").click()
    expect(page).to_have_url(f"{ravi.url}/")
    return page


def tick_only(page: Page, group: str, values: Iterable[str]) -> None:
    """Leave exactly these boxes of a group ticked."""
    wanted = set(values)
    for box in page.locator(f"input[type=checkbox][name={group}]").all():
        box.set_checked(box.get_attribute("value") in wanted)


def write(page: Page, ravi: Ravi, title: str, text: str, *, platforms: Iterable[str], groups: Iterable[str]) -> None:
    """Fill the composer of a new message for a few channels; nothing is sent yet."""
    page.goto(f"{ravi.url}/posts/new/")
    page.locator("#id_title").fill(title)
    page.locator("#id_text").fill(text)
    page.locator("input[name=reach][value=some]").check()
    tick_only(page, "platforms", platforms)
    tick_only(page, "groups", groups)


def press(page: Page, act: str) -> None:
    """The composer's button that does this."""
    page.locator(f"main button[name=act][value='{act}']:not(.vh)").first.click()


def answer(page: Page, button: str) -> None:
    """Send a form and wait for the page that answers: whoever goes elsewhere at once takes the form back."""
    with page.expect_navigation():
        page.locator(button).click()


def submit(page: Page) -> int:
    """Send for approval; the number of the message."""
    press(page, "submit")
    page.wait_for_url("**/approval/")
    return post_number(page)


def approve(page: Page, ravi: Ravi, pk: int) -> None:
    """Say yes to what the approval page shows; where more waits the next one follows, and the board is a step away."""
    page.goto(f"{ravi.url}/posts/{pk}/approval/")
    with page.expect_navigation():
        page.locator("form.dock button.btn-1").click()
    expect(page.locator(".undo button")).to_be_visible()
    page.goto(f"{ravi.url}/posts/{pk}/board/")


def post_number(page: Page) -> int:
    """The number of the message that this page is about."""
    return int(page.url.split("/posts/")[1].split("/")[0])


def wait_for_copies(page: Page, ravi: Ravi, pk: int, sent: str) -> None:
    """Look at the board again and again, as somebody without scripts does, until so many are published."""
    for _look in range(60):
        page.goto(f"{ravi.url}/posts/{pk}/board/")
        line = page.locator(".tally-line").inner_text()
        if line.split()[0] == sent and "هنوز" not in line:  # before the first one the number is that of all
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"the board stays at {page.locator('.tally').inner_text()}")


def published_to_all(page: Page, ravi: Ravi) -> str:
    """The address of the newest message that all 360 channels have, on whichever page of the list it stands by now."""
    page.goto(f"{ravi.url}/posts/")
    while True:
        found = page.locator("main .list a", has_text="۳۶۰ از ۳۶۰")
        if found.count():
            return str(found.first.get_attribute("href"))
        page.goto(ravi.url + "/posts/" + str(page.locator("a[rel=next]").get_attribute("href")))
