"""What this room holds of a former colleague: words of theirs that somebody else's save set aside."""

from ravi.core.erasure import Erased, erases
from ravi.publishing.models import SetAside


@erases("publishing")
def erase(erased: Erased) -> None:
    """Messages are the institution's and stay; unlooked-at drafts of the person do not."""
    SetAside.objects.filter(person_id=erased.person_id).delete()
