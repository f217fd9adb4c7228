"""The citizens' site's side job: a hub hears of changed feeds within a minute."""

import asyncio

from django.conf import settings

from ravi.accounts.queries import all_institutions
from ravi.core.jobs import periodic
from ravi.core.logs import log
from ravi.core.tenancy import tenant
from ravi.public.hub import tell, untold
from ravi.public.services import note_told


@periodic("public.tell_hub", "* * * * *")
def tell_hub(timestamp: int) -> None:
    """In every institution. Being told twice does a hub no harm; what it did not take is told again."""
    if not settings.WEBSUB_HUB:
        return
    for institution in all_institutions():
        with tenant(institution.pk):
            topics, through = untold(institution)
        if through is None:
            continue
        if refused := asyncio.run(tell(settings.WEBSUB_HUB, topics)):
            reason = type(refused[0]).__name__
            log("hub_not_told", institution=institution.pk, feeds=len(refused), reason=reason)
            continue
        with tenant(institution.pk):
            note_told(institution.pk, through)
