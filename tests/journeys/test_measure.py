"""The browser's live counters agree with the server, whose count holds."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from ravi.text.lengths import measure

pytestmark = pytest.mark.journey
SCRIPT = Path(__file__).parents[2] / "src" / "ravi" / "core" / "static" / "ravi" / "js" / "measure.js"
COUNT = "([text, units]) => { %s; return Object.fromEntries(units.map((unit) => [unit, measure(text, unit)])); }"


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    yield page
    page.close()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "می‌خواهیم کتاب‌ها را بخوانیم؛ «نوبت دوم» ۱۲٫۵ درصد…",
        "👨‍👩‍👧‍👦 خانوادهٔ سالم 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣",
        "پرسش: \u2066041-5550 1234\u2069",
        "خبر در https://mums.ac.ir/news/12 و mums.ac.ir",
        "سلامت: https://ex.ac.ir/خبر?a=1",
        "به @mehregan@social.example بگویید",
        "سطر یک\nسطر دو\n\nپایان ﷺ ¼",
        "H5N1, kg/m², 10⁹ و رایانامه a.b@ex.ac.ir",
    ],
)
def test_the_browser_counts_as_the_server_does(page: Page, text: str):
    lengths = asdict(measure(text))
    script = SCRIPT.read_text("utf-8").replace("export function", "function")
    assert page.evaluate(COUNT % script, [text, list(lengths)]) == lengths
