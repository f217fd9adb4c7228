"""What the audit chain holds of the ledger is asked of the ledger itself."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection

from conftest import build_house
from ravi.core import audit, clock
from ravi.core.tenancy import tenant
from ravi.delivery.linked import ledger_problems
from ravi.delivery.models import LedgerEntry
from ravi.delivery.store.chain import body_of

CHANGES = (("pending", "claimed"), ("claimed", "sending"), ("sending", "sent"))


def link(institution_id: int, deliveries: range) -> None:
    """As an engine does: lines, and one link over them."""
    now = clock.now()
    lines = [
        LedgerEntry(
            institution_id=institution_id, delivery_id=number, at=now, before=before, after=after, cause="test",
            attempt=1, owner="engine",
        )
        for number in deliveries for before, after in CHANGES
    ]  # fmt: skip
    made = LedgerEntry.objects.bulk_create(lines)
    rows: list[Any] = [(one.pk, one.delivery_id, one.before, one.after, one.attempt) for one in made]
    with connection.cursor() as cursor:
        cursor.execute("select core_audit_append(%s, %s)", [institution_id, body_of(institution_id, rows, now)])


@pytest.fixture
def house(fresh_database: Any) -> Any:
    """With two links over six lines each, a person's own line between them, and one line that is too young for a link."""
    house = build_house()
    with tenant(house.institution.pk):
        link(house.institution.pk, range(1, 3))
        person = {"institution_id": house.institution.pk, "delivery_id": 9, "at": clock.now(), "cause": "test"}
        LedgerEntry.objects.create(before="pending", after="cancelled", by_id=house.head.pk, **person)
        link(house.institution.pk, range(3, 5))
        LedgerEntry.objects.create(before="pending", after="claimed", owner="engine", **person)
    return house


def test_a_whole_ledger_is_said_to_be_whole(house: Any) -> None:
    with tenant(house.institution.pk):
        assert ledger_problems(house.institution.pk) == (12, [])
    with tenant(house.other_institution.pk):
        assert ledger_problems(house.other_institution.pk) == (0, [])


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (
            "update delivery_ledger set after = 'failed' where after = 'sent' and delivery_id = 2",
            "are not those that link",
        ),
        ("update delivery_ledger set attempt = 2 where delivery_id = 3", "are not those that link"),
        (
            "delete from delivery_ledger where delivery_id = 4 and after = 'sent'",
            "6 lines of the ledger, and 5 are there",
        ),
        ("update delivery_ledger set owner = 'engine' where delivery_id = 9", "1 lines from"),
    ],
)
def test_a_changed_a_lost_and_a_slipped_in_line_are_found(
    house: Any, fresh_database: Any, damage: str, said: str
) -> None:
    with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
        admin.execute("set session_replication_role = replica")  # whoever owns the database can do this
        assert admin.execute(damage).rowcount > 0
    with tenant(house.institution.pk):
        assert audit.verify(house.institution.pk) == []
        problems = ledger_problems(house.institution.pk)[1]
    assert len(problems) == 1
    assert said in problems[0]


def test_lines_of_past_months_are_read_too(house: Any, fresh_database: Any) -> None:
    with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update delivery_ledger set at = at - %s where delivery_id < 3", [timedelta(days=70)])
    with tenant(house.institution.pk):
        assert ledger_problems(house.institution.pk) == (12, [])
