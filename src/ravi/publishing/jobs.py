"""The side job of publishing: people of a message hear of its troubles without opening a page."""

from ravi.accounts.queries import institution_ids
from ravi.core.jobs import periodic
from ravi.core.tenancy import tenant
from ravi.publishing.services import tell_troubles


@periodic("publishing.tell", "* * * * * */20")
def tell(timestamp: int) -> None:
    """In every institution: copies that failed, were missed, or are unknown for long."""
    for institution_id in institution_ids():
        with tenant(institution_id):
            tell_troubles(institution_id)
