"""The directory's side job: no connection ends unsaid."""

from ravi.accounts.queries import institution_ids
from ravi.core import clock
from ravi.core.jobs import periodic
from ravi.core.tenancy import tenant
from ravi.directory.watch import watch as watch_institution


@periodic("directory.watch", "*/5 * * * *")
def watch(timestamp: int) -> None:
    """In every institution: connections that end, have ended, are no longer renewed, or lead to another account."""
    for institution_id in institution_ids():
        with tenant(institution_id):
            watch_institution(institution_id, clock.now())
