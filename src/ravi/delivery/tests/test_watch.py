"""What lasts and keeps copies from going out is told once, to whoever can do something, and outside in fixed words."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from ravi.accounts.models import Role
from ravi.accounts.rules import RoleKind
from ravi.core import clock
from ravi.core.pulse import note_pulse
from ravi.core.tenancy import tenant
from ravi.delivery import services
from ravi.delivery.models import Breaker, Slot, Worker
from ravi.delivery.rules import Scope
from ravi.delivery.tests.test_services import NOW, channels, order
from ravi.delivery.watch import AWAY_LONG, watch
from ravi.directory.models import Credential
from ravi.directory.services import add_custodian, end_custodian
from ravi.notices.models import Notice
from ravi.notices.rules import kind

__all__ = ["channels"]

LATER = NOW + timedelta(minutes=6)


@pytest.fixture
def engine(shared_admin):
    """`engine(statement, values)` writes as an engine did before: committed, and taken away after the test."""
    yield shared_admin.execute
    shared_admin.execute("delete from delivery_breaker")
    shared_admin.execute("delete from delivery_worker")


@pytest.fixture
def copy(house, channels):
    [one] = services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    return one


def beat(engine, at):
    engine(
        "insert into delivery_worker (owner, started_at, seen_at, in_hand) values ('a', %(at)s, %(at)s, 0)"
        " on conflict (owner) do update set seen_at = %(at)s",
        {"at": at},
    )


def away(engine, since, platform="telegram"):
    engine("insert into delivery_breaker (platform, route, failures, trips) values (%s, 'direct', 5, 1)", [platform])
    engine("alter table delivery_breaker disable trigger since")
    engine("update delivery_breaker set opened_at = %s, open_until = %s", [since, LATER + timedelta(minutes=5)])
    engine("alter table delivery_breaker enable trigger since")


@pytest.fixture
def demo(house):
    """These tests are about what pages show: the second factor is relaxed as in a demo."""
    house.institution.is_demo = True
    house.institution.save()


def told():
    return {(one.kind, one.person.username) for one in Notice.objects.select_related("person")}


def look(house, now=LATER):
    return watch(house.institution.pk, now)


def test_a_dead_engine_is_told_once_and_again_after_it_lived(house, engine):
    beat(engine, LATER - timedelta(seconds=59))
    assert look(house) == 0
    assert look(house, LATER + timedelta(seconds=2)) == 1
    assert look(house, LATER + timedelta(seconds=30)) == 0
    assert told() == {("engine_dead", "head")}
    beat(engine, LATER + timedelta(seconds=40))
    assert look(house, LATER + timedelta(seconds=41)) == 0
    assert look(house, LATER + timedelta(minutes=3)) == 1
    assert kind("engine_dead").is_urgent({})


def test_where_nothing_ever_ran_nothing_is_told_before_something_waits(house, engine, channels):
    assert look(house) == 0
    services.enqueue([order(channels[0])], by=house.editor, now=LATER)
    assert look(house) == 1


def test_silent_copies_are_told_to_the_head_once(house, engine, copy):
    beat(engine, LATER)
    assert [look(house), look(house)] == [1, 0]
    assert told() == {("copies_silent", "head")}
    assert Notice.objects.get().url == f"/posts/{copy.post_id}/board/"


def test_a_platform_that_stays_away_is_told_while_copies_wait(house, engine, copy):
    beat(engine, LATER)
    away(engine, LATER - AWAY_LONG + timedelta(seconds=1))
    assert look(house) == 0
    assert look(house, LATER + timedelta(seconds=1)) == 1
    assert told() == {("platform_away", "head")}
    with tenant(house.other_institution.pk):
        assert watch(house.other_institution.pk, LATER + timedelta(seconds=1)) == 0


def test_a_refused_key_is_told_to_head_and_custodian_once_for_all_channels(house, engine, channels):
    services.enqueue([order(channels[0]), order(channels[1])], by=house.editor, now=LATER)
    beat(engine, LATER)
    for one in channels[:2]:
        add_custodian(one, house.officer, since=NOW.date(), by=house.head)
    former = add_custodian(channels[0], house.neighbour, since=NOW.date(), by=house.head)
    end_custodian(former, until=NOW.date(), by=house.head)
    Slot.objects.update(hold_code="credentials_refused")
    before = Notice.objects.count()
    assert [look(house), look(house)] == [2, 0]
    assert told() >= {("credential_refused", "head"), ("credential_refused", "officer")}
    assert Notice.objects.count() == before + 2
    assert set(Notice.objects.filter(kind="credential_refused").values_list("params__count", flat=True)) == {2}


def test_a_key_that_a_look_found_refused_is_told_before_any_copy_met_it(house, engine, channels):
    beat(engine, LATER)
    refused = {"box": b"x", "key_id": "k", "set_at": NOW, "checked_at": NOW, "outcome": "refused"}
    Credential(institution_id=house.institution.pk, channel=channels[0], **refused).save(force_insert=True)
    assert [look(house), look(house)] == [1, 0]
    assert told() == {("credential_refused", "head")}


def test_a_channel_held_for_a_key_of_another_account_is_not_told_to_its_custodian(house, engine, channels):
    beat(engine, LATER)
    add_custodian(channels[0], house.officer, since=NOW.date(), by=house.head)
    services.enqueue([order(channels[0])], by=house.editor, now=LATER)
    Slot.objects.update(hold_code="credentials_refused")
    other = {"box": b"x", "key_id": "k", "set_at": NOW, "checked_at": NOW, "outcome": "other_account"}
    Credential(institution_id=house.institution.pk, channel=channels[0], **other).save(force_insert=True)
    look(house)
    assert not Notice.objects.filter(kind="credential_refused").exists()


def test_a_stop_is_told_to_the_others_who_lead(house, engine, channels):
    beat(engine, LATER)
    services.stop(Scope.UNIT, house.hospital.pk, by=house.head, reason="", institution_id=house.institution.pk)
    assert [look(house), look(house)] == [1, 0]
    assert told() == {("sending_stopped", "unit_head")}


@pytest.mark.parametrize("scope", [Scope.UNIT, Scope.CHANNEL])
def test_a_stop_names_its_unit_also_where_nobody_leads_it(house, engine, channels, scope):
    beat(engine, LATER)
    channel = channels[0]
    Role.objects.filter(unit=channel.unit, kind=RoleKind.UNIT_HEAD).update(ended_at=NOW)
    key = channel.unit_id if scope is Scope.UNIT else channel.pk
    services.stop(scope, key, by=house.editor, reason="", institution_id=house.institution.pk)
    assert look(house) == 1
    [notice] = Notice.objects.filter(kind="sending_stopped")
    with translation.override("en"):
        said = kind("sending_stopped").sentence(notice.params)
    assert said == f"{house.editor.name} stopped the sending of {channel.unit.name}."


def test_the_operators_stop_names_nobody(house, engine):
    beat(engine, LATER)
    services.stop_everything(by=house.editor, reason="", now=NOW)
    assert look(house) == 1
    [notice] = Notice.objects.filter(kind="sending_stopped")
    assert (notice.params["scope"], notice.params["who"]) == ("all", "")


def test_every_notice_of_delivery_is_a_sentence_in_both_languages(house):
    params = {
        "engine_dead": {"since": NOW.isoformat()},
        "platform_away": {"platform": "telegram", "since": NOW.isoformat(), "count": 3},
        "credential_refused": {"platform": "bale", "count": 1},
        "copies_silent": {"count": 2},
        "change_unstanding": {"title": "واکسن", "unit": "بیمارستان امید", "platform": "mastodon", "count": 2},
        "sending_stopped": {"scope": "unit", "who": "مریم", "unit": "بیمارستان امید", "platform": ""},
    }
    for name, facts in params.items():
        said = set()
        for language in ("fa", "en"):
            with translation.override(language):
                said.add(kind(name).sentence(facts))
        assert len(said) == 2 and not any("%(" in one for one in said), name


# Pages


def test_page_shows_which_platforms_wait_since_when_and_until_when(house, demo, engine, copy, sign_in):
    page = sign_in(house.head).get("/deliveries/platforms/").content.decode()
    assert 'class="empty"' in page
    with clock.at(LATER):
        beat(engine, LATER)
        away(engine, NOW)
        page = sign_in(house.head).get("/deliveries/platforms/").content.decode()
    assert "۱ نسخه" in page and "تلگرام" in page and "۱۲:۳۰" in page and "۱۲:۴۱" in page


@pytest.mark.parametrize("count", [1, 3, 100])
def test_page_asks_the_same_number_of_questions(
    house, demo, engine, copy, sign_in, count, django_assert_max_num_queries
):
    for number in range(count):
        away(engine, NOW, platform=f"p{number}")
    browser = sign_in(house.head)
    with clock.at(LATER), django_assert_max_num_queries(12):
        assert browser.get("/deliveries/platforms/").status_code == 200


# Health


def reasons():
    answer = Client().get("/health/")
    return answer.status_code, answer.json()["reasons"]


def test_health_says_what_is_wrong_in_fixed_words(house, engine, copy):
    with clock.at(LATER):
        assert reasons() == (503, ["jobs_dead", "engine_dead"])
        note_pulse("jobs", "a")
        beat(engine, LATER)
        assert reasons() == (200, [])
        note_pulse("ledger", "all", {"silent": 1})
        assert reasons() == (503, ["copies_late"])
        assert Client().get("/health/live/").status_code == 200
    with clock.at(LATER + timedelta(seconds=61)):
        assert reasons() == (503, ["jobs_dead", "engine_dead", "copies_late"])


def test_health_says_nothing_of_anybody(house, engine, copy):
    said = Client().get("/health/").content.decode()
    for name in (house.institution.name, house.institution.slug, house.head.username, "telegram"):
        assert name not in said
    assert Worker.objects.count() == Breaker.objects.count() == 0
