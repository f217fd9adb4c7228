"""The library as a place: who sees what, found by words, unit and kind, page by page, and what is put there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ravi.library.errors import AlreadyHere
from ravi.library.models import Media
from ravi.library.queries import Asked, page_of, shelf_of
from ravi.library.services import edit_image
from ravi.library.tests.conftest import picture

pytestmark = pytest.mark.django_db
SHELF, NEW = "/library/", "/library/new/"


def words_found(person, words):
    return {media.alt_text for media in shelf_of(person, Asked(words))}


def test_the_shelf_shows_what_the_units_in_sight_have_the_newest_first(staff, put, sign_in):
    first, second = put("یکی"), put("دیگری")
    theirs = put("از دانشکده", unit=staff.faculty, by=staff.neighbour)
    seen = {name: list(shelf_of(person, Asked())) for name, person in staff.people().items()}
    everything, ours = [theirs, second, first], [second, first]
    assert seen == {
        "head": everything, "editor": everything, "expert": everything, "auditor": everything,
        "unit_head": ours, "officer": ours, "neighbour": [theirs], "outsider": [],
    }  # fmt: skip
    shown = sign_in(staff.officer).get(SHELF).content.decode()
    assert shown.index("دیگری") < shown.index("یکی") and "از دانشکده" not in shown


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ("خانه‌های بهداشت", True),
        ("خانه بهداشت", True),
        ("خانة بهداشت", True),
        ("بهداشت", True),
        ("بهد", True),
        ("می‌روند", True),
        ("واكسيناسيون", True),
        ("بیمارستان", False),
        ("بهداشت بیمارستان", False),
        ("", True),
    ],
)
def test_words_are_found_whatever_their_spelling(staff, put, asked, is_found):
    put("کودکان به خانه‌های بهداشت می‌روند؛ روز واکسیناسیون")
    assert bool(words_found(staff.officer, asked)) is is_found


def test_other_words_are_found_by_themselves(staff, put):
    media = put("پوستر آنفلوانزا")
    edit_image(media, by=staff.officer, alt_text="پوستر سرخک", shows_people=False)
    assert words_found(staff.officer, "سرخک") == {"پوستر سرخک"} and not words_found(staff.officer, "آنفلوانزا")


def test_unit_and_kind_narrow_it(staff, put):
    ours, theirs = put(), put(unit=staff.faculty, by=staff.neighbour)
    assert list(shelf_of(staff.head, Asked(unit_id=staff.hospital.pk))) == [ours]
    assert list(shelf_of(staff.head, Asked(kind="image"))) == [theirs, ours]
    assert not shelf_of(staff.head, Asked(kind="video")) and not shelf_of(staff.head, Asked(kind="card"))
    assert list(shelf_of(staff.head, Asked(kind="nonsense"))) == [theirs, ours]
    assert not shelf_of(staff.officer, Asked(unit_id=staff.faculty.pk))


def test_pages_go_on_where_the_last_one_ended(staff, put, sign_in):
    pieces = [put(f"شمارهٔ {n}") for n in range(5)]
    first, before = page_of(shelf_of(staff.officer, Asked()), None, 2)
    put("بعد از صفحهٔ نخست")  # what comes meanwhile shifts nothing
    second, further = page_of(shelf_of(staff.officer, Asked()), before, 2)
    last, end = page_of(shelf_of(staff.officer, Asked()), further, 2)
    assert [*first, *second, *last] == pieces[::-1] and end is None
    context = sign_in(staff.officer).get(SHELF, {"before": pieces[2].pk}).context
    assert [row["media"] for row in context["rows"]] == [pieces[1], pieces[0]] and context["is_later_page"]


def test_a_page_asks_as_much_for_three_as_for_one(staff, put, sign_in):
    client, asked = sign_in(staff.officer), []
    for more in (1, 2):
        for _each in range(more):
            put()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(SHELF).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 20


def test_several_are_put_there_at_once_each_with_its_words(staff, sign_in):
    data = {
        "image-1-image": picture(), "image-1-alt_text": "یکم", "image-1-shows_people": "no",
        "image-2-image": picture(), "image-2-alt_text": "دوم", "image-2-shows_people": "yes",
        "image-2-consent_reference": "بایگانی ۳",
    }  # fmt: skip
    answer = sign_in(staff.officer).post(NEW, data)
    assert answer.status_code == 302 and answer["Location"] == SHELF
    assert set(Media.objects.values_list("alt_text", "consent_reference")) == {("یکم", ""), ("دوم", "بایگانی ۳")}


def test_what_is_refused_costs_the_others_nothing_and_keeps_its_words(staff, sign_in):
    data = {
        "image-1-image": picture(), "image-1-alt_text": "ماند", "image-1-shows_people": "no",
        "image-2-image": picture(), "image-2-alt_text": "رضایت کجاست", "image-2-shows_people": "yes",
    }  # fmt: skip
    answer = sign_in(staff.officer).post(NEW, data)
    assert answer.status_code == 422 and "رضایت کجاست" in answer.content.decode()
    assert [media.alt_text for media in Media.objects.all()] == ["ماند"]


def test_nothing_chosen_is_said(staff, sign_in):
    answer = sign_in(staff.officer).post(NEW, {})
    assert answer.status_code == 422 and answer.context["forms"][0].errors["image"]


@pytest.mark.parametrize("who", ["expert", "auditor"])
def test_only_writers_put_something_there(staff, sign_in, who):
    client = sign_in(getattr(staff, who))
    assert client.get(NEW).status_code == 403 and NEW not in client.get(SHELF).content.decode()


def test_the_same_picture_again_is_offered_and_not_kept_twice(staff, put, sign_in):
    media = put(side=50)
    with pytest.raises(AlreadyHere) as refused:
        put("همان، با شرح دیگر", side=50)
    assert refused.value.media == media and "از پیش اینجا" in str(refused.value)
    data = {"image-1-image": picture(50), "image-1-alt_text": "همان", "image-1-shows_people": "no"}
    answer = sign_in(staff.officer).post(NEW, data)
    assert answer.status_code == 422 and f"/library/{media.pk}/" in answer.content.decode()
    assert put(side=50, unit=staff.faculty, by=staff.neighbour).sha256 == media.sha256
    assert Media.objects.count() == 2
