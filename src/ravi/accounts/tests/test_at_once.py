"""Two at once: heads who end each other's role, people added twice, and who leaves while a role of theirs is at work."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection, transaction

from conftest import build_house
from ravi.accounts import services
from ravi.accounts.models import Role
from ravi.accounts.rules import RoleKind
from ravi.core import audit
from ravi.core.tenancy import tenant


def test_an_institution_keeps_a_head(fresh_database: Any) -> None:
    house = build_house()
    with tenant(house.institution.pk):
        services.grant_role(house.editor, RoleKind.HEAD, unit=house.headquarters, by=house.head)
    ready = Barrier(2)

    def leaves(leaver: Any, by: Any) -> str:
        try:
            with tenant(house.institution.pk):
                ready.wait(10)
                services.record_leaver(leaver, by=by)
            return "left"
        except services.AccountRefused:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(leaves, (house.head, house.editor), (house.editor, house.head)))
    with tenant(house.institution.pk):
        assert Role.objects.filter(kind=RoleKind.HEAD, ended_at=None).count() == 1
    assert sorted(said) == ["left", "refused"]


def test_the_same_person_is_added_once(fresh_database: Any) -> None:
    house = build_house()
    ready = Barrier(2)

    def add(_turn: int) -> str:
        try:
            with tenant(house.institution.pk):
                ready.wait(10)
                services.add_person("twice", "سارا", "a long enough password", institution=house.institution, by=None)
            return "added"
        except services.AccountRefused:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(add, range(2))) == ["added", "refused"]


@pytest.mark.parametrize("ends", ["the role", "all of it"])
def test_whoever_holds_a_role_and_then_writes_it_down_comes_through(fresh_database: Any, ends: str) -> None:
    """The record was taken before the row, everywhere else after it: the two waited for each other."""
    house = build_house()
    is_held = Event()

    def works_with_it() -> None:
        try:
            with tenant(house.institution.pk), transaction.atomic():
                list(Role.objects.select_for_update().filter(person=house.editor))
                is_held.set()
                time.sleep(0.5)  # until the other one stands behind
                audit.hold(house.institution.pk)
        finally:
            connection.close()

    def ends_it() -> None:
        is_held.wait(10)
        try:
            with tenant(house.institution.pk):
                if ends == "the role":
                    services.end_role(Role.objects.get(person=house.editor), by=house.head)
                else:
                    services.record_leaver(house.editor, by=house.head)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in (pool.submit(works_with_it), pool.submit(ends_it)):
            done.result(20)
    with tenant(house.institution.pk):
        assert not Role.objects.filter(person=house.editor, ended_at=None).exists()
