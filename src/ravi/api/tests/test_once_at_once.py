"""Requests of one name at the same moment, on connections of their own."""

import threading
from typing import Any

import pytest
from django.db import connection

from conftest import build_house
from ravi.accounts.services import issue_access_token
from ravi.api.tests.conftest import Program
from ravi.core.tenancy import tenant
from ravi.publishing.models import Post

pytestmark = pytest.mark.database


def test_the_same_name_twice_at_once_is_done_once(fresh_database):
    house = build_house()
    with tenant(house.institution.pk):
        key = issue_access_token(house.officer, "x", by=house.officer)
    body = {"unit_id": house.hospital.pk, "title": "x", "text": "y", "topic": "organisation"}
    answers: list[Any] = []

    def ask() -> None:
        try:
            answers.append(Program(key).post("posts", body, **{"Idempotency-Key": "first"}))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    with tenant(house.institution.pk):
        assert Post.objects.count() == 1
