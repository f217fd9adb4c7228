"""The ledger's side jobs: months for its evidence, made before rows come that belong to them."""

from django.db import connection

from ravi.core.jobs import periodic


@periodic("delivery.months", "23 * * * *")
def months(timestamp: int) -> None:
    """Every hour, so that a process that ran for a year has next month's partitions too; most hours find nothing to do."""
    make_months()


def make_months() -> int:
    """How many partitions were missing: of last month, this one and the next three."""
    with connection.cursor() as cursor:
        cursor.execute("select delivery_make_months()")
        row = cursor.fetchone()
    return int(row[0]) if row else 0
