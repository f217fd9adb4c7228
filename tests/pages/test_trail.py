"""Translating, saying yes to it, taking it in a language, and looking at health words again: as people click it."""

from typing import Any

import pytest

from ravi.accounts.services import set_reads
from ravi.network.models import Adoption, Message, Review, Translation, TranslationYes
from ravi.network.queries import short_link_of
from ravi.network.tests.conftest import draft, offered, words

from .conftest import Newsroom

__all__ = ["draft", "offered", "words"]
pytestmark = pytest.mark.django_db
ENGLISH = "{دوز} for people {سن}, from {تاریخ}, {ساعت}. Call {تلفن} or see {نشانی} ."


@pytest.fixture
def message(newsroom: Newsroom, offered: Any) -> Message:
    made: Message = offered()
    set_reads(newsroom.expert, ["fa", "en"], by=newsroom.head)
    return made


def test_from_the_form_beside_the_source_to_the_public_page(newsroom: Newsroom, message: Message) -> None:
    writer, expert = newsroom.browse(newsroom.editor), newsroom.browse(newsroom.expert)
    address = f"/network/{message.pk}/translations/en/"
    page = writer.get(address).content.decode()
    assert "60 years and older" in page and 'dir="ltr"' in page
    refused = writer.post(address, {"title": "Dose", "text": "dose 3", "revision": "0"})
    assert refused.status_code == 422 and "dose 3" in refused.content.decode()
    writer.post(address, {"title": "Second dose", "text": ENGLISH, "revision": "0"})
    assert Translation.objects.get().text == ENGLISH
    assert "منتظر کارشناس" in writer.get(f"/network/{message.pk}/translations/").content.decode()
    public = f"/p/sample/messages/{short_link_of(message).code}/"  # type: ignore[union-attr]
    assert "Second dose" not in writer.get(public).content.decode()
    assert writer.post(f"{address}yes/", {"revision": "1"}).status_code == 404
    assert "آکولاد" in expert.get(address).content.decode()
    expert.post(f"{address}yes/", {"revision": "1"})
    assert TranslationYes.objects.get().by == newsroom.expert
    shown = writer.get(public).content.decode()
    assert 'id="in-en" lang="en" dir="ltr"' in shown and "dose 2 for people 60 years" in shown


def test_a_unit_chooses_the_language_of_its_answer(newsroom: Newsroom, message: Message) -> None:
    writer, expert = newsroom.browse(newsroom.editor), newsroom.browse(newsroom.expert)
    address = f"/network/{message.pk}/translations/en/"
    writer.post(address, {"title": "Second dose", "text": ENGLISH, "revision": "0"})
    expert.post(f"{address}yes/", {"revision": "1"})
    officer, offer = newsroom.browse(newsroom.officer), message.offers.get(unit=newsroom.hospital)
    form = officer.get(f"/network/offers/{offer.pk}/").context["form"]
    assert [code for code, _name in form.fields["lang"].choices] == ["fa", "en"]
    told = {"version": message.current_id, "channels": form.initial["channels"], "with_link": "on", "lang": "en"}
    officer.post(f"/network/offers/{offer.pk}/", told)
    answer = Adoption.objects.get()
    assert answer.post is not None and (answer.post.lang, answer.post.title) == ("en", "Second dose")
    assert answer.post.link.endswith(f"/m/{short_link_of(message).code}")  # type: ignore[union-attr]
    adapted = officer.get(f"/network/offers/{offer.pk}/adapt/?lang=en").content.decode()
    assert "Second dose" in adapted and "60 years and older" in adapted


def test_still_true_is_one_button_of_an_expert(newsroom: Newsroom, message: Message) -> None:
    expert = newsroom.browse(newsroom.expert)
    assert message.title in expert.get("/network/reviews/").content.decode()
    expert.post(f"/network/{message.pk}/review/")
    assert Review.objects.filter(done_by=newsroom.expert).count() == 1
    assert newsroom.browse(newsroom.editor).post(f"/network/{message.pk}/review/").status_code == 404


def test_headquarters_and_the_unit_find_address_and_code(newsroom: Newsroom, message: Message) -> None:
    code = short_link_of(message).code  # type: ignore[union-attr]
    offer = message.offers.get(unit=newsroom.hospital)
    pages = {newsroom.editor: f"/network/{message.pk}/", newsroom.officer: f"/network/offers/{offer.pk}/"}
    for person, address in pages.items():
        shown = newsroom.browse(person).get(address).content.decode()
        assert f"/m/{code}.svg" in shown and f"/m/{code}.png" in shown and 'class="qr"' in shown
    for ending, kind in (("svg", "image/svg+xml"), ("png", "image/png")):
        assert newsroom.browse(newsroom.officer).get(f"/m/{code}.{ending}")["Content-Type"] == kind
