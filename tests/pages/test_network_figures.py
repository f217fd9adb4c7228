"""The figures of docs/performance-board.md for one yes to many units and for withdrawing from them: the full run says them.

It judges no time. Each unit has six channels, so that six hundred of them are 3,600 copies.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from statistics import median
from typing import Any

import psycopg
import pytest
from django.db import connection

from conftest import build_house
from ravi.accounts import services as accounts
from ravi.accounts.models import Unit
from ravi.accounts.rules import RoleKind
from ravi.core import clock
from ravi.core.tenancy import tenant
from ravi.delivery.models import Delivery
from ravi.directory.models import Channel
from ravi.network import services
from ravi.network.draft import MessageFields, VersionFields
from ravi.network.jobs import say_shared_yeses, withdraw
from ravi.network.models import Message, Offer
from ravi.network.rules import Aim, TargetKind
from ravi.network.services import Answer
from ravi.publishing.rules import UNDO_S
from tests.pages.conftest import Newsroom
from tests.pages.test_uptake import many_units

pytestmark = pytest.mark.database
UNITS = [60, 600] if os.environ.get("RAVI_TEST_FULL") else [6]
PLATFORMS = ("bale", "eitaa", "wordpress", "mastodon", "bluesky")  # beside the one that each unit has


def measured(act: Callable[[], Any]) -> tuple[float, int, Any]:
    """Milliseconds, questions, and what came of it."""
    asked = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        began = time.perf_counter()
        found = act()
        took = (time.perf_counter() - began) * 1000
    return took, asked, found


def six_channels(newsroom: Newsroom) -> None:
    """Five more for each centre, as rows."""
    now = clock.now()
    Channel.objects.bulk_create(
        Channel(
            institution_id=newsroom.institution.pk,
            unit=unit,
            platform=platform,
            adapter="sandbox",
            handle=f"many_{unit.pk}",
            handle_key=f"many_{unit.pk}",
            address=f"{platform}/many_{unit.pk}",
            purpose="خبر",
            state=Channel.State.ACTIVE,
            state_at=now,
            listed=True,
            requested_at=now,
            sort_key=str(unit.pk),
            search_key=str(unit.pk),
        )
        for unit in Unit.objects.filter(kind="centre")
        for platform in PLATFORMS
    )


def officers(newsroom: Newsroom) -> dict[int, Any]:
    """Each centre's own officer."""
    found = {}
    for unit in Unit.objects.filter(kind="centre"):
        found[unit.pk] = accounts.add_person(
            f"officer-{unit.pk}", f"مسئول {unit.pk}", None, institution=newsroom.institution, by=None
        )
        accounts.grant_role(found[unit.pk], RoleKind.UNIT_OFFICER, unit=unit, by=None)
    return found


def taken_everywhere(newsroom: Newsroom) -> Message:
    """Offered to all and taken unchanged by each centre, with all of its channels."""
    top, people = newsroom.headquarters, officers(newsroom)
    fields = MessageFields(topic="organisation", window_min=0, aims=(Aim(TargetKind.TREE, top.pk),))
    words = VersionFields(title="تعطیلی شنبه", text="شنبه همهٔ مرکزها تعطیل است.")
    message = services.draft_message(top, fields, words, by=newsroom.editor)
    version = message.versions.get()
    took, asked, _ = measured(lambda: services.issue_version(version, expected_revision=1, by=newsroom.editor))
    say(f"offered to all: {took:.0f} ms, {asked} questions")
    took_each = []
    for offer in Offer.objects.filter(message=message, unit__in=people):
        channels = list(Channel.objects.filter(unit_id=offer.unit_id).values_list("pk", flat=True))
        answer = Answer(version.pk)
        adopt = lambda: services.adopt_offer(offer, answer, channel_ids=channels, by=people[offer.unit_id])  # noqa: B023, E731
        took_each.append(measured(adopt)[:2])
    say(f"each unit's answer: median {median(one[0] for one in took_each):.0f} ms, {took_each[-1][1]} questions")
    message.refresh_from_db()
    return message


def say(line: str) -> None:
    sys.stderr.write(f"\n{line}")


@pytest.fixture
def fresh_newsroom(fresh_database: Any, sign_in: Callable[[Any], Any]) -> Iterator[Newsroom]:
    """With real commits, since PostgreSQL counts rows for its plans only then."""
    house = build_house()
    with tenant(house.institution.pk):
        house.institution.is_demo = True
        house.institution.save()
        room = Newsroom(house, sign_in)
        for unit in (house.headquarters, house.hospital, house.faculty):
            room.open_channels(unit)
        yield room
    connection.close()


@pytest.mark.parametrize("units", UNITS)
def test_figures(fresh_newsroom: Newsroom, fresh_database: Any, units: int, settle: Callable[..., None]) -> None:
    newsroom = fresh_newsroom
    many_units(newsroom, units)
    six_channels(newsroom)
    counted(fresh_database)
    say(f"== {units} units")
    message = taken_everywhere(newsroom)
    counted(fresh_database)
    say_yes(newsroom, message, units)
    settle(Delivery.objects.all(), "sent")
    counted(fresh_database)
    take_back(newsroom, message, units)


def counted(database: Any) -> None:
    """What autovacuum does within a minute."""
    with psycopg.connect(database.admin, autocommit=True) as admin:
        admin.execute("analyze")


def say_yes(newsroom: Newsroom, message: Message, units: int) -> None:
    head, address = newsroom.browse(newsroom.head), f"/network/yes/{message.current_id}/"
    head.get("/")
    took, asked, page = measured(lambda: head.get(address))
    say(f"page of one yes: {took:.0f} ms, {asked} questions, {len(page.content) / 1024:.0f} KB")
    keys = [row.key for row in page.context["shown"].rows]
    assert len(keys) == units
    took, asked, answer = measured(lambda: head.post(address, {"post": keys}))
    say(f"the tap: {took:.0f} ms, {asked} questions")
    assert answer.status_code == 302
    took, asked, _page = measured(lambda: head.get(address))
    say(f"page after it: {took:.0f} ms, {asked} questions")
    with clock.at(clock.now() + timedelta(seconds=UNDO_S)):
        took, asked, _ = measured(lambda: say_shared_yeses(0))
    say(f"its job: {took:.0f} ms, {asked} questions, {asked / units:.1f} a unit")
    assert Delivery.objects.count() == units * 6


def take_back(newsroom: Newsroom, message: Message, units: int) -> None:
    head, address = newsroom.browse(newsroom.head), f"/network/{message.pk}/withdrawal/"
    took, asked, _page = measured(lambda: head.get(address))
    say(f"page before withdrawing: {took:.0f} ms, {asked} questions")
    took, asked, _page = measured(lambda: head.post(address, {"reason": "تلفن اشتباه بود"}))
    say(f"withdrawing: {took:.0f} ms, {asked} questions")
    took, asked, _ = measured(lambda: withdraw(message.institution_id, message.pk))
    say(f"its job: {took:.0f} ms, {asked} questions, {asked / units:.1f} a unit")
    took, asked, _page = measured(lambda: head.get(address))
    say(f"page after: {took:.0f} ms, {asked} questions\n")
    assert Delivery.objects.filter(action="delete").count() == units * 6
