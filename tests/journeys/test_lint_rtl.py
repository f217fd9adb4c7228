"""Each rule of the lint finds what it is for on a page made wrong on purpose, and is silent on its right twin."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys import lint_rtl

pytestmark = pytest.mark.journey

PAGE = """<!doctype html><html lang="{lang}" dir="{dir}"><head><meta charset="utf-8"><title>x</title>{head}</head>
<body>{body}</body></html>"""
Draw = Callable[..., Page]


@pytest.fixture
def draw(chromium: Browser) -> Iterator[Draw]:
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()

    def drawn(body: str = "", *, head: str = "", lang: str = "fa-IR", way: str = "rtl") -> Page:
        page.set_content(PAGE.format(lang=lang, dir=way, head=head, body=body))
        return page

    yield drawn
    context.close()


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [
        (lint_rtl.phone_order, "<p>تلفن 021-88881234 است</p>", '<p>تلفن <bdi dir="ltr">021-88881234</bdi> است</p>'),
        (
            lint_rtl.phone_order,
            "<p>تلفن +98 21 4030 9000 است</p>",
            '<p>تلفن <bdi dir="ltr">+98 21 4030 9000</bdi> است</p>',
        ),
        (lint_rtl.upright_letters, "<em>سلامت</em>", "<strong>سلامت</strong>"),
        (lint_rtl.target_sizes, "<div><button>برو</button></div>", "<button class=big>برو</button>"),
        (lint_rtl.target_sizes, "<nav><a href='#a'>پیام‌ها</a></nav>", "<p>در <a href='#a'>پیام‌ها</a> ببینید</p>"),
        (lint_rtl.physical_sides, '<p class="slip">متن</p>', "<p>متن</p>"),
        (lint_rtl.visible_focus, "<button class='bare'>برو</button>", "<button>برو</button>"),
        (lint_rtl.sideways_scroll, '<div class="wide">متن</div>', "<div>متن</div>"),
        (lint_rtl.twice_the_text, '<div class="rems">متن</div>', "<div>متن</div>"),
    ],
)
def test_rule_finds_the_wrong_page_and_leaves_the_right_one(draw: Draw, rule, wrong: str, right: str):
    sides = "<style>.slip { margin-left: 4px }</style>" if "slip" in wrong else ""
    head = (
        "<style>.big { min-height: 44px } .bare:focus { outline: none } .wide { width: 1400px } "
        f".rems {{ width: 60rem }} button:focus-visible {{ outline: 3px solid }}</style>{sides}"
    )
    assert rule(draw(wrong, head=head)) != []
    assert rule(draw(right, head=head.replace(sides, "") if sides else head)) == []


@pytest.mark.parametrize(
    ("style", "word"),
    [
        ("letter-spacing: 3px", "letters spaced"),
        ("opacity: .5", "see-through"),
        ("text-align: justify", "justified"),
        ("font-size: 11px", "too small"),
        ("font-style: italic", "slanted"),
    ],
)
def test_letters_are_judged_by_what_is_computed(draw: Draw, style: str, word: str):
    found = lint_rtl.upright_letters(draw("<p>سلامت</p>", head=f"<style>p {{ {style} }}</style>"))
    assert [word in sentence for sentence in found] == [True]


def test_language_and_direction_must_agree_with_what_is_read(draw: Draw):
    assert lint_rtl.right_language(draw("<p>متن</p>", way="ltr")) != []
    assert lint_rtl.right_language(draw("<p>text</p>", lang="en", way="ltr"), "en") == []


def test_a_stand_in_font_is_found(draw: Draw):
    assert lint_rtl.font_loaded(draw("<p>متن</p>")) == ["Vazirmatn is not loaded"]


def test_a_request_to_another_house_is_found(draw: Draw):
    page = draw("<p>متن</p>")
    foreign = lint_rtl.watch_requests(page)
    page.set_content('<img src="http://127.0.0.1:9/a.png" alt="">')
    assert foreign() == ["foreign request: http://127.0.0.1:9/a.png"]


def test_axe_speaks(draw: Draw):
    found = lint_rtl.axe_violations(draw("<main><h1>متن</h1><img src='data:,'></main>"))
    assert any("image-alt" in sentence for sentence in found)
