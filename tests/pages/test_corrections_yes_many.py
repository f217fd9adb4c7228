"""One yes to more corrections than a person waits for goes the way of the yes to units' answers: nothing before the undo is
over, then a few at a time, each checked at its turn; and whatever waits in it stands on the desk no more."""

import json
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError

from conftest import build_house
from ravi.core import audit
from ravi.core.tenancy import tenant
from ravi.delivery.models import Delivery
from ravi.network import services
from ravi.network.jobs import say_shared_yeses
from ravi.network.models import CorrectedAnswer, Message, SharedYes, SharedYesPart
from ravi.network.services import shared_yes
from ravi.notices.models import Notice
from ravi.publishing import services as publishing
from ravi.publishing.models import Approval, Post
from ravi.publishing.queries import awaiting_count
from ravi.publishing.services import together
from tests.at_once import both
from tests.pages.conftest import Newsroom
from tests.pages.test_based_on import issue_next
from tests.pages.test_correct_message import correcting, out
from tests.pages.test_offers import TEXT
from tests.pages.test_shared_yes_many import later

UNITS = 5


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two are many, so that five units make three rounds."""
    monkeypatch.setattr(shared_yes, "AT_ONCE", 2)
    monkeypatch.setattr(services, "AT_ONCE", 2)


def written(newsroom: Newsroom, units: int = UNITS) -> tuple[Message, str]:
    """The corrections of five units wait; the message, and the address of the one yes."""
    message = out(newsroom, units)
    correcting(newsroom, message)
    return message, f"/network/yes/{message.current_id}/corrections/"


def keys(page: Any) -> list[str]:
    return [row.key for row in page.context["shown"].same.rows]


def tapped(newsroom: Newsroom, address: str, person: Any = None) -> Any:
    browser = newsroom.browse(person or newsroom.head)
    browser.post(address, {"post": keys(browser.get(address))})
    return browser


def approved() -> int:
    return Post.objects.filter(corrects__isnull=False, state="approved").count()


def yeses() -> Any:
    return Approval.objects.filter(copy__post__corrects__isnull=False, voided_at=None)


@pytest.mark.django_db
def test_nothing_before_the_undo_is_over_then_a_row_per_hash(newsroom: Newsroom) -> None:
    message, address = written(newsroom)
    head = tapped(newsroom, address)
    page = head.get(address)
    assert "تا لحظه‌ای دیگر آغاز می‌شود" in page.content.decode() and f'data-live="{address}"' in page.content.decode()
    assert keys(page) == []  # what is in the yes does not ask again
    assert "اصلاحیه‌ای در انتظار تأیید شما نیست" not in page.content.decode()
    say_shared_yeses(0)
    assert approved() == 0
    with later():
        say_shared_yeses(0)
        page = head.get(address).content.decode()
    assert approved() == UNITS and yeses().filter(approver=newsroom.head).count() == 10
    assert set(yeses().values_list("content_hash", flat=True)) == set(
        Delivery.objects.filter(action="edit", state="pending").values_list("content_hash", flat=True)
    )
    assert "در ۵ واحد از ۵ واحد تأیید شد" in page and "data-live" not in page
    assert not Notice.objects.filter(kind__in=["shared_yes_stayed", "corrections_asked"], read_at=None).exists()
    assert audit.verify(message.institution_id) == []


@pytest.mark.django_db
def test_what_the_yes_is_said_to_waits_on_the_desk_of_nobody_who_said_it(newsroom: Newsroom) -> None:
    _message, address = written(newsroom)
    head, expert = newsroom.browse(newsroom.head), newsroom.browse(newsroom.expert)
    before = head.get("/").content.decode()
    assert f'href="{address}"' in before and "/approval/" not in before  # once, and not once more for each unit
    assert "۵ پیام در انتظار تأیید شماست" in before
    tapped(newsroom, address)
    after = head.get("/").content.decode()
    assert f'href="{address}"' not in after and "در انتظار تأیید شماست" not in after
    assert awaiting_count(newsroom.head) == 0
    assert f'href="{address}"' in expert.get("/").content.decode()  # another approver's desk asks still
    head.post(f"{address}undo/", {"yes": SharedYes.objects.latest("pk").pk})
    assert f'href="{address}"' in head.get("/").content.decode()


@pytest.mark.django_db
def test_taken_back_in_time_it_did_nothing(newsroom: Newsroom) -> None:
    _message, address = written(newsroom)
    head = tapped(newsroom, address)
    assert f'action="{address}undo/"' in head.get(address).content.decode()
    for _ in range(2):  # twice is once
        head.post(f"{address}undo/", {"yes": SharedYes.objects.latest("pk").pk})
    with later():
        say_shared_yeses(0)
    assert approved() == 0 and len(keys(head.get(address))) == UNITS
    assert SharedYes.objects.get().stopped_at is not None


@pytest.mark.django_db
def test_a_process_that_dies_goes_on_where_it_was(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    _message, address = written(newsroom)
    head = tapped(newsroom, address)
    with later():
        assert services.carry_shared_yes()
        assert approved() == 2 and "در ۲ واحد از ۵ واحد تأیید شد" in head.get(address).content.decode()
        approve, seen = together.approve_shown, []

        def dies(post: Post, **more: Any) -> Any:
            """Between the two posts of a round."""
            seen.append(post.pk)
            if len(seen) == 2:
                raise KeyboardInterrupt
            return approve(post, **more)

        with monkeypatch.context() as patched:
            patched.setattr(together, "approve_shown", dies)
            with pytest.raises(KeyboardInterrupt):
                say_shared_yeses(0)
        assert approved() == 2 and SharedYesPart.objects.filter(said_at=None).count() == 3
        say_shared_yeses(0)
    assert approved() == UNITS and yeses().count() == 10
    assert Delivery.objects.filter(action="edit").count() == 10


@pytest.mark.django_db
def test_what_nobody_foresaw_in_one_post_is_told_and_the_others_go_on(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The log names the post and where it broke, and no word of what it said."""
    _message, address = written(newsroom)
    head = tapped(newsroom, address)
    broken = Post.objects.get(corrects__isnull=False, unit=newsroom.hospital)
    approve = together.approve_shown

    def breaks(post: Post, **more: Any) -> Any:
        if post.pk == broken.pk:
            raise ZeroDivisionError("nobody thought of this")
        return approve(post, **more)

    monkeypatch.setattr(together, "approve_shown", breaks)
    with later():
        capsys.readouterr()
        say_shared_yeses(0)
        [line] = said_to_the_log(capsys)
        page = head.get(address).content.decode()
    assert (line["event"], line["post"], line["exception"]) == ("post_broke", broken.pk, "ZeroDivisionError")
    assert set(line) <= {"at", "event", "post", "exception", "where", "job", "doing"}
    assert "nobody thought" not in str(line) and any(one.endswith(" breaks") for one in line["where"])
    assert approved() == UNITS - 1 and SharedYes.objects.get().ended_at is not None
    assert f"{newsroom.hospital.name}: " in page and "پیش‌بینی‌نشده" in page and "nobody thought" not in page
    notice = Notice.objects.get(person=newsroom.head, kind="shared_yes_stayed")
    assert notice.url == address and notice.params["stayed"] == 1
    assert len(keys(head.get(address))) == 1  # it waits again


@pytest.mark.parametrize("away", [OperationalError, InterfaceError])
@pytest.mark.django_db
def test_where_the_database_is_busy_a_round_says_nothing_and_the_next_one_all(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], away: type[Exception]
) -> None:
    """Nobody is told that a post stayed as it was: it is a matter of seconds."""
    _message, address = written(newsroom)
    tapped(newsroom, address)
    approve, seen = together.approve_shown, []

    def busy(post: Post, **more: Any) -> Any:
        """At the second post of the first round."""
        seen.append(post.pk)
        if len(seen) == 2:
            raise away("canceling statement due to lock timeout: of a row")
        return approve(post, **more)

    monkeypatch.setattr(together, "approve_shown", busy)
    with later():
        capsys.readouterr()
        say_shared_yeses(0)
        lines = said_to_the_log(capsys)
        assert approved() == 0 and not yeses().exists()
        assert SharedYesPart.objects.filter(said_at=None).count() == UNITS
        say_shared_yeses(0)
    assert [(one["event"], one["institution"], one["exception"]) for one in lines] == [
        ("shared_yes_broke", newsroom.institution.pk, away.__name__)
    ]
    assert "lock timeout" not in str(lines)
    assert approved() == UNITS and not SharedYesPart.objects.exclude(refused="").exists()
    assert SharedYes.objects.get().ended_at is not None


def said_to_the_log(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]


@pytest.mark.django_db
def test_what_one_institution_brings_does_not_hold_up_the_others(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    _message, address = written(newsroom)
    tapped(newsroom, address)
    mine = newsroom.institution.pk
    carry, broken = services.carry_shared_yes, []

    def breaks_elsewhere() -> bool:
        if not broken:
            broken.append(True)
            raise ZeroDivisionError
        return carry()

    monkeypatch.setattr("ravi.network.jobs.institution_ids", lambda: [mine, mine])
    monkeypatch.setattr("ravi.network.jobs.carry_shared_yes", breaks_elsewhere)
    with later():
        say_shared_yeses(0)
    assert broken and approved() == UNITS


@pytest.mark.django_db
def test_a_withdrawal_in_the_middle_lets_nothing_more_out(newsroom: Newsroom) -> None:
    message, address = written(newsroom)
    head = tapped(newsroom, address)
    with later():
        assert services.carry_shared_yes()
        services.withdraw_message(message, reason="تلفن نادرست بود", by=newsroom.head)
        say_shared_yeses(0)
        page = head.get(address).content.decode()
    assert not Delivery.objects.filter(action="edit").exclude(state="cancelled").exists()
    assert yeses().count() == 4 and SharedYesPart.objects.exclude(refused="").count() == 3
    assert "در ۲ واحد از ۵ واحد تأیید شد" in page
    assert audit.verify(message.institution_id) == []


@pytest.mark.django_db
def test_a_version_issued_in_the_middle_stops_the_older_corrections(newsroom: Newsroom) -> None:
    message, address = written(newsroom)
    tapped(newsroom, address)
    with later():
        assert services.carry_shared_yes()
        issue_next(newsroom, message.offers.get(unit=newsroom.hospital), text=TEXT + " نوبت بگیرید.")
        say_shared_yeses(0)
    assert approved() == 2 and yeses().count() == 4
    assert SharedYesPart.objects.exclude(refused="").count() == 3
    assert SharedYes.objects.get().ended_at is not None


@pytest.mark.django_db
def test_two_approvers_press_and_each_copy_has_one_yes(newsroom: Newsroom) -> None:
    _message, address = written(newsroom)
    tapped(newsroom, address)
    expert = tapped(newsroom, address, newsroom.expert)
    assert SharedYes.objects.count() == 2
    with later():
        say_shared_yeses(0)
        page = expert.get(address).content.decode()
    assert approved() == UNITS and yeses().count() == 10 == Delivery.objects.filter(action="edit").count()
    assert {yes.approver_id for yes in yeses()} == {newsroom.head.pk}
    assert "پیش از شما این پیام را تأیید کرد" in page


@pytest.mark.django_db
def test_a_unit_that_wrote_its_own_meanwhile_stays(newsroom: Newsroom) -> None:
    _message, address = written(newsroom)
    tapped(newsroom, address)
    mine = CorrectedAnswer.objects.get(adoption__offer__unit=newsroom.faculty)
    publishing.withdraw_post(mine.post, by=mine.post.author, by_keeper=True)
    with later():
        say_shared_yeses(0)
    assert approved() == UNITS - 1
    assert SharedYesPart.objects.exclude(refused="").get().post_id == mine.post_id


@pytest.mark.database
def test_two_taps_in_the_same_moment_are_one_yes_and_a_withdrawal_meets_a_carrying_one(
    fresh_database: Any, sign_in: Any
) -> None:
    house = build_house()
    with tenant(house.institution.pk):
        house.institution.is_demo = True
        house.institution.save()
        newsroom = Newsroom(house, sign_in)
        for unit in (house.headquarters, house.hospital, house.faculty):
            newsroom.open_channels(unit)
        message, address = written(newsroom)
        shown = dict(key.split(":") for key in keys(newsroom.browse(newsroom.head).get(address)))
        wanted = {int(pk): digest for pk, digest in shown.items()}
        version = message.current

    def begin() -> Any:
        return services.begin_shared_yes(version, wanted, by=newsroom.head, is_correction=True)

    first, second = both(house, begin, begin)
    assert {type(first), type(second)} == {SharedYes, type(None)}
    both(house, services.carry_shared_yes, lambda: services.withdraw_message(message, reason="x", by=newsroom.head))
    with tenant(house.institution.pk):
        while services.carry_shared_yes():
            pass
        assert not Delivery.objects.filter(action="edit").exclude(state="cancelled").exists()
        assert SharedYesPart.objects.filter(said_at=None).count() == 0
        assert audit.verify(house.institution.pk) == []
