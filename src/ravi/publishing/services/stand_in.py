"""An absence begins: whoever stands in hears of it, and how much waits."""

from django.db import transaction
from django.urls import reverse

from ravi.accounts.absence import claim_untold
from ravi.core import clock
from ravi.core.canonical import JSON
from ravi.notices.services import tell
from ravi.publishing.queries.post import posts_awaiting


@transaction.atomic
def tell_stand_ins(institution_id: int) -> int:
    """How many stand-ins were told, each once per absence."""
    begun = claim_untold(clock.now())
    for absence in begun:
        if absence.stand_in is not None:
            told: dict[str, JSON] = {"who": absence.person.name, "count": posts_awaiting(absence.stand_in).count()}
            tell({absence.stand_in.pk}, "stands_in", told, reverse("publishing:posts"), institution_id=institution_id)
    return len(begun)
