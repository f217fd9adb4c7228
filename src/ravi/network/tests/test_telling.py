"""Units hear of what is offered to them: once for each offer, of an alert also at night, by no more questions for many."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ravi.accounts import services as accounts
from ravi.accounts.rules import RoleKind, UnitKind
from ravi.core import clock
from ravi.network import jobs, services
from ravi.network.draft import MessageFields, VersionFields
from ravi.network.models import Message, Offer
from ravi.network.rules import Aim, TargetKind
from ravi.network.services import Answer
from ravi.notices.models import Address, Dispatch, Notice

pytestmark = pytest.mark.django_db


def offered(house: Any, **more: Any) -> Message:
    """News of the organisation before every unit."""
    top = house.headquarters
    fields = MessageFields(**({"topic": "organisation", "aims": (Aim(TargetKind.TREE, top.pk),)} | more))
    message = services.draft_message(top, fields, VersionFields(title="تعطیلی", text="شنبه."), by=house.editor)
    version = message.versions.get()
    services.issue_version(version, expected_revision=version.revision, by=house.editor)
    message.refresh_from_db()
    return message


def heard(*, unread: bool = False) -> list[str]:
    notices = Notice.objects.filter(kind="offer_made").order_by("person__username")
    if unread:
        notices = notices.filter(read_at=None)
    return list(notices.values_list("person__username", flat=True))


def lined_up(message: Message) -> int:
    """Jobs that the line holds for it, put there by the transaction that made the offers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from procrastinate_jobs where task_name = 'network.tell_offers' and args->>'message_id' = %s",
            [str(message.pk)],
        )
        return int(cursor.fetchone()[0])


def test_each_unit_hears_once_of_each_offer(house: Any) -> None:
    message = offered(house, deadline=clock.now() + timedelta(days=1))
    assert lined_up(message) == 1 and heard() == []
    for _ in range(2):
        jobs.tell_units(message.institution_id, message.pk)
    assert heard() == ["neighbour", "officer", "unit_head"]
    notice = Notice.objects.get(kind="offer_made", person=house.officer)
    assert notice.url == f"/network/offers/{Offer.objects.get(message=message, unit=house.hospital).pk}/"
    assert house.hospital.name in str(notice.params["unit"]) and notice.params["until"]


def test_a_newer_version_is_told_to_units_that_come_new(house: Any) -> None:
    message = offered(house, aims=(Aim(TargetKind.UNIT, house.hospital.pk),))
    services.tell_offers(message.pk)
    assert heard() == ["officer", "unit_head"]
    fields = MessageFields(topic="organisation", aims=(Aim(TargetKind.TREE, house.headquarters.pk),))
    services.edit_message(message, fields, expected_revision=message.revision, by=house.editor)
    version = services.start_version(message, by=house.editor)
    words = VersionFields(title="تعطیلی", text="یکشنبه.", what_changed="روز")
    version = services.save_version(version, words, expected_revision=version.revision, by=house.editor)
    services.issue_version(version, expected_revision=version.revision, by=house.editor)
    services.tell_offers(message.pk)
    assert heard() == ["neighbour", "officer", "unit_head"]


def test_whoever_was_faster_hears_nothing_and_an_answer_ends_the_asking(house: Any) -> None:
    message = offered(house)
    offer = Offer.objects.get(message=message, unit=house.faculty)
    assert message.current_id
    services.decline_offer(offer, Answer(message.current_id), reason="نه", by=house.neighbour)
    services.tell_offers(message.pk)
    assert heard() == ["officer", "unit_head"]
    services.end_message(message, by=house.editor)
    assert heard(unread=True) == []


def test_at_night_only_an_alert_goes_to_peoples_own_addresses(house: Any) -> None:
    now = clock.now()
    Address.objects.create(
        institution=house.institution, person=house.officer, sender="mail", address="officer@example.org",
        asked_at=now, confirmed_at=now, quiet_from=0, quiet_until=23,
    )  # fmt: skip
    hour = now.astimezone().replace(hour=9, minute=0, second=0, microsecond=0)
    with clock.at(hour):
        for kind in ("message", "alert"):
            services.tell_offers(offered(house, kind=kind).pk)
    due = {one.notice.params["alert"]: one.due_at for one in Dispatch.objects.select_related("notice")}
    assert due[True] == hour < due[False]


def test_as_many_questions_for_twenty_units_as_for_three(house: Any) -> None:
    counted = []
    for more in (1, 17):
        for number in range(more):
            unit = accounts.add_unit(f"مرکز {more} {number}", UnitKind.CENTRE, parent=house.headquarters, by=None)
            who = accounts.add_person(f"o{unit.pk}", f"مسئول {unit.pk}", None, institution=house.institution, by=None)
            accounts.grant_role(who, RoleKind.UNIT_OFFICER, unit=unit, by=None)
        message = offered(house)
        with CaptureQueriesContext(connection) as asked:
            services.tell_offers(message.pk)
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 12, counted
    assert len(heard()) == (3 + 1) + (3 + 18)


def test_units_that_have_nobody_are_named_to_headquarters(house: Any, sign_in: Any) -> None:
    house.institution.is_demo = True
    house.institution.save()
    lonely = accounts.add_unit("مرکز تنها", UnitKind.CENTRE, parent=house.headquarters, by=None)
    under = accounts.add_unit("خانهٔ بهداشت", UnitKind.HEALTH_HOUSE, parent=house.hospital, by=None)
    message = offered(house)
    services.tell_offers(message.pk)
    url = f"/network/offers/{Offer.objects.get(message=message, unit=under).pk}/"
    assert set(Notice.objects.filter(url=url).values_list("person__username", flat=True)) == {"officer", "unit_head"}
    page = sign_in(house.editor).get(f"/network/{message.pk}/uptake/")
    assert [unit.pk for unit in page.context["board"].nobody] == [lonely.pk]
    assert "۱ واحد کسی را ندارد که پاسخ دهد" in page.content.decode()
