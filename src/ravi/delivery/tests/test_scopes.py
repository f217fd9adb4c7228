"""Whether a stop covers a copy is one rule: what Python says, the database says, for every scope and key."""

from itertools import product

import pytest
from django.db import connection

from ravi.delivery import rules, services
from ravi.delivery.models import Delivery, StopOrder
from ravi.delivery.rules import Scope
from ravi.delivery.store import desk
from ravi.delivery.store.scopes import COVERS
from ravi.delivery.tests.test_services import NOW, channels, order

__all__ = ["channels"]

# The pair itself, asked of PostgreSQL: every copy against every stop.
PAIRS = f"select d.id, s.id from delivery_delivery d join delivery_stoporder s on {COVERS}"  # noqa: S608


def stop(house, scope, key, **more):
    return services.stop(scope, key, by=house.head, reason="x", institution_id=house.institution.pk, now=NOW, **more)


@pytest.fixture
def copies(house, channels):
    made = services.enqueue(
        [order(channels[0], campaign_id=3, topic="light"), order(channels[1])], by=house.editor, now=NOW
    )
    Delivery.objects.filter(pk=made[0].pk).update(state="sent", sent_at=NOW, settled_at=NOW, remote_id="1")
    made += services.enqueue([order(channels[0], 2, action="delete", of=made[0].pk)], by=house.editor, now=NOW)
    return list(Delivery.objects.filter(pk__in=[one.pk for one in made]))


def test_rule_and_database_agree_on_every_pair(house, channels, copies):
    keys = {
        Scope.ALL: [""],
        Scope.INSTITUTION: [""],
        Scope.UNIT: [str(house.hospital.pk), str(house.faculty.pk)],
        Scope.CAMPAIGN: ["3", "4"],
        Scope.PLATFORM: ["telegram", "bale"],
        Scope.CHANNEL: [str(channel.pk) for channel in channels],
        Scope.TOPIC: ["light", "health", ""],
    }
    for scope, found in keys.items():
        for key, removals_too in product(found, (False, True)):
            stop(house, scope, key, removals_too=removals_too)
    orders = list(StopOrder.objects.all())
    said = {(copy.pk, one.pk) for copy, one in product(copies, orders) if rules.covers(one, copy)}
    with connection.cursor() as cursor:
        cursor.execute(PAIRS)
        assert set(cursor.fetchall()) == said
    assert len(said) > 20


def test_a_stop_is_weighed_before_it_is_said(house, channels, copies):
    targets = [("institution", ""), ("channel", str(channels[1].pk)), ("platform", "telegram"), ("campaign", "3")]
    with connection.cursor() as cursor:
        weighed = desk.weigh_stops(cursor, targets, house.institution.pk)
    assert weighed == {("institution", ""): 1, ("channel", str(channels[1].pk)): 1, ("platform", "telegram"): 1}
