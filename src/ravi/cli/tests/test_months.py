"""What doctor says of the evidence's months."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from psycopg.rows import dict_row

from ravi.cli.doctor import _months
from ravi.cli.months import months

LEDGER = (
    "insert into delivery_ledger (institution_id, delivery_id, at, before, after, cause, code, attempt, owner)"
    " values (1, 1, %s, '', 'pending', 'ordered', '', 0, '')"
)


@pytest.fixture
def admin(fresh_database):
    with psycopg.connect(fresh_database.admin, autocommit=True) as connection:
        yield connection


@pytest.fixture
def engine(fresh_database):
    with psycopg.connect(fresh_database.engine, autocommit=True, row_factory=dict_row) as connection:
        yield connection


def test_a_new_ravi_has_its_months(engine):
    assert _months(engine).advice == ""


@pytest.mark.parametrize("days", [-400, 400])
def test_rows_outside_every_month_are_told(admin, engine, days):
    moment = datetime.now(UTC) + timedelta(days=days)
    admin.execute(LEDGER, [moment])
    assert "delivery_ledger stand outside every month" in _months(engine).text
    admin.execute("select delivery_make_month('delivery_ledger', %s)", [moment.date()])
    assert _months(engine).advice == ""


def test_a_missing_next_month_is_told(engine):
    year, month = (int(part) for part in months(engine, date.today()).last.split("_"))  # noqa: DTZ011 -- any day will do
    found = months(engine, date(year, month, 28))
    assert (found.last, found.has_next, found.astray) == (f"{year}_{month:02}", False, ())
