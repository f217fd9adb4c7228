"""Draws docs/pictures/previews.png: each preview beside the post that then stands on the practice platform.

Needs Chromium and a running demo, whose two addresses and password `./ravi up --demo` prints:
`tools/pictures.py http://localhost:8000 http://localhost:8600 PASSWORD`.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from ravi.demo import names

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "previews.png"
CHROMIUM = "/usr/bin/chromium"
UNIT = "omid"
TITLE = "نوبت دوم واکسن"
TEXT = (
    "**نوبت دوم واکسن آنفلوانزا** برای ۶۰ سال به بالا، از ۸ تا ۱۹ آذر.\n\n> واکسن رایگان است و ایمن.\n> دکتر آرش بهنام\n\n"
    "نشانی مراکز را [در سامانهٔ دانشگاه](https://example.org/centres) ببینید.\n#واکسن_آنفلوانزا"
)
GAP, ACROSS = 32, 4
Pair = tuple[Image.Image, Image.Image]


def main(url: str, practice: str, password: str) -> None:
    """Write one message, look at its previews, approve it, and look at what stands there."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = signed_in(browser, url, "unit-head", password)
        post = submitted(page, url)
        previews = [seen(page, f"{url}/posts/{post}/preview/{platform}/") for platform in names.PLATFORMS]
        approve(signed_in(browser, url, "expert", password), url, post)
        standing = [there(page, f"{practice}/{one}/{names.handle(UNIT, one)}/") for one in names.PLATFORMS]
        browser.close()
    sheet(list(zip(previews, standing, strict=True))).quantize(64).save(PICTURE, optimize=True)


def signed_in(browser: Browser, url: str, name: str, password: str) -> Page:
    page = browser.new_context(viewport={"width": 360, "height": 800}, locale="fa-IR").new_page()
    page.goto(f"{url}/sign-in/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", password)
    page.locator("main form .btn-1").click()
    page.wait_for_url(f"{url}/")
    return page


def submitted(page: Page, url: str) -> int:
    page.goto(f"{url}/posts/new/")
    page.fill("#id_title", TITLE)
    page.fill("#id_text", TEXT)
    page.locator("main button[name=act][value='submit']:not(.vh)").first.click()
    page.wait_for_url("**/approval/")
    return int(page.url.rstrip("/").split("/")[-2])


def seen(page: Page, address: str) -> Image.Image:
    """The preview as the composer's page of one platform shows it."""
    page.goto(address)
    return taken(page, "main .wall, main .post, main .leaf")


def approve(page: Page, url: str, post: int) -> None:
    page.goto(f"{url}/posts/{post}/approval/")
    with page.expect_navigation():
        page.locator(".dock .btn-1").click()


def there(page: Page, address: str) -> Image.Image:
    """The newest post of the channel, as soon as it is this one."""
    while True:
        page.goto(address)
        if "دکتر آرش بهنام" in page.locator("article").first.inner_text():
            return taken(page, "article")


def taken(page: Page, selector: str) -> Image.Image:
    page.evaluate("document.querySelectorAll('.tabbar, .dock').forEach((one) => one.remove())")  # they float over it
    return Image.open(io.BytesIO(page.locator(selector).first.screenshot())).convert("RGB")


def sheet(pairs: list[Pair]) -> Image.Image:
    """Two pairs in a row."""
    pictures = [one for pair in pairs for one in pair]
    wide = max(one.width for one in pictures)
    rows = [pictures[at : at + ACROSS] for at in range(0, len(pictures), ACROSS)]
    heights = [max(one.height for one in row) for row in rows]
    drawn = Image.new("RGB", (ACROSS * (wide + GAP) - GAP, sum(heights) + GAP * (len(rows) - 1)), "white")
    for number, row in enumerate(rows):
        for place, one in enumerate(row):
            drawn.paste(one, (place * (wide + GAP), sum(heights[:number]) + GAP * number))
    return drawn


if __name__ == "__main__":
    main(*sys.argv[1:])
