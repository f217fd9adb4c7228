"""Rows that were there before a migration: what it fills into them, run as the owner over an institution that works."""

from importlib import import_module
from typing import Any

import psycopg
import pytest

from conftest import Urls, build_house
from ravi.core import clock
from ravi.core.tenancy import tenant
from ravi.delivery.models import Delivery
from ravi.delivery.queries import is_stopped
from ravi.publishing import services
from ravi.publishing.rules import Topic

from .conftest import approved, open_channels

pytestmark = pytest.mark.database


def run_again(urls: Urls, migration: str, before: str) -> None:
    """The rows as they were `before`, and the migration's own SQL once more."""
    fill: str = import_module(f"ravi.publishing.migrations.{migration}").FILL
    with psycopg.connect(urls.admin, autocommit=True) as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(before)
    with psycopg.connect(urls.owner) as owner:
        owner.execute(fill)


@pytest.fixture
def light(fresh_database: Urls) -> tuple[Urls, Any, Any]:
    """A light message in the line of three channels."""
    house = build_house()
    with tenant(house.institution.pk):
        return fresh_database, house, approved(house, open_channels(house), topic="light")


def test_a_pause_holds_copies_that_were_ordered_before_they_had_a_topic(light: tuple[Urls, Any, Any]) -> None:
    urls, house, post = light
    with tenant(house.institution.pk):
        sent, *rest = Delivery.objects.filter(post_id=post.pk).order_by("pk")
        Delivery.objects.filter(pk=sent.pk).update(state="sent", sent_at=clock.now())
    run_again(urls, "0018_copies_topic", "update delivery_delivery set topic = ''")
    with tenant(house.institution.pk):
        services.pause_topics([Topic.LIGHT], why="سوگواری", by=house.head)
        assert all(is_stopped(Delivery.objects.get(pk=copy.pk)) for copy in rest)
        assert Delivery.objects.get(pk=sent.pk).topic == ""


@pytest.mark.parametrize("how", ["halted_at = now()", "state = 'withdrawn'"])
def test_copies_in_flight_of_what_is_halted_are_kept_back(light: tuple[Urls, Any, Any], how: str) -> None:
    urls, house, post = light
    with tenant(house.institution.pk):
        unclear, waits, _last = Delivery.objects.filter(post_id=post.pk).order_by("pk")
        state = {"state": "unknown", "unknown_at": clock.now(), "sent_maybe": True}
        Delivery.objects.filter(pk=unclear.pk).update(**state)
    run_again(urls, "0019_copies_kept_back", f"update publishing_post set {how} where id = {post.pk}")
    with tenant(house.institution.pk):
        kept = Delivery.objects.filter(is_kept_back=True).values_list("pk", flat=True)
        assert list(kept) == [unclear.pk] and Delivery.objects.get(pk=waits.pk).state == "pending"
