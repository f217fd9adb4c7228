"""Text cards: words become an image of the unit, once for the same words; looking writes nothing."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from ravi.core import blob
from ravi.core.models import AuditEntry, Blob
from ravi.library import lettered
from ravi.library.card import LONGEST_TITLE, LONGEST_WORDS, Card, Shape, Theme
from ravi.library.errors import ImageRefused
from ravi.library.forms import CardForm
from ravi.library.models import Media
from ravi.library.pages.card import again, beginning
from ravi.library.services import erase_media, make_card

TYPED = {"title": "واكسن", "words": "از شنبه  رایگان است.", "shape": "square", "theme": "lapis"}


@pytest.fixture
def house(house):
    """The second factor is relaxed: these tests are about cards."""
    for institution in (house.institution, house.other_institution):
        institution.is_demo = True
        institution.save()
    for person in house.people().values():
        person.refresh_from_db()
    return house


def card(words="سلام", **more):
    return Card(
        **{"title": "", "words": words, "shape": Shape.SQUARE, "theme": Theme.PAPER, "unit": "x", "below": "y"} | more
    )


def test_a_card_is_an_image_whose_words_describe_it(house):
    media = make_card(card(title="واکسن"), unit=house.hospital, by=house.officer)
    assert (media.made_as, media.alt_text, media.shows_people) == ("card", "واکسن\nسلام", False)
    assert (media.media_type, media.width, media.height) == ("image/jpeg", 1080, 1080)
    assert len(blob.get(house.institution.pk, media.sha256)) == media.size_bytes
    assert media.recipe == card(title="واکسن").recipe()
    entry = AuditEntry.objects.filter(verb="make_card").get()
    assert (entry.subject_id, entry.by_id) == (str(media.pk), house.officer.pk)


def test_the_same_card_again_is_the_same_image(house):
    first = make_card(card(), unit=house.hospital, by=house.officer)
    assert make_card(card(), unit=house.hospital, by=house.unit_head) == first
    assert AuditEntry.objects.filter(verb="make_card").count() == 1
    theirs = make_card(card(), unit=house.faculty, by=house.neighbour)
    assert theirs != first and theirs.sha256 == first.sha256
    assert Blob.objects.filter(sha256=first.sha256).count() == 1


@pytest.mark.parametrize("who", ["neighbour", "expert", "auditor"])
def test_a_card_of_the_unit_is_made_by_its_writers(house, who):
    with pytest.raises(PermissionDenied):
        make_card(card(), unit=house.hospital, by=getattr(house, who))


def test_why_a_card_is_refused_is_a_sentence_with_its_counts(house):
    with pytest.raises(ImageRefused) as refused:
        make_card(card("سلامت " * 110, shape=Shape.WIDE), unit=house.hospital, by=house.officer)
    assert refused.value.code == "card_too_long" and "%" not in str(refused.value)
    with pytest.raises(ImageRefused) as refused:
        make_card(card("س" * 200), unit=house.hospital, by=house.officer)
    assert "«" + "س" * 40 + "…»" in str(refused.value)
    assert Media.objects.count() == 0


def test_a_server_without_the_letters_says_what_to_do(house, monkeypatch):
    monkeypatch.setattr(lettered, "asked", lambda *_order: ({"refused": "no_letters"}, b""))
    with pytest.raises(ImageRefused, match="libfribidi0"):
        make_card(card(), unit=house.hospital, by=house.officer)


def test_the_form_settles_the_spelling_and_signs_with_unit_and_day(house):
    form = CardForm(TYPED)
    assert form.is_valid()
    made = form.card(house.hospital)
    assert (made.title, made.words, made.lang) == ("واکسن", "از شنبه رایگان است.", "fa")
    assert made.unit == house.hospital.name and made.below.startswith(f"{house.institution.name}، ")
    form = CardForm(TYPED | {"title": "Flu", "words": "Free"})
    assert form.is_valid() and form.card(house.hospital).lang == "en"


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"title": "", "words": " \n "}, "words", "بنویسید"),
        ({"title": "س" * (LONGEST_TITLE + 1)}, "title", "۱۲۱"),
        ({"words": "سلام " * (LONGEST_WORDS // 4)}, "words", "۸۷۴"),
        ({"words": "واکسن 💉 رایگان"}, "words", "💉"),
        ({"words": "Élise"}, "words", "É"),
        ({"shape": "round"}, "shape", ""),
    ],
)
def test_what_cannot_be_drawn_is_said_beside_its_field(typed, field, said):
    form = CardForm(TYPED | typed)
    assert not form.is_valid() and set(form.errors) == {field}
    assert said in form.errors[field][0]


def test_a_card_begins_with_the_longest_text_that_it_takes():
    long, short = "بلند " * 200, "کوتاه 😀"
    begun = beginning("واکسن", [long, short])
    assert begun.values == {"title": "واکسن", "words": "کوتاه"} and begun.left_out == "😀"
    assert beginning("واکسن", ["واکسن\nاز شنبه"]).values["words"] == "از شنبه"
    assert beginning("", [long]).values["words"] == long.strip()
    assert beginning("س" * 200, [""]).values == {"title": "", "words": ""}
    assert again(None).values == {}


def test_the_page_shows_then_keeps_and_begins_again_from_a_card(house, sign_in):
    browser, url = sign_in(house.officer), reverse("library:new_card")
    assert browser.get(url).status_code == 200
    seen = browser.post(url, TYPED | {"act": "show"})
    assert seen.status_code == 200 and reverse("library:card_preview") in seen.content.decode()
    assert (Media.objects.count(), Blob.objects.count()) == (0, 0)
    kept = browser.post(url, TYPED | {"act": "keep"})
    media = Media.objects.get()
    assert (kept.status_code, kept["Location"]) == (302, reverse("library:media", args=[media.pk]))
    begun = browser.get(f"{url}?from={media.pk}").content.decode()
    assert "از شنبه رایگان است." in begun and 'value="lapis" class="' not in begun.replace("checked", "")
    assert begun.count("checked") == 2


def test_what_is_refused_keeps_every_word_on_the_page(house, sign_in):
    answer = sign_in(house.officer).post(reverse("library:new_card"), TYPED | {"words": "واکسن 💉", "act": "keep"})
    assert answer.status_code == 422 and "واکسن 💉" in answer.content.decode()
    assert Media.objects.count() == 0


def test_the_preview_is_an_image_by_get_and_writes_nothing(house, sign_in):
    browser, url = sign_in(house.officer), reverse("library:card_preview")
    answer = browser.get(url, TYPED)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer.content[:3] == b"\xff\xd8\xff" and "private" in answer["Cache-Control"]
    refused = browser.get(url, TYPED | {"words": "💉"})
    assert (refused.status_code, refused["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert browser.post(url, TYPED).status_code == 405
    assert (Media.objects.count(), Blob.objects.count()) == (0, 0)


@pytest.mark.parametrize("name", ["new_card", "card_preview"])
def test_cards_are_for_those_who_write(house, sign_in, client, name):
    url = reverse(f"library:{name}")
    seen = {who: sign_in(person).get(url, TYPED).status_code for who, person in house.people().items()}
    assert {who for who, status in seen.items() if status == 403} == {"expert", "auditor"}
    assert client.get(url).status_code in (302, 403)


def test_a_card_of_another_unit_is_no_beginning(house, sign_in):
    theirs = make_card(card("راز دانشکده"), unit=house.faculty, by=house.neighbour)
    page = sign_in(house.officer).get(reverse("library:new_card"), {"from": theirs.pk}).content.decode()
    assert "راز دانشکده" not in page


def test_the_words_of_an_erased_card_go_with_it(house, sign_in):
    media = make_card(card("شمارهٔ پروندهٔ کسی"), unit=house.hospital, by=house.officer)
    assert "با نوشته‌اش" in sign_in(house.head).get(reverse("library:erasure", args=[media.pk])).content.decode()
    erase_media(media, by=house.head, reason="mistake")
    kept = Media.objects.filter(pk=media.pk).values().get()
    assert "پرونده" not in repr(kept) and kept["alt_text"] == "کارت متن"
    assert again(Media.objects.get(pk=media.pk)).values == {}
