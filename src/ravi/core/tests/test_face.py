"""The parts of the face: what they draw, and what their stylesheets must never say."""

import gzip
import hashlib
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django import forms
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from ravi.core import beads, views
from ravi.core.assets import asset_url
from ravi.core.threads import strand_sentence

ROOT = Path(__file__).parents[4]
STATIC = ROOT / "src" / "ravi" / "core" / "static" / "ravi"
FONT_SHA256 = "e028fc32ea5f08ff5533db07ea4250cf0090bff989de29eaf740fa491b586a14"
SHEETS = sorted((ROOT / "src" / "ravi").glob("*/static/*/css/**/*.css"))
FIRST_LOAD_BYTES = 150 * 1024


@pytest.fixture(autouse=True)
def persian() -> Iterator[None]:
    with translation.override("fa"):
        yield


@pytest.fixture(scope="module")
def assets() -> ModuleType:
    spec = importlib.util.spec_from_file_location("assets", ROOT / "tools" / "assets.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def draw(template: str, **context: object) -> str:
    return Template("{% load ravi %}" + template).render(Context(context))


# Stylesheets and scripts


def test_the_joined_files_are_those_of_their_sources(assets: ModuleType):
    assert (STATIC / "ravi.css").read_text("utf-8") == assets.stylesheet()
    assert (STATIC / "ravi.js").read_text("utf-8") == assets.script()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.stem)
def test_stylesheets_know_no_left_and_right(sheet: Path):
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
    sides = r"(?:^|[;{\s])(?:(?:margin|padding|border|inset)-(?:left|right|top|bottom)[\w-]*|left|right|top|bottom)\s*:"
    assert re.findall(sides, text) == []
    assert re.findall(r"(?:float|clear|text-align)\s*:\s*(?:left|right)", text) == []
    assert re.findall(r"(?:^|[;{\s])(?:width|height)\s*:", text) == []
    assert re.findall(r"letter-spacing|font-style|:\s*justify|(?<!-)opacity|@import|https?:", text) == []
    assert "@layer" in text or sheet.stem == "font"
    assert len(text.splitlines()) < 150


def test_important_is_only_for_hiding():
    for sheet in SHEETS:
        for line in sheet.read_text("utf-8").splitlines():
            assert "!important" not in line or "display: none !important" in line


@pytest.mark.parametrize("script", sorted((STATIC / "js").glob("*.js")), ids=lambda path: path.stem)
def test_scripts_are_small_and_never_read_words_as_code(script: Path):
    text = script.read_text("utf-8")
    assert len(text.splitlines()) <= 150
    assert re.findall(r"\beval\(|new Function|document\.write|[\x22\x27`]https?://", text) == []


def test_the_font_is_the_one_that_was_made(assets: ModuleType):
    font = STATIC / "font" / "vazirmatn-33.0.3.woff2"
    assert hashlib.sha256(font.read_bytes()).hexdigest() == FONT_SHA256
    assert font.stat().st_size < 80_000
    assert "SIL Open Font License" in (STATIC / "font" / "OFL.txt").read_text("utf-8")
    assert font.name in (STATIC / "ravi.css").read_text("utf-8")


def test_a_first_load_is_light(rf: RequestFactory):
    page = gzip.compress(views.components(rf.get("/components/")).content)
    names = ("ravi/ravi.css", "ravi/ravi.js", "ravi/sprite.svg", "ravi/icon.svg")
    files = [gzip.compress(Path(str(finders.find(name))).read_bytes()) for name in names]
    font = (STATIC / "font" / "vazirmatn-33.0.3.woff2").read_bytes()
    assert sum(map(len, [page, font, *files])) < FIRST_LOAD_BYTES


def test_every_drawing_that_templates_ask_for_is_in_the_sprite():
    there = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "sprite.svg").read_text("utf-8")))
    asked = {f"b-{bead.symbol}" for bead in beads.BEADS.values()} | {f"b-{name}" for name in beads.MARKS}
    for template in (ROOT / "src" / "ravi").glob("*/templates/**/*.html"):
        text = template.read_text("utf-8")
        asked |= {f"i-{name}" for name in re.findall(r"""{% icon ["']([\w-]+)["']""", text)}
        asked |= set(re.findall(r"""{% drawing ["']([\w-]+)["']""", text))
    assert asked - there == set()


# Templates


@pytest.mark.parametrize(
    "template",
    sorted((ROOT / "src" / "ravi").glob("*/templates/**/*.html")),
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_templates_carry_no_inline_style_or_script(template: Path):
    text = template.read_text("utf-8")
    assert re.findall(r"""<style|\sstyle=|\son\w+=["']|hx-on|javascript:""", text) == []
    assert re.findall(r"<script(?![^>]*(?:\ssrc=|application/(?:ld\+)?json))", text) == []
    assert re.findall(r"""(?:src|href|action)=["']https?://""", text) == []


def test_the_page_of_components_is_whole_in_both_languages(rf: RequestFactory):
    persian = views.components(rf.get("/components/")).content.decode()
    assert '<html lang="fa-IR" dir="rtl">' in persian
    with translation.override("en"):
        english = views.components(rf.get("/components/")).content.decode()
    assert '<html lang="en" dir="ltr">' in english
    words = re.sub(r"<[^>]*>", " ", english.replace("فارسی", ""))
    assert re.findall(r"[\u0600-\u06FF]{2,}", words) == []


@pytest.mark.parametrize("name", ["400", "403", "403_form", "404", "500", "503", "503_full"])
def test_pages_for_what_went_wrong_draw_without_anybody(name: str):
    drawn = render_to_string(f"{name}.html", {"person": None, "nav": []})
    assert "<h1>" in drawn
    assert "خطا" not in drawn and "لطفاً" not in drawn


def test_a_reason_for_a_refusal_is_said():
    assert "تأیید این پیام با کارشناس سلامت است." in render_to_string(
        "403.html", {"reason": "تأیید این پیام با کارشناس سلامت است.", "nav": []}
    )


# Tags and parts


def test_a_bead_has_shape_colour_and_word():
    drawing = f'<use href="{asset_url("ravi/sprite.svg")}#b-unknown"/>'
    assert draw('{% bead "unknown" label=True %}') == (
        f'<svg class="bead is-unknown i-turns" aria-hidden="true">{drawing}</svg><span class="vh">نامعلوم</span>'
    )
    assert "منتشر شد" in draw('{% state "sent" %}')
    assert "همان متن" in draw('{% state "sent" "همان متن" %}')


def test_an_unlisted_state_is_a_mistake():
    with pytest.raises(KeyError):
        draw('{% bead "green" %}')


def test_the_address_of_a_file_carries_its_mark():
    assert re.fullmatch(r"/static/ravi/ravi\.css\?v=[0-9a-f]{8}", asset_url("ravi/ravi.css"))
    with pytest.raises(FileNotFoundError):
        asset_url("ravi/nothing.css")


def test_the_strand_says_what_it_draws():
    counts = {"sent": 320, "corrected": 9, "sending": 18, "unknown": 4, "blocked": 6, "missed": 3}
    assert strand_sentence(counts) == "۳۲۹ نسخه از ۳۶۰ منتشر شد، ۱۸ در راه است، ۱۳ نسخه رسیدگی می‌خواهد"
    drawn = draw("{% strand counts %}", counts=counts)
    assert strand_sentence(counts) in drawn
    assert re.findall(r'class="(s-[\w]+)" d="M(\d+) 6H(\d+)"', drawn) == [
        ("s-rest", "0", "1000"),
        ("s-sent", "0", "914"),
        ("s-going", "917", "964"),
        ("s-unknown", "967", "975"),
        ("s-not", "978", "1000"),
    ]


def test_one_lost_copy_among_many_is_still_seen():
    drawn = draw("{% strand counts %}", counts={"sent": 29_999, "failed": 1})
    assert re.findall(r'class="(s-[\w]+)" d="M(\d+) 6H(\d+)"', drawn)[1:] == [
        ("s-sent", "0", "992"),
        ("s-not", "995", "1000"),
    ]


def test_an_empty_message_is_a_bare_line():
    assert "s-sent" not in draw("{% strand counts %}", counts={})


def test_counters_say_how_much_and_draw_it():
    assert "۲۰۶ از ۱٬۰۲۴" in draw('{% fork "تلگرام" 206 1024 %}')
    near = draw('{% fork "بلواسکای" 276 300 %}')
    assert 'class="fork is-near"' in near
    over = draw('{% fork "ماستودون" 538 500 own=True %}')
    assert 'class="fork fork-own is-over"' in over
    assert "۳۸ بیش از ۵۰۰" in over
    assert "بدون سقف" in draw('{% fork "وبگاه" 9000 None %}')


def test_handles_and_user_texts_are_safe_and_in_order():
    assert draw("{{ h|handle }}", h="@a<b>") == '<bdi dir="ltr">@a&lt;b&gt;</bdi>'
    assert (
        draw("{{ t|linebreaks_auto }}", t="یک\n<b>\n\nدو") == '<p dir="auto">یک<br>&lt;b&gt;</p>\n<p dir="auto">دو</p>'
    )


def test_numbers_follow_the_page():
    assert draw("{{ n|fa_num }} {{ t|fa_num }}", n=1405, t="1405") == "۱٬۴۰۵ ۱۴۰۵"
    assert draw("{{ s|own_digits }}", s="H5N1 در 12 کانال") == "H5N1 در ۱۲ کانال"


def test_a_files_size_is_said_in_words():
    sizes = {"a": 20, "b": 37_600, "c": 4_240_000, "d": 50_000_000}
    said = draw("{{ a|file_size }}، {{ b|file_size }}، {{ c|file_size }}، {{ d|file_size }}", **sizes)
    assert said == "۱ کیلوبایت، ۳۸ کیلوبایت، ۴٫۲ مگابایت، ۵۰ مگابایت"


def test_the_initial_of_a_person_is_not_a_title():
    assert draw("{{ n|initial }}", n="دکتر آرش بهنام") == "آ"


class Question(forms.Form):
    title = forms.CharField(label="عنوان", help_text="کوتاه", max_length=5)
    note = forms.CharField(label="یادداشت", required=False)
    mail = forms.EmailField(label="ایمیل", required=False)
    yes = forms.BooleanField(label="بله", required=False)
    one = forms.ChoiceField(label="یکی", choices=[("a", "الف"), ("b", "ب")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_form_draws_each_field_in_its_own_way():
    drawn = str(Question())
    assert '<label for="id_title">عنوان</label>' in drawn
    assert '<p class="hint" id="id_title_helptext">کوتاه</p>' in drawn
    assert 'aria-describedby="id_title_helptext"' in drawn
    assert 'dir="auto"' in re.search(r"<input[^>]*name=\"note\"[^>]*>", drawn)[0]
    assert 'dir="ltr"' in re.search(r"<input[^>]*name=\"mail\"[^>]*>", drawn)[0]
    assert "(اختیاری)" in drawn
    assert '<label class="choice" for="id_yes">' in drawn
    assert "<fieldset" in drawn and "<legend>یکی</legend>" in drawn
    assert drawn.count('name="secret"') == 1


def test_a_wrong_form_says_so_at_the_top_and_at_the_place():
    form = Question({"title": "بلندتر از جا", "one": "a"})
    drawn = str(form)
    sentence = "۱۲ نویسه نوشته‌اید و جا برای ۵ نویسه است. کوتاهش کنید."
    assert f'<a href="#id_title">عنوان: {sentence}</a>' in drawn
    assert f"<span>{sentence}</span>" in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="id_title_helptext id_title_error"' in drawn
    assert "این‌جا خالی است؛ پُرش کنید." in str(Question({"title": ""}))


def test_words_of_the_page_never_become_markup():
    drawn = str(Question({"title": "<b>x"}))
    assert "<b>x" not in drawn
