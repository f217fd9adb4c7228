"""On a phone: an emergency is filled in with few taps from the desk, and looked at afterwards on one page."""

from typing import Any

import pytest
from django.urls import reverse

from ravi.delivery.models import Delivery
from ravi.network.models import AfterReview
from ravi.network.tests.alarm import WATER, Alarm
from ravi.publishing.models import Post
from tests.pages.conftest import Newsroom

pytestmark = pytest.mark.django_db


@pytest.fixture
def alarm(newsroom: Newsroom) -> Alarm:
    return Alarm(newsroom.house)


def typed(page: Any) -> dict[str, Any]:
    """Every blank of the form with a value of its kind, and all channels."""
    form = page.context["form"]
    said: dict[str, Any] = {"channels": form.initial["channels"]}
    for name in form.fields:
        if name.startswith("b0_"):
            said[name] = "شهرک امید"
        elif name.startswith("b2_"):
            said[name] = "04133334444"
    said |= {"b1_first_0": "۱۰", "b1_first_1": "۹", "b1_first_2": "۱۴۰۵"}
    return said


def test_from_the_desk_in_three_taps_and_then_looked_at(newsroom: Newsroom, alarm: Alarm) -> None:
    alarm.sign()
    officer = newsroom.browse(newsroom.officer)
    address = reverse("templates:fill", args=[alarm.template.pk])
    assert f'href="{address}?unit={newsroom.hospital.pk}"' in officer.get("/").content.decode()  # the first tap
    page = officer.get(address)
    assert "اضطراری: همان لحظه و پیش از همه می‌رود" in page.content.decode()
    said = typed(page) | {"unit": newsroom.hospital.pk}
    looked = officer.post(address, said | {"act": "look"})  # the second
    assert looked.status_code == 200 and looked.context["looks"], looked.context["form"].errors
    sent = officer.post(address, said | {"act": "send", "seen": looked.context["digest"]}, follow=True)  # the third
    assert "پیش از همه می‌رود" in sent.content.decode()
    post = Post.objects.get()
    assert set(Delivery.objects.values_list("lane", flat=True)) == {1}

    expert, review = newsroom.browse(alarm.second), AfterReview.objects.get()
    page_of = reverse("templates:after_review", args=[review.pk])
    assert f'href="{page_of}"' in expert.get("/").content.decode()
    shown = expert.get(page_of).content.decode()
    assert post.text.splitlines()[0] in shown and 'name="verdict"' in shown
    assert expert.post(page_of, {"verdict": "withdraw"}).status_code == 422
    assert expert.post(page_of, {}).status_code == 422
    assert expert.post(page_of, {"verdict": "right"}, follow=True).status_code == 200
    review.refresh_from_db()
    assert (review.verdict, review.done_by) == ("right", alarm.second)
    assert "همان‌طور که رفته درست است" in officer.get(reverse("templates:after_reviews")).content.decode()


def test_others_read_it_and_find_nothing(newsroom: Newsroom, alarm: Alarm) -> None:
    alarm.sign()
    review = alarm.review(alarm.sent())
    address = reverse("templates:after_review", args=[review.pk])
    for person in (newsroom.officer, newsroom.unit_head, newsroom.head, newsroom.expert):
        browser = newsroom.browse(person)
        assert 'name="verdict"' not in browser.get(address).content.decode()
        assert browser.post(address, {"verdict": "right"}).status_code == 403
    for person in (newsroom.neighbour, newsroom.outsider):
        assert newsroom.browse(person).get(address).status_code == 404


def test_the_mark_is_said_where_the_template_is_written_and_signed(newsroom: Newsroom, alarm: Alarm) -> None:
    head = newsroom.browse(newsroom.unit_head)
    assert "برای وضعیت اضطراری" in head.get(reverse("templates:template", args=[alarm.template.pk])).content.decode()
    form = head.get(reverse("templates:edit", args=[alarm.template.pk])).context["form"]
    assert form.initial["emergency"] is WATER.emergency
