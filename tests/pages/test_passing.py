"""Passing on and being away, on the page."""

import pytest

from ravi.accounts import services as accounts
from ravi.accounts.rules import RoleKind
from ravi.publishing.models import PassOn
from tests.pages.conftest import Newsroom

pytestmark = pytest.mark.django_db


def days(name: str, day: int) -> dict[str, str]:
    """A Jalali date as the form asks it."""
    return {f"{name}_0": str(day), f"{name}_1": "10", f"{name}_2": "1405"}


def test_pass_on_leads_to_the_next_and_stands_in_the_chain(newsroom: Newsroom) -> None:
    post = newsroom.submitted()
    head = newsroom.browse(newsroom.head)
    address = f"/posts/{post.pk}/passing/"
    assert newsroom.expert.name in head.get(address).content.decode()
    assert head.post(address, {"to": str(newsroom.editor.pk)}).status_code == 422
    assert head.post(address, {"to": str(newsroom.expert.pk), "note": "دارو"}).url == "/posts/"
    page = newsroom.browse(newsroom.expert).get(f"/posts/{post.pk}/approval/").content.decode()
    assert "در تخصص من نیست" in page and "دارو" in page
    assert newsroom.browse(newsroom.editor).get(address).status_code == 403
    assert PassOn.objects.count() == 1


def test_page_says_when_nobody_can_approve(newsroom: Newsroom) -> None:
    post = newsroom.submitted(topic="health")
    expert = newsroom.browse(newsroom.expert)
    editor = newsroom.browse(newsroom.editor)
    assert newsroom.expert.name in editor.get(f"/posts/{post.pk}/approval/").content.decode()
    address = f"/people/{newsroom.expert.pk}/absence/"
    assert expert.post(address, {}).status_code == 422
    expert.post(address, days("starts_at", 1) | days("ends_at", 9))
    assert "کسی نیست که این پیام را تأیید کند" not in editor.get(f"/posts/{post.pk}/approval/").content.decode()
    accounts.end_role(newsroom.expert.roles.get(ended_at=None), by=newsroom.head)
    assert "کسی نیست که این پیام را تأیید کند" in editor.get(f"/posts/{post.pk}/approval/").content.decode()


def test_absence_is_ones_own_or_noted_by_the_head(newsroom: Newsroom) -> None:
    address = f"/people/{newsroom.expert.pk}/absence/"
    for person, status in (
        (newsroom.expert, 200),
        (newsroom.head, 200),
        (newsroom.editor, 403),
        (newsroom.officer, 404),
    ):
        assert newsroom.browse(person).get(address).status_code == status
    head = newsroom.browse(newsroom.head)
    second = accounts.add_person("expert2", "کارشناس دوم", None, institution=newsroom.institution, by=None)
    accounts.grant_role(second, RoleKind.EXPERT, unit=newsroom.headquarters, by=None)
    head.post(address, days("starts_at", 1) | days("ends_at", 9) | {"stand_in": str(second.pk)})
    assert "کارشناس دوم" in head.get(address).content.decode()
    head.post(address, {"act": "end"})
    assert "جانشین نیست" not in head.get(address).content.decode()
