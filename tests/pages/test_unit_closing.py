"""Closing a unit on the page: nothing is written before it has said what follows."""

import pytest

from tests.pages.conftest import Newsroom

pytestmark = pytest.mark.django_db


def test_two_pages_and_a_yes(newsroom: Newsroom) -> None:
    head, place = newsroom.browse(newsroom.head), f"/units/{newsroom.hospital.pk}/"
    assert f"{place}closing/" in head.get(place).content.decode()
    asked = head.get(f"{place}closing/")
    assert newsroom.faculty.name in asked.content.decode()
    assert "btn-stop" not in asked.content.decode()
    follows = head.get(f"{place}closing/?successor={newsroom.faculty.pk}").content.decode()
    assert "۲ کانال" in follows
    newsroom.hospital.refresh_from_db()
    assert newsroom.hospital.closed_at is None
    done = head.post(f"{place}closing/", {"successor": newsroom.faculty.pk}, follow=True).content.decode()
    assert newsroom.faculty.name in done
    newsroom.hospital.refresh_from_db()
    assert newsroom.hospital.successor_id == newsroom.faculty.pk
    assert f"{place}closing/" not in done
    assert newsroom.hospital.name not in head.get("/units/").content.decode()


def test_what_stands_above_others_says_so(newsroom: Newsroom) -> None:
    head = newsroom.browse(newsroom.head)
    page = head.post(f"/units/{newsroom.headquarters.pk}/closing/", {"successor": ""})
    assert page.status_code == 422
    assert "ستاد" in page.content.decode()


def test_only_whoever_manages_units(newsroom: Newsroom) -> None:
    for person in (newsroom.unit_head, newsroom.officer, newsroom.editor):
        assert newsroom.browse(person).post(f"/units/{newsroom.hospital.pk}/closing/", {}).status_code in (403, 404)
