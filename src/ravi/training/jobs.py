"""The side jobs of the school: reminders, and seats that nobody confirmed."""

from ravi.accounts.queries import institution_ids
from ravi.core.jobs import periodic
from ravi.core.tenancy import tenant
from ravi.training.queries import workshops_that_begin_soon
from ravi.training.services import lapse, remind_of_sessions


@periodic("training.remind", "*/5 * * * * 35")
def remind(timestamp: int) -> None:
    """In every institution: whoever comes tomorrow hears it."""
    for institution_id in institution_ids():
        with tenant(institution_id):
            remind_of_sessions()


@periodic("training.lapse", "*/10 * * * * 45")
def lapse_seats(timestamp: int) -> None:
    """In every institution: seats that were not confirmed in time go to the next one, each workshop in its own transaction."""
    for institution_id in institution_ids():
        with tenant(institution_id):
            near = list(workshops_that_begin_soon())
        for workshop in near:
            with tenant(institution_id):
                lapse(workshop)
