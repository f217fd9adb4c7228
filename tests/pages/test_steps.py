"""The head says how many must say yes; whoever is first reads that a second person follows."""

import pytest

from ravi.delivery.models import Delivery
from ravi.publishing.models import Approval, StepRule
from tests.pages.conftest import Newsroom

pytestmark = pytest.mark.django_db


def test_two_people_in_the_browser(newsroom: Newsroom) -> None:
    head, expert = newsroom.browse(newsroom.head), newsroom.browse(newsroom.expert)
    head.post("/posts/steps/", {"topic": "organisation", "steps": "2"})
    address = f"/posts/{newsroom.submitted().pk}/approval/"
    digest = head.get(address).context["shown"].digest
    said = head.post(address, {"digest": digest}, follow=True).content.decode()
    assert "تأیید شما ثبت شد" in said and 'name="digest"' not in said
    assert not Delivery.objects.exists()
    page = expert.get(address)
    assert "تأیید کرد" in page.content.decode() and page.context["may_approve"]
    expert.post(address, {"digest": page.context["shown"].digest})
    assert (Approval.objects.count(), Delivery.objects.count()) == (12, 6)


def test_rules_are_the_heads(newsroom: Newsroom) -> None:
    head, unit = newsroom.browse(newsroom.head), newsroom.hospital
    for person in (newsroom.editor, newsroom.expert, newsroom.unit_head, newsroom.auditor):
        assert newsroom.browse(person).get("/posts/steps/").status_code == 403
    head.post("/posts/steps/", {"topic": "health", "unit": str(unit.pk), "steps": "2"})
    assert unit.name in head.get("/posts/steps/").content.decode()
    head.post("/posts/steps/", {"topic": "health", "unit": str(unit.pk), "steps": ""})
    for wrong in (
        {"topic": "x"},
        {"topic": "health", "unit": str(newsroom.other_unit.pk)},
        {"topic": "health", "steps": "3"},
    ):
        assert head.post("/posts/steps/", wrong).status_code == 422
    assert not StepRule.objects.exists()


def test_languages_are_said_by_the_head(newsroom: Newsroom) -> None:
    address = f"/people/{newsroom.expert.pk}/languages/"
    assert newsroom.browse(newsroom.editor).get(address).status_code == 404
    head = newsroom.browse(newsroom.head)
    assert head.post(address, {}).status_code == 422
    head.post(address, {"reads": ["fa", "ckb"]})
    newsroom.expert.refresh_from_db()
    assert newsroom.expert.reads == ["fa", "ckb"]
    assert "کردی سورانی" in head.get(f"/people/{newsroom.expert.pk}/").content.decode()
