"""One yes to more units than a person waits for: nothing is done in the seconds of the undo, then a few at a time, each through
the checks of a single yes; a process that dies goes on where it was, and what stayed is told with why."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from ravi.accounts import services as accounts
from ravi.accounts.models import Role
from ravi.accounts.rules import RoleKind
from ravi.core import audit, clock
from ravi.delivery.models import Delivery
from ravi.network import services
from ravi.network.jobs import say_shared_yeses
from ravi.network.models import Adoption, SharedYes, SharedYesPart, Version
from ravi.network.services import shared_yes
from ravi.notices.models import Notice
from ravi.publishing import services as publishing
from ravi.publishing.models import Approval, Post
from ravi.publishing.rules import UNDO_S
from tests.pages.conftest import Newsroom
from tests.pages.test_shared_yes import adopted, keys

pytestmark = pytest.mark.django_db

UNITS = 5


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two are many, so that five units make three rounds."""
    monkeypatch.setattr(shared_yes, "AT_ONCE", 2)
    monkeypatch.setattr(services, "AT_ONCE", 2)


def said(newsroom: Newsroom) -> tuple[Version, Any, str]:
    """The head has tapped once for all five."""
    version = adopted(newsroom, UNITS)
    head, address = newsroom.browse(newsroom.head), f"/network/yes/{version.pk}/"
    head.post(address, {"post": keys(head.get(address))})
    return version, head, address


def later() -> Any:
    return clock.at(clock.now() + timedelta(seconds=UNDO_S))


def approved() -> int:
    return Post.objects.filter(state="approved").count()


def test_nothing_before_the_undo_is_over_then_a_row_per_hash(newsroom: Newsroom) -> None:
    _version, head, address = said(newsroom)
    page = head.get(address)
    assert "تا لحظه‌ای دیگر آغاز می‌شود" in page.content.decode() and "data-live" in page.content.decode()
    assert keys(page) == []  # what is in the yes does not ask again
    say_shared_yeses(0)
    assert approved() == 0 and not Approval.objects.exists()
    with later():
        say_shared_yeses(0)
        page = head.get(address)
    assert approved() == UNITS
    assert Approval.objects.filter(approver=newsroom.head, voided_at=None).count() == Delivery.objects.count() == 10
    assert {one.content_hash for one in Approval.objects.all()} == set(
        Delivery.objects.values_list("content_hash", flat=True)
    )
    assert "در ۵ واحد از ۵ واحد تأیید شد" in page.content.decode() and "data-live" not in page.content.decode()
    assert not Notice.objects.filter(kind="shared_yes_stayed").exists()
    assert audit.verify(newsroom.institution.pk) == []


def test_taken_back_in_time_it_did_nothing(newsroom: Newsroom) -> None:
    version, head, address = said(newsroom)
    assert f'action="{address}undo/"' in head.get(address).content.decode()
    for _ in range(2):  # twice is once
        head.post(f"{address}undo/", {"yes": SharedYes.objects.latest("pk").pk})
    with later():
        say_shared_yeses(0)
    assert approved() == 0 and not Approval.objects.exists()
    assert len(keys(head.get(address))) == UNITS
    assert SharedYes.objects.get(version=version).stopped_at is not None


def test_a_double_tap_is_one_yes(newsroom: Newsroom) -> None:
    version = adopted(newsroom, UNITS)
    head, address = newsroom.browse(newsroom.head), f"/network/yes/{version.pk}/"
    shown = keys(head.get(address))
    for _ in range(2):
        head.post(address, {"post": shown})
    assert SharedYes.objects.count() == 1 and SharedYesPart.objects.count() == UNITS


def test_a_process_that_dies_goes_on_where_it_was_and_the_rest_can_be_stopped(newsroom: Newsroom) -> None:
    _version, head, address = said(newsroom)
    with later():
        assert services.carry_shared_yes()
        assert approved() == 2
        assert "در ۲ واحد از ۵ واحد تأیید شد" in head.get(address).content.decode()
        assert services.carry_shared_yes()
        assert approved() == 4
        head.post(f"{address}undo/", {"yes": SharedYes.objects.latest("pk").pk})
        say_shared_yeses(0)
        page = head.get(address)
    assert approved() == 4 and len(keys(page)) == 1
    assert "شما تأیید خود را نگه داشتید" in page.content.decode()


def test_each_is_checked_when_its_turn_comes_and_what_stayed_is_told(newsroom: Newsroom) -> None:
    _version, head, address = said(newsroom)
    mine = Adoption.objects.get(offer__unit=newsroom.faculty)
    publishing.return_post(mine.post, "کوتاه‌تر", by=newsroom.head)
    with later():
        say_shared_yeses(0)
        page = head.get(address).content.decode()
    mine.post.refresh_from_db()
    assert approved() == UNITS - 1 and mine.post.state == "returned"
    assert f"{newsroom.faculty.name}: " in page
    notice = Notice.objects.get(person=newsroom.head, kind="shared_yes_stayed")
    assert notice.url == address and notice.params["stayed"] == 1


@pytest.mark.parametrize("how", ["right", "person"])
def test_a_right_that_is_gone_meanwhile_gives_no_yes(newsroom: Newsroom, how: str) -> None:
    said(newsroom)
    accounts.grant_role(newsroom.editor, RoleKind.HEAD, unit=newsroom.headquarters, by=None)
    if how == "right":
        accounts.end_role(Role.objects.get(person=newsroom.head, ended_at=None), by=None)
    else:
        accounts.record_leaver(newsroom.head, by=newsroom.editor)
    with later():
        say_shared_yeses(0)
    assert approved() == 0 and not Approval.objects.exists()
    assert SharedYesPart.objects.exclude(refused="").count() == UNITS


def test_nobody_stops_anothers_and_what_was_said_does_not_change(newsroom: Newsroom) -> None:
    version, _head, address = said(newsroom)
    newsroom.browse(newsroom.expert).post(f"{address}undo/", {"yes": SharedYes.objects.latest("pk").pk})
    yes = SharedYes.objects.get(version=version)
    assert yes.ended_at is None
    for change in (
        lambda: yes.parts.update(digest="0" * 64),
        lambda: SharedYes.objects.filter(pk=yes.pk).update(by=newsroom.editor),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
