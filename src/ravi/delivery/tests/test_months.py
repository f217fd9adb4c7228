"""The evidence by months: rows are never refused, months come in time, and each row is where its time belongs."""

from datetime import UTC, datetime

import psycopg
import pytest

from ravi.delivery.jobs import make_months

LEDGER = (
    "insert into delivery_ledger (institution_id, delivery_id, at, before, after, cause, code, attempt, owner)"
    " values (%s, 1, %s, '', 'pending', 'ordered', '', 0, '')"
)
WHERE = "select tableoid::regclass::text, id from delivery_ledger order by id"


@pytest.fixture
def admin(fresh_database):
    with psycopg.connect(fresh_database.admin, autocommit=True) as connection:
        connection.execute(
            "insert into accounts_institution (name, slug, is_demo, created_at) values ('a', 'a', false, now())"
        )
        yield connection


def month(number: int) -> str:
    """The name of the month `number` months from now."""
    now = datetime.now(UTC)
    year, index = divmod(now.year * 12 + now.month - 1 + number, 12)
    return f"{year}_{index + 1:02}"


def parts(admin, table: str) -> list[str]:
    rows = admin.execute(
        "select inhrelid::regclass::text from pg_inherits where inhparent = %s::regclass order by 1", [table]
    )
    return [row[0].removeprefix(f"{table}_") for row in rows]


@pytest.mark.parametrize("table", ["delivery_ledger", "delivery_attempt", "delivery_reading"])
def test_last_month_and_the_next_three_are_there(admin, table):
    assert parts(admin, table) == [month(number) for number in range(-1, 4)] + ["default"]


def test_a_row_of_any_time_is_taken(admin):
    """What has no month stands in the default partition, and moves with its number when its month is made."""
    tenant = admin.execute("select id from accounts_institution").fetchone()[0]
    long_ago, now = datetime(2024, 2, 29, 23, 59, tzinfo=UTC), datetime.now(UTC)
    for moment in (long_ago, now):
        admin.execute(LEDGER, [tenant, moment])
    before = admin.execute(WHERE).fetchall()
    assert [row[0] for row in before] == ["delivery_ledger_default", f"delivery_ledger_{month(0)}"]
    admin.execute("set role ravi_owner")
    assert admin.execute("select delivery_make_month('delivery_ledger', '2024-02-10')").fetchone() == (True,)
    assert admin.execute("select delivery_make_month('delivery_ledger', '2024-02-01')").fetchone() == (False,)
    admin.execute("reset role")
    assert admin.execute(WHERE).fetchall() == [("delivery_ledger_2024_02", before[0][1]), before[1]]


def test_whoever_serves_the_web_makes_the_months_and_nothing_else(admin):
    """Django's connection is the web role's: it owns nothing."""
    missing = [("delivery_ledger", month(2)), ("delivery_ledger", month(3)), ("delivery_attempt", month(3))]
    for table, name in missing:
        admin.execute(f"drop table {table}_{name}")
    assert [make_months(), make_months()] == [3, 0]
    for table in ("delivery_ledger", "delivery_attempt", "delivery_reading"):
        assert parts(admin, table) == [month(number) for number in range(-1, 4)] + ["default"]
    for role in ("ravi_web", "ravi_engine"):
        with psycopg.connect(admin.info.dsn, password=admin.info.password, autocommit=True) as other:
            other.execute(f"set role {role}")
            for refused in (
                "select delivery_make_month('delivery_ledger', '2024-02-10')",
                f"select count(*) from delivery_ledger_{month(0)}",
                f"insert into delivery_ledger_{month(0)} select * from delivery_ledger",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    other.execute(refused)


def test_evidence_in_a_month_stays_as_it_is(admin):
    for statement in (
        "update delivery_ledger set cause = 'x'",
        f"update delivery_ledger_{month(0)} set cause = 'x'",
        f"delete from delivery_attempt_{month(0)}",
        "delete from delivery_ledger_default",
        f"update delivery_reading_{month(0)} set value = 0",
        f"truncate delivery_ledger_{month(0)}",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="is append-only"):
            admin.execute(statement)
