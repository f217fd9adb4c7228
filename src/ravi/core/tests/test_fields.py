"""Forms take what people here write, and answer in a sentence what cannot be."""

from collections.abc import Iterator
from datetime import UTC, datetime, time

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from ravi.core import clock, date_entry
from ravi.core.fields import JalaliDateTimeField, PersianIntegerField
from ravi.text.jalali import days_in_month


@pytest.fixture(autouse=True)
def persian() -> Iterator[None]:
    with translation.override("fa"):
        yield


class When(forms.Form):
    due_at = JalaliDateTimeField()
    until = JalaliDateTimeField(with_time=False, required=False)


def typed(day: str, month: str, year: str, hour: str = "9:30") -> When:
    return When({"due_at_0": day, "due_at_1": month, "due_at_2": year, "due_at_3": hour})


def test_a_date_in_any_digits_becomes_a_moment():
    for form in (typed("8", "9", "1405"), typed("۸", "9", "۱۴۰۵", "۹:۳۰"), typed("٨", "9", "١٤٠٥", "0930")):
        assert form.is_valid(), form.errors
        assert form.cleaned_data["due_at"] == datetime(2026, 11, 29, 6, 0, tzinfo=UTC)


def test_a_whole_date_in_the_first_part_is_read():
    for text in ("30/7/1405", "۳۰/۷/۱۴۰۵", "1405-07-30", "1405.7.30"):
        form = typed(text, "1", "")
        assert form.is_valid(), form.errors
        assert JalaliDate(form.cleaned_data["due_at"].date()) == JalaliDate(1405, 7, 30)


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (("31", "7", "1405"), "مهر ۳۰ روز دارد. روزی از ۱ تا ۳۰ بنویسید."),
        (("31/7/1405", "1", ""), "مهر ۳۰ روز دارد. روزی از ۱ تا ۳۰ بنویسید."),
        (("1405-13-01", "1", ""), "سال ۱۲ ماه دارد. یکی را از فروردین تا اسفند برگزینید."),
        (("1", "13", "1405"), "سال ۱۲ ماه دارد. یکی را از فروردین تا اسفند برگزینید."),
        (("30", "12", "1405"), "اسفند ۱۴۰۵ ۲۹ روز دارد. روزی از ۱ تا ۲۹ بنویسید."),
        (("0", "1", "1405"), "فروردین ۳۱ روز دارد. روزی از ۱ تا ۳۱ بنویسید."),
        (("8", "9", "2026"), "۲۰۲۶ سال میلادی است. سال شمسی را بنویسید، مانند ۱۴۰۵."),
        (("8", "9", "05"), "سال را با چهار رقم بنویسید، مانند ۱۴۰۵."),
        (("8", "9", ""), "سال را هم بنویسید."),
        (("", "9", "1405"), "روز را هم بنویسید."),
        (("8", "", "1405"), "ماه را هم برگزینید."),
        (("هشتم", "9", "1405"), "روز را با رقم بنویسید، مانند ۸."),
        (("8", "9", "1405", "25:00"), "ساعت را مانند ۹:۳۰ بنویسید، از ۰ تا ۲۳."),
        (("8", "9", "1405", ""), "ساعت را مانند ۹:۳۰ بنویسید، از ۰ تا ۲۳."),
        (("", "9", ""), "روز، ماه و سال را بنویسید."),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(parts: tuple[str, ...], sentence: str):
    assert typed(*parts).errors["due_at"] == [sentence]


class Until(forms.Form):
    until = JalaliDateTimeField(with_time=False, required=False)
    moment = JalaliDateTimeField(required=False)


def test_a_date_that_may_be_left_out_goes_back_as_the_page_drew_it():
    parts = Until()["until"].subwidgets[0].data["subwidgets"]
    assert [part["value"] for part in parts][1:] != [None, None]
    drawn = {f"{name}_{n}": part["value"] or "" for name in ("until", "moment") for n, part in enumerate(parts)}
    form = Until(drawn)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"until": None, "moment": None}


def test_the_thirtieth_of_esfand_stands_in_a_leap_year():
    assert typed("30", "12", "1403").is_valid()


def test_a_date_until_is_the_end_of_its_day_and_may_be_left_out():
    form = When({"due_at_0": "8", "due_at_1": "9", "due_at_2": "1405", "due_at_3": "9", "until_0": "", "until_1": "3"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["until"] is None
    until = JalaliDateTimeField(with_time=False).clean(["19", "9", "1405"])
    assert until == datetime(2026, 12, 10, 20, 29, tzinfo=UTC)


def test_a_wrong_date_comes_back_as_it_was_typed():
    drawn = str(typed("۳۱", "13", "۱۴۰۵")["due_at"])
    assert 'value="۳۱"' in drawn
    assert 'value="۱۴۰۵"' in drawn
    assert '<option value="" selected>' in drawn
    assert drawn.count(" selected") == 1


def test_a_stored_moment_is_shown_in_its_parts_and_read_back():
    with clock.at(datetime(2026, 11, 22, tzinfo=UTC)):
        drawn = str(When(initial={"due_at": datetime(2026, 11, 29, 6, 0, tzinfo=UTC)})["due_at"])
    assert 'value="۸"' in drawn
    assert '<option value="9" selected>آذر</option>' in drawn
    assert 'value="۹:۳۰"' in drawn
    assert "یکشنبه ۸ آذر ۱۴۰۵، ساعت ۹:۳۰ به وقت تهران؛ ۷ روز دیگر" in drawn


def test_an_empty_form_offers_this_month_and_year():
    with clock.at(datetime(2026, 11, 22, tzinfo=UTC)):
        drawn = str(When()["due_at"])
    assert '<option value="9" selected>آذر</option>' in drawn
    assert 'value="۱۴۰۵"' in drawn


def test_a_form_that_was_not_touched_has_not_changed():
    moment = datetime(2026, 11, 29, 6, 0, tzinfo=UTC)
    form = When({"due_at_0": "۸", "due_at_1": "9", "due_at_2": "۱۴۰۵", "due_at_3": "۹:۳۰"}, initial={"due_at": moment})
    assert form.changed_data == []


@given(st.dates(min_value=datetime(1950, 1, 1).date(), max_value=datetime(2090, 1, 1).date()))
def test_every_day_is_read_as_it_is_written(day):
    jalali = JalaliDate(day)
    moment = date_entry.read_moment([str(jalali.day), str(jalali.month), str(jalali.year)], hour=time(12))
    assert moment.date() == day
    assert jalali.day <= days_in_month(jalali.year, jalali.month)


@given(st.lists(st.text(max_size=12), min_size=4, max_size=4))
def test_anything_typed_is_a_moment_or_a_sentence(parts):
    with translation.override("fa"):
        try:
            date_entry.read_moment(parts)
        except ValidationError as refusal:
            assert refusal.messages[0].endswith(".")


@pytest.mark.parametrize("text", ["1024", "۱٬۰۲۴", "1,024", "١٠٢٤", " ۱۰۲۴ "])
def test_numbers_in_any_digits(text: str):
    assert PersianIntegerField().clean(text) == 1024


def test_a_number_out_of_bounds_is_told_both_ends():
    with pytest.raises(ValidationError, match="عددی از ۱ تا ۱٬۰۰۰ بنویسید."):
        PersianIntegerField(min_value=1, max_value=1000).clean("۰")
    with pytest.raises(ValidationError, match="عدد را با رقم بنویسید."):
        PersianIntegerField().clean("ده")
