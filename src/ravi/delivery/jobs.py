"""The ledger's side jobs: its months are made before rows come, it is counted, and nothing that holds copies lasts unsaid."""

from django.db import connection

from ravi.accounts.queries import institution_ids
from ravi.core import clock
from ravi.core.jobs import periodic
from ravi.core.tenancy import tenant
from ravi.delivery.measures import count_all
from ravi.delivery.watch import watch as watch_institution


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


@periodic("delivery.count", "* * * * * */15")
def count(timestamp: int) -> None:
    """How the ledger stands over all institutions, for monitors."""
    count_all(clock.now())


@periodic("delivery.watch", "* * * * * */20")
def watch(timestamp: int) -> None:
    """In every institution: a dead sender, a platform that stays away, a refused key, silent copies, a stop."""
    for institution_id in institution_ids():
        with tenant(institution_id):
            watch_institution(institution_id, clock.now())
