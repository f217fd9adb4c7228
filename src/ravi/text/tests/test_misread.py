"""What Bale would take for formatting is found; what people write every day is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.text.misread import line_of_misreading, place_of_misreading

PLAIN = [
    "", "سلام", "#خانه_بهداشت و #واکسن_آنفلوآنزا", "https://example.org/a_b_c?d=*1*2", "name_of@example.org",
    "کد *4*1# را بگیرید", "۲*۳*۴", "* یک\n* دو", "- یک\n- دو", "قیمت* آزاد است\n*به‌جز جمعه", "a * b * c", "[الف] (ب)",
    "(الف)[ب]", "یک `", "_ _", "**", "__", "**\n", "می‌شود_", "_می‌شود", "5*", "\\", "<b>", "#_", "۱۰۰٪",
]  # fmt: skip
MARKED = [
    ("*مهم*", 0), ("این *مهم* است", 4), ("این *خیلی مهم* است", 4), ("_کج_", 0), ("(*مهم*)", 1), ("خط *یک\nدو* است", 3),
    ("*مهم*،", 0), ("**مهم**", 0), ("__مهم__", 0), ("[این‌جا](https://example.org)", 0), ("ببین [۱](۲)", 5),
    ("```[نام]شرح```", 0), ("یک `کد` است", 3), ("_a *b* c_", 0), ("👍*ب*", 1), ("«*ب*»", 1),
]  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_everyday_words_are_no_markup(text: str) -> None:
    assert place_of_misreading(text) is None


@pytest.mark.parametrize(("text", "place"), MARKED)
def test_markup_is_found_where_it_begins(text: str, place: int) -> None:
    assert place_of_misreading(text) == place


def test_the_line_is_told() -> None:
    assert line_of_misreading("یک\nدو\n\nچهار *مهم*") == 4
    assert line_of_misreading("یک") is None


@given(st.text(alphabet="آب_*`[]() \n1", max_size=30))
def test_a_text_with_at_most_one_of_each_sign_holds_nothing(text: str) -> None:
    lonely = all(text.count(sign) < 2 for sign in "*_`") and "](" not in text
    assert not lonely or place_of_misreading(text) is None
