"""Judges one drawn page: what axe does not see on a right-to-left page, and what axe sees.

`check_page(page)` returns sentences; an empty list is a page that nobody would wince at. Every rule was seen to fail on
a page made wrong on purpose (test_lint_rtl.py), for axe finds nothing on a page with reversed phone numbers.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (320, 360, 1280)
LEAST_TARGET_PX = 44
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LATIN_DIGIT_RUN = r"[+(]?[0-9][0-9 ()+\-–/.]{5,}[0-9]"


def check_page(page: Page, *, lang: str = "fa-IR", axe: bool = True) -> list[str]:
    """All rules at the page's own width, sideways scroll at three widths; the viewport is put back."""
    found: list[str] = []
    for rule in (right_language, font_loaded, own_origin_only, physical_sides, upright_letters, phone_order, target_sizes):
        found += rule(page, lang) if rule is right_language else rule(page)
    found += sideways_scroll(page)
    found += twice_the_text(page)
    found += visible_focus(page)
    if axe:
        found += axe_violations(page)
    return found


def watch_requests(page: Page) -> Callable[[], list[str]]:
    """Call before `goto`; the answer names every request that left the page's own origin."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))

    def foreign() -> list[str]:
        home = urlsplit(page.url).netloc
        return [f"foreign request: {url}" for url in seen if urlsplit(url).netloc not in {home, ""}]

    return foreign


def right_language(page: Page, lang: str) -> list[str]:
    """<html lang dir> say what is read."""
    there = page.evaluate("[document.documentElement.lang, document.documentElement.dir]")
    wanted = [lang, "rtl" if lang.startswith("fa") else "ltr"]
    return [] if there == wanted else [f"html lang/dir is {there}, not {wanted}"]


def font_loaded(page: Page) -> list[str]:
    """Vazirmatn is drawn, not a stand-in."""
    page.evaluate("document.fonts.ready")
    is_there = page.evaluate("""() => [...document.fonts].some((font) => font.family.includes("Vazirmatn") && font.status === "loaded")
        && getComputedStyle(document.body).fontFamily.startsWith("Vazirmatn")""")
    return [] if is_there else ["Vazirmatn is not loaded"]


def own_origin_only(page: Page) -> list[str]:
    """No file of this page came from another house."""
    urls = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    home = urlsplit(page.url).netloc
    return [f"foreign file: {url}" for url in urls if urlsplit(url).netloc not in {home, ""}]


def physical_sides(page: Page) -> list[str]:
    """No stylesheet and no style attribute names left or right."""
    return [f"physical side: {text}" for text in page.evaluate("""() => {
        // A browser writes logical shorthands out as they are; what is left of left and right was written so.
        const PHYSICAL = /(?:^|[;{\\s])((?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)[\\w-]*|left|right|float|clear|text-align)\\s*:\\s*([^;}]+)/g;
        const found = [];
        const walk = (rules) => { for (const rule of rules) {
            if (rule.cssRules?.length) walk(rule.cssRules);
            if (!rule.style) continue;
            for (const [, name, value] of rule.style.cssText.matchAll(PHYSICAL)) {
                const isSide = /left|right/.test(name) || /^(left|right)\\b/.test(value.trim());
                if (isSide && !/inherit|initial|unset/.test(value)) found.push(`${rule.selectorText} { ${name}: ${value.trim()} }`);
            }
        } };
        for (const sheet of document.styleSheets) { try { walk(sheet.cssRules); } catch { found.push(`unreadable sheet ${sheet.href}`); } }
        for (const element of document.querySelectorAll("[style]")) found.push(`style attribute on ${element.tagName}`);
        return found;
    }""")]  # fmt: skip


def upright_letters(page: Page) -> list[str]:
    """Persian text is never spaced out, never slanted, never see-through, never justified, never under 13 px."""
    return page.evaluate("""() => {
        const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node; (node = walker.nextNode());) {
            if (!/[\\u0600-\\u06FF]/.test(node.data) || !node.parentElement.getClientRects().length) continue;
            const style = getComputedStyle(node.parentElement), text = node.data.trim().slice(0, 30);
            if (style.letterSpacing !== "normal" && parseFloat(style.letterSpacing) !== 0) found.push(`letters spaced: ${text}`);
            if (style.fontStyle !== "normal") found.push(`slanted: ${text}`);
            if (parseFloat(style.opacity) < 1) found.push(`see-through: ${text}`);
            if (style.textAlign === "justify") found.push(`justified: ${text}`);
            if (parseFloat(style.fontSize) < 13) found.push(`${style.fontSize}: ${text}`);
        }
        return [...new Set(found)];
    }""")  # type: ignore[no-any-return]


def phone_order(page: Page) -> list[str]:
    """Phone numbers and handles stand on the screen as they are said: first digit leftmost, all on one line."""
    return page.evaluate("""(pattern) => {
        const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
        for (let node; (node = walker.nextNode());) {
            if (!node.parentElement.getClientRects().length) continue;
            for (const match of node.data.matchAll(new RegExp(pattern, "g"))) {
                const boxes = [...match[0]].map((char, place) => {
                    range.setStart(node, match.index + place); range.setEnd(node, match.index + place + 1);
                    return { char, box: range.getBoundingClientRect() };
                }).filter(({ char, box }) => /\\S/.test(char) && box.width);
                const inOrder = boxes.every(({ box }, place) => !place || box.x >= boxes[place - 1].box.x - 0.5);
                const oneLine = boxes.every(({ box }) => Math.abs(box.y - boxes[0].box.y) < box.height / 2);
                if (!inOrder) found.push(`reversed: ${match[0]}`);
                // A preview breaks its lines where the platform does.
                if (!oneLine && !node.parentElement.closest(".bubble-text")) found.push(`broken over lines: ${match[0]}`);
            }
        }
        return found;
    }""", LATIN_DIGIT_RUN)  # type: ignore[no-any-return]  # fmt: skip


def target_sizes(page: Page) -> list[str]:
    """What a thumb must hit is 44 px; a link inside a sentence is as large as its words (WCAG 2.5.8)."""
    return page.evaluate("""(least) => {
        const found = [];
        const SENTENCE = "p, dd, small, .hint, .error, .say, li > span, summary";
        for (const target of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
            const box = target.getBoundingClientRect(), style = getComputedStyle(target);
            if (!box.width || style.visibility === "hidden" || target.closest(".skip, .vh, [hidden]")) continue;
            if (target.matches("a") && style.display === "inline" && target.closest(SENTENCE)) continue;
            const label = target.matches("[type=checkbox], [type=radio]") ? target.closest("label") : null;
            const area = (label ?? target).getBoundingClientRect();
            // A dense table of beads may be 40 px high with a mouse (face, 5); a thumb gets 44.
            const isDense = target.closest(".loom") && matchMedia("(pointer: fine)").matches;
            if (area.height < (isDense ? 24 : least) - 0.5 && !isStretched(target, least)) found.push(`${Math.round(area.width)}x${Math.round(area.height)}: ${target.textContent.trim().slice(0, 30) || target.name || target.getAttribute("aria-label")}`);
        }
        function isStretched(target, least) {
            const after = getComputedStyle(target, "::after");
            return after.content !== "none" && after.position === "absolute" && parseFloat(after.height) >= least - 0.5;
        }
        return found.map((text) => `small target ${text}`);
    }""", LEAST_TARGET_PX)  # type: ignore[no-any-return]  # fmt: skip


def sideways_scroll(page: Page, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """The page never scrolls sideways; names the widest offender."""
    found, before = [], page.viewport_size
    for width in widths:
        page.set_viewport_size({"width": width, "height": 740})
        found += [f"at {width} px: {text}" for text in page.evaluate(_SIDEWAYS)]
    if before:
        page.set_viewport_size(before)
    return found


def twice_the_text(page: Page) -> list[str]:
    """At 200 % text nothing is cut off and nothing scrolls sideways."""
    before = page.viewport_size
    page.set_viewport_size({"width": 1280, "height": 740})
    # CSP forbids a style element; the browser's own API is what a person's setting is.
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found = [f"at 200 % text: {text}" for text in page.evaluate(_SIDEWAYS)]
    page.evaluate("document.documentElement.removeAttribute('style')")
    if before:
        page.set_viewport_size(before)
    return found


_SIDEWAYS = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    const out = [...document.body.querySelectorAll("*")].filter((e) => { const b = e.getBoundingClientRect(); return b.width && (b.right > wide + 1 || b.left < -1) && !e.closest(".vh"); });
    return [`sideways scroll of ${document.documentElement.scrollWidth - wide} px by ${out.slice(0, 3).map((e) => e.tagName.toLowerCase() + "." + e.className).join(", ")}`];
}"""


def visible_focus(page: Page, steps: int = 12) -> list[str]:
    """The first stops of the Tab key show a ring, and each of them is on the screen."""
    found = []
    page.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0)")
    for _ in range(steps):
        page.keyboard.press("Tab")
        stop = page.evaluate("""() => { const e = document.activeElement; if (!e || e === document.body) return null;
            const s = getComputedStyle(e), b = e.getBoundingClientRect();
            return { name: e.textContent.trim().slice(0, 30) || e.name || e.tagName, ring: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2,
                     seen: b.bottom > 0 && b.top < innerHeight && b.right > 0 && b.left < innerWidth }; }""")  # fmt: skip
        if stop is None:
            break
        if not stop["ring"]:
            found.append(f"no focus ring: {stop['name']}")
        if not stop["seen"]:
            found.append(f"focus off the screen: {stop['name']}")
    return found


def axe_violations(page: Page) -> list[str]:
    """axe-core with WCAG 2.2 AA and best practice."""
    before = page.viewport_size
    # As high as the page is, so that a bar under the thumb covers nothing while axe measures.
    height = min(20_000, int(page.evaluate("document.documentElement.scrollHeight")))
    page.set_viewport_size({"width": before["width"] if before else 1280, "height": max(740, height)})
    result: Any = Axe().run(page, options={"runOnly": AXE_TAGS})
    if before:
        page.set_viewport_size(before)
    return [
        f"axe {violation['id']}: {violation['help']} ({', '.join(str(node['target'][0]) for node in violation['nodes'][:3])})"
        for violation in result.response["violations"]
    ]
