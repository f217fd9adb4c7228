"""The browser's live counters agree with the server, whose count holds."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from ravi.platforms.contract import MarkKind
from ravi.platforms.marking import shown
from ravi.text.lengths import measure, threads_chars
from ravi.text.markup import read

pytestmark = pytest.mark.journey
SCRIPTS = Path(__file__).parents[2] / "src" / "ravi" / "core" / "static" / "ravi" / "js"
SCRIPT, MARKUP = SCRIPTS / "measure.js", SCRIPTS / "markup.js"
SHOWN = "([text, kinds, lang]) => { %s; return shownWords(text, new Set(kinds), lang); }"
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
    lengths = {**asdict(measure(text)), "threads_chars": threads_chars(text)}
    script = SCRIPT.read_text("utf-8").replace("export function", "function")
    assert page.evaluate(COUNT % script, [text, list(lengths)]) == lengths


@pytest.mark.parametrize("kinds", [(), ("link",), ("bold", "quote"), ("bold", "quote", "link")])
@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("**نوبت دوم** را [در سامانه](https://example.org/a_(b)) بگیرید", "fa"),
        ("> «ایمن است»\n> دکتر بهنام\nپایان\n> **دو** 👩🏽‍⚕️", "fa"),
        ("> it is [**safe**](https://example.org)\n> \n", "en"),
        (r"\**x** \[a](https://b.c) \> x C:\dir\\*y*", "fa"),
        ("2**3** ** x ** [ ](https://a.b) [https://a.b](https://a.b) ****", "fa"),
    ],
)
def test_the_browser_reads_the_marking_as_the_server_does(
    page: Page, text: str, lang: str, kinds: tuple[MarkKind, ...]
) -> None:
    script = MARKUP.read_text("utf-8").replace("export function", "function")
    assert page.evaluate(SHOWN % script, [text, list(kinds), lang]) == shown(read(text), frozenset(kinds), lang).text
