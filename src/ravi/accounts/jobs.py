"""What comes by itself: the night's clearing away, institution by institution."""

from ravi.accounts.models import Institution
from ravi.core import clock, retention
from ravi.core.jobs import periodic
from ravi.core.logs import log
from ravi.core.tenancy import tenant


@periodic("accounts.discard_old", "40 23 * * *")
def discard_old(timestamp: int) -> None:
    """Every room's rows whose time is over go (docs/retention.md); what is done twice finds nothing the second time."""
    now = clock.now()
    for institution_id in Institution.objects.order_by("pk").values_list("pk", flat=True):
        with tenant(institution_id):
            _told(retention.discard_old(now, of_institution=True), institution_id)
    _told(retention.discard_old(now, of_institution=False), None)


def _told(counts: dict[str, int], institution_id: int | None) -> None:
    for table, count in counts.items():
        log("discarded", table=table, rows=count, institution=institution_id)
