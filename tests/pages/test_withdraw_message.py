"""Withdrawing everywhere from headquarters' page: it says before what it does, asks why, and shows how far it has come."""

import pytest

from ravi.network.jobs import withdraw
from ravi.network.models import Message
from tests.pages.conftest import Newsroom
from tests.pages.test_based_on import taken

pytestmark = pytest.mark.django_db


def test_asked_once_with_numbers_then_followed(newsroom: Newsroom) -> None:
    answer = taken(newsroom)
    message = answer.offer.message
    head, address = newsroom.browse(newsroom.head), f"/network/{message.pk}/withdrawal/"
    assert f'href="{address}"' in head.get(f"/network/{message.pk}/").content.decode()
    assert "۱ واحد پاسخ داده" in head.get(address).content.decode()
    assert head.post(address, {"reason": " "}).status_code == 422
    assert Message.objects.get(pk=message.pk).state == "offered"
    for _ in range(2):
        said = head.post(address, {"reason": "تلفن اشتباه بود"}, follow=True).content.decode()
        assert "تلفن اشتباه بود" in said and "همه‌جا پس گرفته شد" in said
    withdraw(message.institution_id, message.pk)
    assert "دیگر چیزی در راه نیست" in head.get(address).content.decode()
    assert "۱" in newsroom.browse(newsroom.officer).get(f"/network/offers/{answer.offer_id}/").content.decode()


def test_the_unit_reads_who_withdrew_it_and_why(newsroom: Newsroom) -> None:
    answer = taken(newsroom)
    message = answer.offer.message
    address = f"/network/{message.pk}/withdrawal/"
    said = newsroom.browse(newsroom.head).post(address, {"reason": "تلفن اشتباه بود"}, follow=True).content.decode()
    assert "نسخه‌ای منتشر نشده بود" not in said  # the units' copies have not come to their turn
    withdraw(message.institution_id, message.pk)
    officer = newsroom.browse(newsroom.officer)
    page = officer.get(f"/network/offers/{answer.offer_id}/").content.decode()
    assert "آن را همه‌جا پس گرفت" in page and "تلفن اشتباه بود" in page
    assert "واحد شما همین متن را منتشر می‌کند" not in page and "و بعد پس گرفتید" not in page
    assert "ستاد آن را همه‌جا پس گرفت" in officer.get("/network/offers/").content.decode()


def test_others_do_not_withdraw_it(newsroom: Newsroom) -> None:
    message = taken(newsroom).offer.message
    address = f"/network/{message.pk}/withdrawal/"
    for person in (newsroom.officer, newsroom.auditor, newsroom.outsider):
        assert newsroom.browse(person).post(address, {"reason": "نه"}).status_code in (403, 404)
    assert Message.objects.get(pk=message.pk).state == "offered"
