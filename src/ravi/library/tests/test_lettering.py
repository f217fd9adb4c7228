"""What the letters can show, how lines break, and that a card cuts nothing. How they look, a browser judges: tests/journeys."""

import json
import subprocess
import sys

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor

from ravi.library.card import COLOURS, LONGEST_TITLE, LONGEST_WORDS, MEASURES, Card, Colours, Shape, Theme, card_of
from ravi.library.drawing import ENVIRONMENT
from ravi.library.lettering import sign
from ravi.library.lettering.card import DoesNotFit, Sheet, draw_card
from ravi.library.lettering.face import FONT, Face, can_draw
from ravi.library.lettering.paragraph import direction, in_context, pieces
from ravi.library.lettering.setting import WordTooWide, broken, paragraphs

LRM, RLM, ALM, LRI, PDI = "\u200e", "\u200f", "\u061c", "\u2066", "\u2069"
OVERRIDES = {*range(0x202A, 0x202F), 0x200B}


def card(title="", words="سلام", shape=Shape.SQUARE, theme=Theme.PAPER, **more):
    foot = {"unit": "بیمارستان امید", "below": "دانشگاه علوم پزشکی سپیدرود، ۵ آذر ۱۴۰۵"}
    return Card(title, words, shape, theme, **foot | more)


def test_the_table_of_signs_is_the_fonts_own():
    has = set(TTFont(FONT).getBestCmap())
    shown = {code for code in range(0x20, 0x1_1000) if not sign.lacking(chr(code))}
    assert shown - has <= {ord(LRI), ord(PDI), 0x2068}
    assert has - shown == OVERRIDES


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("می‌خواهیم «ویروس» (H1N1) ۱۲٪\n021-190", []),
        ("سلام 😀 و 👨‍👩‍👧 و 😀", ["😀", "👨‍👩‍👧"]),
        ("پیامبر ﷺ", ["ﷺ"]),
        ("❤️ Élise", ["❤️", "É"]),
        ("a\u202eb\tc", ["\u202e", "\t"]),
        ("مُدّتُّ بًًًد", ["بًًً"]),
        (f"{LRI}021-190{PDI}", []),
    ],
)
def test_a_sign_that_the_letters_lack_is_named(text, lacks):
    assert sign.lacking(text) == lacks


def test_signs_in_a_sentence():
    assert sign.named(["😀", "\u202e"]) == "😀 U+202E"
    assert sign.named(list("😀😁😂🤣😃😄")) == "😀 😁 😂 🤣 😃 …"
    assert sign.without_lacking("واکسن 💉 رایگان\n😀 است") == "واکسن رایگان\nاست"


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("سلام WHO", "rtl"),
        ("WHO سلام", "ltr"),
        (f"{LRI}WHO{PDI} سلام", "rtl"),
        ("190", "rtl"),
        ("1. Wash", "ltr"),
        ("", "rtl"),
    ],
)
def test_a_paragraph_runs_as_its_first_letter_does(text, way):
    assert direction(text) == way


def test_a_phone_is_one_piece():
    phone = f"{LRI}۰۲۱-۸۸۳۶ ۱۲۳۴{PDI}"
    assert pieces(f"تلفن {phone}، داخلی ۵") == ["تلفن", f"{phone}،", "داخلی", "۵"]


@pytest.mark.parametrize(
    ("line", "before", "after", "drawn"),
    [
        ("سلام", "", "", "سلام"),
        ("Health,", "World", "Organization", f"{LRM}Health,{LRM}"),
        ("است (", "سلام", "WHO", f"{ALM}است ({LRM}"),
        ("2024,", "H1N1", "2025", f"{LRM}2024,{LRM}"),
        ("۱۲،", "سلام", "۱۳", f"{ALM}۱۲،{RLM}"),
        ("(", "سلام", f"{LRI}021-190{PDI}", f"{ALM}("),
    ],
)
def test_a_line_knows_what_was_cut_off_beside_it(line, before, after, drawn):
    assert in_context(line, before, after) == drawn


def test_lines_are_few_and_equal():
    face = Face(400, "fa")
    (one,) = paragraphs("یک دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده", face.width)
    lines = broken(one, 14, face.width)
    greedy = broken(one, sum(one.widths) + 20 * one.space, face.width)
    assert len(greedy) == 1 and len(lines) == 2
    assert max(line.width for line in lines) - min(line.width for line in lines) < 2.5
    assert all(line.width <= 14 for line in lines)


def luminance(colour):
    parts = [part / 255 for part in ImageColor.getrgb(colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", COLOURS.values(), ids=COLOURS)
def test_every_theme_can_be_read(colours: Colours):
    assert min(contrast(part, colours.ground) for part in (colours.title, colours.words, colours.second)) >= 4.5
    assert min(contrast(part, colours.ground) for part in (colours.thread, colours.bead)) >= 3


def test_the_same_card_is_the_same_bytes_and_comes_back_from_its_recipe():
    made = card("عنوان", "متن", Shape.WIDE, Theme.INK)
    assert card_of(json.loads(json.dumps(made.recipe()))) == made
    assert draw_card(made) == draw_card(card_of(made.recipe()))
    assert draw_card(made) != draw_card(card("عنوان", "متن", Shape.WIDE, Theme.LAPIS))


@pytest.mark.parametrize("shape", Shape)
def test_each_shape_has_its_sides(shape):
    drawn = Sheet(card(shape=shape)).drawn()
    assert drawn.size == (MEASURES[shape].width, MEASURES[shape].height)


def test_few_words_stand_large_and_many_small():
    few, many = Sheet(card(words="دست‌ها را بشویید")), Sheet(card(words="دست‌ها را با آب و صابون بشویید. " * 14))
    assert few.words.size == MEASURES[Shape.SQUARE].largest
    assert MEASURES[Shape.SQUARE].smallest <= many.words.size < few.words.size


def test_too_many_words_are_refused_with_how_many_lines_they_need():
    with pytest.raises(DoesNotFit) as refused:
        Sheet(card(words="سلامت " * 110, shape=Shape.WIDE))
    assert 0 < refused.value.room < refused.value.lines
    with pytest.raises(WordTooWide) as wide:
        Sheet(card(words="سلام " + "س" * 200))
    assert wide.value.word == "س" * 200


PERSIAN = st.sampled_from("ابپتجچدرزسشصطعفقکگلمنوهیآئأؤةكيڕێۆەۇ")
OTHERS = st.sampled_from("\u200cabgjpqyHWM0189۰۱۸۹٠٪%()[]«»-–.,،؛؟!:/@#+")
LETTERS = PERSIAN | OTHERS | st.builds(str.__add__, PERSIAN, st.sampled_from(["ّ", "ً", "ِ", "ُّ"]))
WORDS = st.lists(st.lists(LETTERS, min_size=1, max_size=9).map("".join), min_size=1, max_size=32).map(" ".join)
TEXTS = st.lists(WORDS, min_size=1, max_size=2).map(lambda parts: "\n".join(parts)[:300])


def is_within_margins(image: Image.Image, made: Card) -> bool:
    """Whether nothing but the ground stands outside the margins; the beads reach a little into them."""
    measures = MEASURES[made.shape]
    left, top, right, bottom = measures.side - 24, measures.top - 44, measures.side - 24, measures.bottom - 24
    inside = (left, top, image.width - right, image.height - bottom)
    ground = Image.new("RGB", image.size, COLOURS[made.theme].ground)
    ground.paste(image.crop(inside), (left, top))
    return ground.tobytes() == image.tobytes()


@settings(max_examples=60)
@given(TEXTS, st.sampled_from(Shape), st.lists(LETTERS, max_size=9).map("".join))
def test_a_text_of_three_hundred_letters_fits_within_the_margins(words, shape, title):
    made = card(title, words, shape)
    assert is_within_margins(Sheet(made).drawn(), made)


@settings(max_examples=25)
@given(st.lists(LETTERS | st.sampled_from(" \n"), min_size=1, max_size=350).map("".join), st.sampled_from(Shape))
def test_whatever_is_typed_is_drawn_whole_or_refused(words, shape):
    made = card("", words, shape)
    try:
        sheet = Sheet(made)
    except DoesNotFit as refused:
        assert refused.lines > refused.room >= 0
    except WordTooWide as refused:
        smallest, column = MEASURES[shape].smallest, MEASURES[shape].width - 2 * MEASURES[shape].side
        assert Face(550, "fa").width(refused.word, "rtl") * smallest > column * 0.8
    else:
        assert is_within_margins(sheet.drawn(), made)


def test_the_process_answers_with_a_picture_or_why_not():
    def ask(order):
        done = subprocess.run(
            [sys.executable, "-m", "ravi.library.lettering"],
            input=json.dumps(order).encode() + b"\n",
            capture_output=True,
            env=ENVIRONMENT,
            check=True,
        )
        head, _newline, content = done.stdout.partition(b"\n")
        return json.loads(head), content

    head, content = ask({"card": card().recipe()})
    assert head == {"media_type": "image/jpeg", "width": 1080, "height": 1080} and content == draw_card(card())[0]
    assert ask({"card": card(words="س" * 300).recipe()})[0] == {"refused": "word_too_wide", "word": "س" * 300}
    head, content = ask({"card": card(words="سلامت " * 110, shape=Shape.WIDE).recipe()})
    assert head["refused"] == "card_too_long" and head["lines"] > head["room"]


def test_the_library_that_orders_mixed_text_is_here():
    assert can_draw()
    assert LONGEST_TITLE < LONGEST_WORDS
