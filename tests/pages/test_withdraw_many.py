"""Withdrawing from many units: nothing leaves from the first commit on, the rest follows post by post whatever one of them
brings, and the page counts thousands of copies in the database."""

from collections import Counter
from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import build_house
from ravi.core import audit, clock
from ravi.core.tenancy import tenant
from ravi.delivery.models import Delivery
from ravi.delivery.queries import board
from ravi.delivery.removals import removals_of
from ravi.delivery.rules import OPEN, Action, State, Wait
from ravi.directory.models import Channel
from ravi.network import services
from ravi.network.errors import PostsLeft
from ravi.network.jobs import withdraw
from ravi.network.models import Message
from ravi.network.tests.outside import agreed
from ravi.publishing import services as publishing
from ravi.publishing.models import Post
from tests.at_once import both
from tests.pages.conftest import Newsroom
from tests.pages.test_correct_message import correcting, out
from tests.pages.test_shared_yes import adopted

UNITS = 4


def approved(newsroom: Newsroom, units: int = UNITS) -> Message:
    """Every unit's copies are in the line."""
    version = adopted(newsroom, units)
    for post in Post.objects.filter(state="submitted"):
        agreed(post, newsroom.head)
    version.message.refresh_from_db()
    return version.message


def withdrawn(newsroom: Newsroom, message: Message) -> str:
    address = f"/network/{message.pk}/withdrawal/"
    newsroom.browse(newsroom.head).post(address, {"reason": "تلفن اشتباه بود"})
    return address


@pytest.mark.django_db
def test_the_first_commit_takes_out_all_that_has_not_gone(newsroom: Newsroom) -> None:
    message = out(newsroom, UNITS)
    correcting(newsroom, message)
    written = Post.objects.filter(corrects__isnull=False).order_by("pk")
    agreed(written[0], newsroom.head)  # its edits are in the line, the others wait for a yes
    assert Delivery.objects.filter(action="edit", state="pending").count() == 2
    withdrawn(newsroom, message)
    assert not Delivery.objects.filter(state__in=["pending", "claimed", "held"]).exists()
    assert not Post.objects.filter(state="submitted", halted_at=None).exists()
    assert not Delivery.objects.filter(action="delete").exists()  # that is the job's


@pytest.mark.django_db
def test_a_job_that_dies_between_two_posts_goes_on_and_its_page_says_how_far(newsroom: Newsroom) -> None:
    message = out(newsroom, UNITS)
    address = withdrawn(newsroom, message)
    first = services.withdraw_next(message.pk)
    second = services.withdraw_next(message.pk)  # another process, which begins at the beginning
    assert 0 < first < second
    said = newsroom.browse(newsroom.head).get(address).content.decode()
    assert "نسخه‌های ۲ واحد" in said
    withdraw(message.institution_id, message.pk)
    assert Delivery.objects.filter(action="delete").count() == UNITS * 2
    assert not Post.objects.exclude(state="withdrawn").exists()
    assert audit.verify(message.institution_id) == []


@pytest.mark.django_db
def test_what_nobody_foresaw_in_one_post_holds_up_no_other(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    message = out(newsroom, UNITS)
    withdrawn(newsroom, message)
    broken, act = Post.objects.order_by("pk")[0], publishing.withdraw_post

    def breaks(post: Post, **more: Any) -> Any:
        done = act(post, **more)
        if post.pk == broken.pk:
            raise ZeroDivisionError
        return done

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "withdraw_post", breaks)
        with pytest.raises(PostsLeft):  # so that the job comes again
            withdraw(message.institution_id, message.pk)
    assert Post.objects.filter(state="withdrawn").count() == UNITS - 1
    assert not Delivery.objects.filter(post_id=broken.pk, action="delete").exists()
    withdraw(message.institution_id, message.pk)
    assert Post.objects.filter(state="withdrawn").count() == UNITS


@pytest.mark.django_db
def test_counts_are_those_of_the_copies_one_by_one(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    Channel.objects.filter(unit=newsroom.hospital, platform="mastodon").update(adapter="manual")
    message = approved(newsroom)
    lost, unsent = Delivery.objects.exclude(adapter="manual").order_by("pk").values_list("pk", flat=True)[:2]
    settle(Delivery.objects.exclude(pk__in=(lost, unsent)), "sent")
    Delivery.objects.filter(pk=lost).update(state="unknown", unknown_at=clock.now(), sent_maybe=True)
    withdrawn(newsroom, message)
    withdraw(message.institution_id, message.pk)
    removals = Delivery.objects.filter(action="delete").exclude(adapter="manual").exclude(about=lost).order_by("pk")
    for pk, state in zip(
        list(removals.values_list("pk", flat=True)), cycle(["pending", "sent", "failed", "unknown"]), strict=False
    ):
        settle(Delivery.objects.filter(pk=pk), state)
    posts = list(Post.objects.values_list("pk", flat=True))
    now = clock.now()
    lines = [line for mine in board(posts, now=now).values() for line in mine]
    by_hand = {line.channel_id for line in lines if line.action == Action.DELETE and line.by_hand}
    tried = [
        line for line in lines if line.action == Action.DELETE and (line.by_hand or line.channel_id not in by_hand)
    ]
    found = removals_of(posts, now)
    assert found.states == {state: n for state in State if (n := sum(line.state == state for line in tried))}
    assert found.waits == sum(line.state in OPEN and line.waiting_for in (Wait.COPY, Wait.UNKNOWN) for line in tried)
    assert found.read_back == Counter(line.read_back for line in tried if line.read_back)
    assert by_hand and found.waits > 0 and found.never_went == 1 and len(found.states) >= 4


@pytest.mark.django_db
def test_questions_do_not_grow_with_units(newsroom: Newsroom) -> None:
    counted = []
    for units in (2, 5):
        message = out(newsroom, units)
        head, asked = newsroom.browse(newsroom.head), []
        address = f"/network/{message.pk}/withdrawal/"
        for step in ("before", "act", "after"):
            head.get("/network/")
            with CaptureQueriesContext(connection) as found:
                head.post(address, {"reason": "x"}) if step == "act" else head.get(address)
            asked.append(len(found))
        counted.append(asked)
    assert counted[0] == counted[1], counted


@pytest.mark.database
def test_two_people_withdraw_in_the_same_moment(fresh_database: Any, sign_in: Any) -> None:
    house = build_house()
    with tenant(house.institution.pk):
        newsroom = Newsroom(house, sign_in)
        for unit in (house.headquarters, house.hospital, house.faculty):
            newsroom.open_channels(unit)
        message = out(newsroom, 3)
    by = [lambda who=who: services.withdraw_message(message, reason="x", by=who) for who in (house.head, house.editor)]
    first, second = both(house, *by)
    assert isinstance(first, Message) and isinstance(second, Message)
    assert first.ended_by_id == second.ended_by_id
    both(house, *[lambda: withdraw(house.institution.pk, message.pk)] * 2)
    with tenant(house.institution.pk):
        assert set(Post.objects.filter(corrects=None).values_list("state", flat=True)) == {"withdrawn"}
        removals = Delivery.objects.filter(action="delete")
        assert removals.count() == removals.values("about_id").distinct().count() == 6
        assert audit.verify(house.institution.pk) == []
