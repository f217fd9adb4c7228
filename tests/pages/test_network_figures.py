"""The figures of docs/performance-board.md for one yes to many units, for correcting what is out there and for withdrawing
from them: the full run says them.

It judges no time. Each unit has six channels, so that six hundred of them are 3,600 copies.
"""

import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial
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
from ravi.network.jobs import correct, say_shared_yeses, withdraw
from ravi.network.models import Message, Offer
from ravi.network.rules import Aim, TargetKind
from ravi.network.services import Answer
from ravi.publishing.rules import UNDO_S
from tests.pages.conftest import Newsroom
from tests.pages.test_based_on import issue_next
from tests.pages.test_uptake import many_units

pytestmark = pytest.mark.database
UNITS = [60, 600] if os.environ.get("RAVI_TEST_FULL") else [6]
SLOW_S = 1.0  # a question that takes longer is said with its words
MOST_SQL = 4000
EDITED = 4  # of the six platforms
PLATFORMS = ("bale", "eitaa", "wordpress", "mastodon", "bluesky")  # beside the one that each unit has


def measured(act: Callable[[], Any]) -> tuple[float, int, Any]:
    """Milliseconds, questions, and what came of it."""
    asked = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal asked
        asked += 1
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            if (took := time.perf_counter() - began) > SLOW_S:
                say(f"    a question of {took * 1000:.0f} ms: {' '.join(sql.split())[:MOST_SQL]}")

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


def taken_everywhere(newsroom: Newsroom, people: dict[int, Any]) -> Message:
    """Offered to all and taken unchanged by each centre, with all of its channels."""
    top = newsroom.headquarters
    fields = MessageFields(topic="organisation", window_min=0, aims=(Aim(TargetKind.TREE, top.pk),))
    words = VersionFields(title="تعطیلی شنبه", text="شنبه همهٔ مرکزها تعطیل است.")
    with inside(newsroom):
        message = services.draft_message(top, fields, words, by=newsroom.editor)
        version = message.versions.get()
    issue = lambda: services.issue_version(version, expected_revision=1, by=newsroom.editor)  # noqa: E731
    took, asked, _ = measured(lambda: asked_inside(newsroom, issue))
    say(f"offered to all: {took:.0f} ms, {asked} questions")
    officer = newsroom.browse(newsroom.officer)
    for visit in ("first", "second"):
        took, asked, _page = measured(lambda: officer.get("/network/offers/"))
        say(f"a unit's inbox, {visit} visit: {took:.0f} ms, {asked} questions")
    took_each = []
    with inside(newsroom):
        offers = list(Offer.objects.filter(message=message, unit__in=people))
        channels = defaultdict(list)
        for unit_id, pk in Channel.objects.values_list("unit_id", "pk"):
            channels[unit_id].append(pk)
    for offer in offers:
        adopt = partial(services.adopt_offer, offer, Answer(version.pk), channel_ids=channels[offer.unit_id])
        took_each.append(measured(lambda: asked_inside(newsroom, partial(adopt, by=people[offer.unit_id])))[:2])  # noqa: B023
    say(f"each unit's answer: median {median(one[0] for one in took_each):.0f} ms, {took_each[-1][1]} questions")
    with inside(newsroom):
        message.refresh_from_db()
    return message


def say(line: str) -> None:
    sys.stderr.write(f"\n{line}")


@pytest.fixture
def fresh_newsroom(fresh_database: Any, sign_in: Callable[[Any], Any]) -> Iterator[Newsroom]:
    """With real commits after each act, since PostgreSQL counts rows for its plans only then."""
    house = build_house()
    room = Newsroom(house, sign_in)
    with tenant(house.institution.pk):
        house.institution.is_demo = True
        house.institution.save()
        for unit in (house.headquarters, house.hospital, house.faculty):
            room.open_channels(unit)
    yield room
    connection.close()


@pytest.mark.parametrize("units", UNITS)
def test_figures(fresh_newsroom: Newsroom, fresh_database: Any, units: int, settle: Callable[..., None]) -> None:
    newsroom = fresh_newsroom
    with inside(newsroom):
        many_units(newsroom, units)
        six_channels(newsroom)
        people = officers(newsroom)
    counted(fresh_database)
    say(f"== {units} units")
    message = taken_everywhere(newsroom, people)
    counted(fresh_database)
    say_yes(newsroom, message, units)
    with inside(newsroom):
        settle(Delivery.objects.filter(action="publish"), "sent")
    counted(fresh_database)
    correct_all(newsroom, message, units, lambda: counted(fresh_database))
    with inside(newsroom):
        settle(Delivery.objects.filter(action="edit"), "sent")
    counted(fresh_database)
    take_back(newsroom, message, units)


def inside(newsroom: Newsroom) -> AbstractContextManager[None]:
    """A transaction of its own that sees the institution's rows."""
    return tenant(newsroom.institution.pk)


def asked_inside(newsroom: Newsroom, act: Callable[[], Any]) -> Any:
    with inside(newsroom):
        return act()


def counted(database: Any) -> None:
    """What autovacuum does within a minute."""
    with psycopg.connect(database.admin, autocommit=True) as admin:
        admin.execute("analyze")


def visited(browser: Any, address: str, what: str) -> Any:
    took, asked, page = measured(lambda: browser.get(address))
    say(f"{what}: {took:.0f} ms, {asked} questions, {len(page.content) / 1024:.0f} KB")
    return page


def say_yes(newsroom: Newsroom, message: Message, units: int) -> None:
    head, address = newsroom.browse(newsroom.head), f"/network/yes/{message.current_id}/"
    visited(head, "/", "the head's desk")
    page = visited(head, address, "page of one yes")
    one_yes(head, address, [row.key for row in page.context["shown"].rows], units)
    with inside(newsroom):
        assert Delivery.objects.count() == units * 6


def one_yes(head: Any, address: str, keys: list[str], units: int) -> None:
    assert len(keys) == units
    took, asked, answer = measured(lambda: head.post(address, {"post": keys}))
    say(f"the tap: {took:.0f} ms, {asked} questions")
    assert answer.status_code == 302
    visited(head, address, "page after it")
    visited(head, "/", "the head's desk after it")
    with clock.at(clock.now() + timedelta(seconds=UNDO_S)):
        took, asked, _ = measured(lambda: say_shared_yeses(0))
    say(f"its job: {took:.0f} ms, {asked} questions, {asked / units:.1f} a unit")


def correct_all(newsroom: Newsroom, message: Message, units: int, counted: Callable[[], None]) -> None:
    with inside(newsroom):
        issue_next(newsroom, message.offers.get(unit=newsroom.hospital), text="یکشنبه همهٔ مرکزها تعطیل است.")
        message.refresh_from_db()
    editor, address = newsroom.browse(newsroom.editor), f"/network/{message.pk}/corrections/"
    visited(editor, address, "page before correcting")
    took, asked, _page = measured(lambda: editor.post(address, {"version": message.current_id}))
    say(f"correcting: {took:.0f} ms, {asked} questions")
    took, asked, _ = measured(lambda: correct(message.institution_id, message.current_id))
    say(f"its job: {took:.0f} ms, {asked} questions, {asked / units:.1f} a unit")
    visited(editor, address, "page after it")
    head, yes = newsroom.browse(newsroom.head), f"/network/yes/{message.current_id}/corrections/"
    visited(head, "/", "the head's desk")
    counted()
    visited(head, "/", "the head's desk a minute later")
    page = visited(head, yes, "page of one yes to corrections")
    one_yes(head, yes, [row.key for row in page.context["shown"].same.rows], units)
    with inside(newsroom):
        assert Delivery.objects.filter(action="edit").count() == units * EDITED


def take_back(newsroom: Newsroom, message: Message, units: int) -> None:
    head, address = newsroom.browse(newsroom.head), f"/network/{message.pk}/withdrawal/"
    visited(head, address, "page before withdrawing")
    took, asked, _page = measured(lambda: head.post(address, {"reason": "تلفن اشتباه بود"}))
    say(f"withdrawing: {took:.0f} ms, {asked} questions")
    visited(head, address, "page after it")
    took, asked, _ = measured(lambda: withdraw(message.institution_id, message.pk))
    say(f"its job: {took:.0f} ms, {asked} questions, {asked / units:.1f} a unit")
    visited(head, address, "page after that\n")
    with inside(newsroom):
        assert Delivery.objects.filter(action="delete").count() == units * 6
