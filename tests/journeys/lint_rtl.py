"""Judges one drawn page: what axe does not see on a right-to-left page, and what axe sees.

`check_page(page)` returns sentences; an empty list is a page that nobody would wince at. Every rule is seen to fail
on a page made wrong on purpose (test_lint_rtl.py), for axe finds nothing on a page with reversed phone numbers.
The context needs `bypass_csp=True`: axe comes as an inline script, which our own pages forbid.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (320, 360, 1280)
LEAST_TARGET_PX = 44
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def check_page(page: Page, *, lang: str = "fa-IR", axe: bool = True) -> list[str]:
    """All rules at the page's own width, sideways scroll at three widths; the viewport is put back."""
    found = right_language(page, lang) + own_origin_only(page)
    for rule in (font_loaded, physical_sides, upright_letters, phone_order, target_sizes, sideways_scroll):
        found += rule(page)
    found += twice_the_text(page) + visible_focus(page)
    return found + axe_violations(page) if axe else found


def watch_requests(page: Page) -> Callable[[], list[str]]:
    """Call before `goto`; the answer names every request that left the page's own origin."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    return lambda: _foreign(seen, page)


def right_language(page: Page, lang: str = "fa-IR") -> list[str]:
    """<html lang dir> say what is read."""
    there = page.evaluate("[document.documentElement.lang, document.documentElement.dir]")
    wanted = [lang, "rtl" if lang.startswith("fa") else "ltr"]
    return [] if there == wanted else [f"html lang/dir is {there}, not {wanted}"]


def own_origin_only(page: Page) -> list[str]:
    """No file of this page came from another house."""
    return _foreign(page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)"), page)


def font_loaded(page: Page) -> list[str]:
    """Vazirmatn is drawn, not a stand-in."""
    page.evaluate("document.fonts.ready")
    return _rule(page, "fontLoaded")


def physical_sides(page: Page) -> list[str]:
    """No stylesheet names left or right; no element carries a style attribute."""
    return _rule(page, "physicalSides")


def upright_letters(page: Page) -> list[str]:
    """Persian text is never spaced out, slanted, see-through, justified or under 13 px."""
    return _rule(page, "uprightLetters")


def phone_order(page: Page) -> list[str]:
    """Phone numbers stand on the screen as they are said: first digit leftmost, all on one line."""
    return _rule(page, "phoneOrder")


def target_sizes(page: Page) -> list[str]:
    """What a thumb must hit is 44 px; a link inside a sentence is as large as its words (WCAG 2.5.8)."""
    return _rule(page, "targetSizes", LEAST_TARGET_PX)


def sideways_scroll(page: Page, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """The page never scrolls sideways; names what sticks out."""
    before, found = page.viewport_size, []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 740})
        found += [f"at {width} px: {text}" for text in _rule(page, "sideways")]
    _put_back(page, before)
    return found


def twice_the_text(page: Page) -> list[str]:
    """With letters of 200 % nothing scrolls sideways."""
    before = page.viewport_size
    page.set_viewport_size({"width": 1280, "height": 740})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found = [f"at 200 % text: {text}" for text in _rule(page, "sideways")]
    page.evaluate("document.documentElement.removeAttribute('style')")
    _put_back(page, before)
    return found


def visible_focus(page: Page, steps: int = 12) -> list[str]:
    """The first stops of the Tab key show a ring, and each of them is on the screen."""
    found = []
    page.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0)")
    for _ in range(steps):
        page.keyboard.press("Tab")
        stop = page.evaluate(f"({RULES}).focusStop()")
        if stop is None:
            break
        if not stop["ring"]:
            found.append(f"no focus ring: {stop['name']}")
        if not stop["seen"]:
            found.append(f"focus off the screen: {stop['name']}")
    return found


def axe_violations(page: Page) -> list[str]:
    """axe-core, WCAG 2.2 AA and best practice, in a window as high as the page: no bar covers anything."""
    before = page.viewport_size or {"width": 1280, "height": 740}
    height = min(20_000, int(page.evaluate("document.documentElement.scrollHeight")))
    page.set_viewport_size({"width": before["width"], "height": max(740, height)})
    result: Any = Axe().run(page, options={"runOnly": AXE_TAGS})
    _put_back(page, before)
    return [_sentence(violation) for violation in result.response["violations"]]


def _sentence(violation: Any) -> str:
    places = ", ".join(str(node["target"][0]) for node in violation["nodes"][:3])
    return f"axe {violation['id']}: {violation['help']} ({places})"


def _rule(page: Page, name: str, *values: object) -> list[str]:
    found: list[str] = page.evaluate(f"(values) => ({RULES}).{name}(...values)", list(values))
    return found


def _foreign(urls: list[str], page: Page) -> list[str]:
    home = urlsplit(page.url).netloc
    return [f"foreign request: {url}" for url in urls if urlsplit(url).netloc not in {home, ""}]


def _put_back(page: Page, before: Any) -> None:
    if before:
        page.set_viewport_size(before)
