"""Two heads end each other's role in the same moment: one of them stays."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from conftest import build_house
from ravi.accounts import services
from ravi.accounts.models import Role
from ravi.accounts.rules import RoleKind
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
