"""Words on pictures, judged by a shaper that is not ours: each hard string drawn by Ravi and by Chromium in the same letters."""

import base64
import html
import io
from dataclasses import dataclass, replace
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageStat
from playwright.sync_api import Browser

from ravi.library.lettering.drawing import draw_lines
from ravi.library.lettering.face import FONT, Face
from ravi.library.lettering.paragraph import STAND_IN
from ravi.library.lettering.setting import Line, broken, paragraphs
from ravi.text.bidi import isolate_runs

pytestmark = pytest.mark.journey

SIZE, STEP, ROOM = 64, 128, 32
# How far widths may differ (share of the width), and how much of the ink must lie within two pixels of the other's.
WIDTH_TOLERANCE, LEAST_OVERLAP = 0.004, 0.985
HARD = {
    "half-spaces": ("fa", "می‌خواهیم خانه‌های بهداشت نزدیک‌تر شوند"),
    "marks": ("fa", "مدّتی لطفاً به اعضای محترمِ خانهٔ بهداشت، مثلاً مُدیرِ آن، خبر دهید"),
    "a phone": ("fa", "تلفن 021-190 یا ۰۲۱-۸۸۳۶ ۱۲۳۴، داخلی ۵"),
    "a plus": ("fa", "پیام‌رسان +98 912 000 0000 برای گزارش"),
    "brackets": ("fa", "واکسن (نوبت دوم) [رایگان] «از شنبه» است"),
    "brackets around Latin": ("fa", "ویروس آنفلوانزا (H1N1) و کووید (COVID-19)؛"),
    "Latin names": ("fa", "سازمان جهانی بهداشت (World Health Organization) گفت: WHO 2024."),
    "an address": ("fa", "نشانی: https://ravi.example/vaccine?id=12 را ببینید!"),
    "handles": ("fa", "کانال @omid_hospital در تلگرام، #واکسن_آنفلوانزا"),
    "percent and date": ("fa", "۱۲٫۵٪ یا 45% تا ۱۴۰۵/۰۹/۰۵؛ 2026-11-26 دما −۵٫۵°"),
    "mixed digits": ("fa", "۱۲۳ 456 ٧٨٩ از ۸ تا ۱۹ آذر، ساعت ۸:۳۰"),
    "lam-alif and kashida": ("fa", "سلام اسلام الله لله لا إلا ســـلام"),
    "Arabic": ("ar", "يُرجى من المواطنين الكرام مراجعةُ أقرب مركزٍ صحّي؟"),
    "Kurdish": ("ckb", "تکایە ڕۆژی شەممە بۆ وەرگرتنی ڤاکسین سەردانی بنکەی تەندروستی بکەن"),
    "Azerbaijani": ("azb", "لوطفاً ان یاخین ساغلیق ائوینه گلین، گؤروشوروک؛ اۇزون گۆن"),
    "English": ("en", "From 8 to 19 Azar (8 am–2 pm), at any “health house”: 021-190."),
    "English around Persian": ("en", "The word «بهداشت» (behdasht) means health, 100%."),
    "only a number": ("fa", "190"),
    "ends with a bracket": ("fa", "رایگان برای همه (بدون نوبت)"),
}
WRAPPED = {
    "Latin over two lines": "گزارش سازمان جهانی بهداشت به نام World Health Organization, Eastern Mediterranean Office منتشر شد.",
    "brackets over two lines": "واکسن آنفلوانزا (برای سالمندان، مادران باردار و بیماران قلبی، اگر حالشان خوب است) رایگان است.",
    "numbers at the edges": "از ۸ تا ۱۹ آذر با ۱۲٪ تخفیف در ۴۵٪ مراکز و 12% دیگر، ساعت 8-14 با شمارهٔ 021-190 یا H1N1 2024.",
}


@dataclass(frozen=True)
class Look:
    """Ink on black, cut to what is inked, and how far the pen went."""

    ink: Image.Image
    width: float


def line_of(text: str, lang: str) -> tuple[Line, Face]:
    face = Face(400, lang)
    ((line,),) = [broken(one, 1e6, face.width) for one in paragraphs(text, face.width)]
    return line, face


def ours(line: Line, face: Face) -> Look:
    wide = round(line.width * SIZE) + 4 * ROOM
    image = Image.new("RGB", (wide, STEP + 2 * ROOM), "black")
    draw_lines(
        ImageDraw.Draw(image),
        [line],
        face,
        size=SIZE,
        left=2 * ROOM,
        right=wide - 2 * ROOM,
        top=ROOM,
        step=STEP,
        fill="white",
    )
    return Look(_cut(image), line.width * SIZE)


def _cut(image: Image.Image) -> Image.Image:
    grey = image.convert("L")
    return grey.crop(grey.point(lambda value: 255 if value > 40 else 0).getbbox())


def overlap(one: Image.Image, other: Image.Image) -> float:
    """The share of ink that lies within two pixels of the other's ink, the worse way round, both begun at one corner."""
    size = (max(one.width, other.width), max(one.height, other.height))
    spread = []
    for image in (one, other):
        canvas = Image.new("L", size)
        canvas.paste(image, (size[0] - image.width, 0))
        spread.append(canvas)

    def covered(ink: Image.Image, by: Image.Image) -> float:
        near = by.filter(ImageFilter.MaxFilter(5))
        return ImageStat.Stat(ImageChops.darker(ink, near)).sum[0] / ImageStat.Stat(ink).sum[0]

    return min(covered(spread[0], spread[1]), covered(spread[1], spread[0]))


def agree(mine: Look, theirs: Look) -> bool:
    is_as_wide = abs(mine.width - theirs.width) <= max(1.0, theirs.width * WIDTH_TOLERANCE)
    return is_as_wide and overlap(mine.ink, theirs.ink) >= LEAST_OVERLAP


STYLE = """
@font-face {{ font-family: judged; src: url(data:font/woff2;base64,{font}); font-weight: 100 900; }}
body {{ margin: 0; background: #000; color: #fff; font: 400 {size}px/2 judged; text-rendering: geometricPrecision; }}
p {{ margin: 0; padding: {room}px {twice}px; width: max-content; }} p > span {{ white-space: pre; }}
"""


@pytest.fixture(scope="module")
def judge(chromium: Browser) -> Any:
    """Draws (language, direction, spans of which each is a line) and gives a Look per line."""
    style = STYLE.format(font=base64.b64encode(FONT.read_bytes()).decode(), size=SIZE, room=ROOM, twice=2 * ROOM)
    page = chromium.new_page(viewport={"width": 4000, "height": 900})

    def look(lang: str, direction: str, lines: list[str], width: float = 0) -> list[Look]:
        spans = " ".join(f"<span>{html.escape(line)}</span>" for line in lines)
        wide = f"width:{width + 2}px" if width else ""
        page.set_content(
            f'<meta charset="utf-8"><style>{style}</style><p lang="{lang}" dir="{direction}" style="{wide}">{spans}</p>'
        )
        page.evaluate("document.fonts.ready")
        boxes = page.evaluate(
            "[...document.querySelectorAll('span')].map(s => { const b = s.getBoundingClientRect();"
            " return [b.x, b.y, b.width, b.height] })"
        )
        shot = Image.open(io.BytesIO(page.screenshot(full_page=True)))
        return [
            Look(_cut(shot.crop((round(x) - ROOM, round(y - 20), round(x + w) + ROOM, round(y + h + 20)))), w)
            for x, y, w, h in boxes
        ]

    yield look
    page.close()


@pytest.mark.parametrize("name", HARD)
def test_a_hard_string_looks_as_in_a_browser(judge: Any, name: str) -> None:
    lang, text = HARD[name]
    line, face = line_of(text, lang)
    mine, (theirs,) = ours(line, face), judge(lang, line.direction, [isolate_runs(text)])
    assert mine.width == pytest.approx(theirs.width, rel=WIDTH_TOLERANCE, abs=1)
    assert overlap(mine.ink, theirs.ink) >= LEAST_OVERLAP


@pytest.mark.parametrize("name", WRAPPED)
@pytest.mark.parametrize("width", [9, 11, 14, 18])
def test_a_broken_paragraph_keeps_its_order_over_the_lines(judge: Any, name: str, width: int) -> None:
    face = Face(400, "fa")
    (paragraph,) = paragraphs(WRAPPED[name], face.width)
    lines = broken(paragraph, width, face.width)
    assert len(lines) > 1
    looks = judge("fa", "rtl", alone(lines), max(line.width for line in lines) * SIZE)
    assert (
        min(overlap(ours(line, face).ink, theirs.ink) for line, theirs in zip(lines, looks, strict=True))
        >= LEAST_OVERLAP
    )


def alone(lines: list[Line]) -> list[str]:
    """The lines without the marks that stand for their neighbours."""
    return [line.text.strip("".join(STAND_IN.values())) for line in lines]


def test_a_line_that_does_not_know_its_neighbours_is_seen(judge: Any) -> None:
    face = Face(400, "fa")
    (paragraph,) = paragraphs(WRAPPED["Latin over two lines"], face.width)
    lines = broken(paragraph, 14, face.width)
    looks = judge("fa", "rtl", alone(lines), max(line.width for line in lines) * SIZE)
    forgetful = [replace(line, text=text) for line, text in zip(lines, alone(lines), strict=True)]
    assert (
        min(overlap(ours(line, face).ink, look.ink) for line, look in zip(lines, looks, strict=True)) >= LEAST_OVERLAP
    )
    assert (
        min(overlap(ours(line, face).ink, look.ink) for line, look in zip(forgetful, looks, strict=True))
        < LEAST_OVERLAP
    )


def unjoined(line: Line, face: Face) -> Look:
    """As a library without shaping draws it: letters alone."""
    return _badly(line, face, features=["-init", "-medi", "-fina", "-rlig", "-liga", "-calt"])


def reversed_order(line: Line, face: Face) -> Look:
    return _badly(line, face, text=line.text[::-1])


def without_half_space(line: Line, face: Face) -> Look:
    return _badly(line, face, text=line.text.replace("\u200c", ""))


def unmirrored(line: Line, face: Face) -> Look:
    return _badly(line, face, text=line.text.translate(str.maketrans("()[]«»", ")(][»«")))


def without_islands(line: Line, face: Face) -> Look:
    return _badly(line, face, text=line.text.translate(dict.fromkeys(map(ord, "\u2066\u2069"))))


def _badly(line: Line, face: Face, text: str = "", features: list[str] | None = None) -> Look:
    image = Image.new("RGB", (4000, STEP + 2 * ROOM), "black")
    font: ImageFont.FreeTypeFont = face.at(SIZE)
    said = {"direction": line.direction, "language": face.lang, "features": features}
    ImageDraw.Draw(image).text((3900, 120), text or line.text, fill="white", font=font, anchor="rs", **said)
    return Look(_cut(image), font.getlength(text or line.text, **said))


@pytest.mark.parametrize(
    ("mutant", "name"),
    [
        (unjoined, "half-spaces"),
        (unjoined, "Arabic"),
        (reversed_order, "half-spaces"),
        (reversed_order, "brackets"),
        (without_half_space, "half-spaces"),
        (unmirrored, "brackets"),
        (unmirrored, "ends with a bracket"),
        (without_islands, "a phone"),
        (without_islands, "a plus"),
    ],
)
def test_what_is_drawn_wrongly_is_seen(judge: Any, mutant: Any, name: str) -> None:
    lang, text = HARD[name]
    line, face = line_of(text, lang)
    (theirs,) = judge(lang, line.direction, [isolate_runs(text)])
    assert agree(ours(line, face), theirs)
    assert not agree(mutant(line, face), theirs)
