"""Tells a WebSub hub which feeds have changed, so that whoever reads them need not ask all the time.

WebSub leaves open how a publisher tells its hub; hubs take what PubSubHubbub set out: a form with `hub.mode=publish` and
the feed's address, answered by any 2xx.
"""

import os
from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from ravi.accounts.models import Institution
from ravi.core.egress import Egress
from ravi.delivery.published import changed_channels
from ravi.directory.queries import channels_by_id
from ravi.platforms.contract import NotSent, PlatformError
from ravi.platforms.transport import Timeouts, open_transport
from ravi.public.feeds import FORMS
from ravi.public.models import HubWord

TIMEOUTS = Timeouts(connect_s=5.0, answer_s=15.0)
SILENCES_MOST = 3  # of fifteen seconds each; the job comes again within a minute
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def untold(institution: Institution) -> tuple[list[str], datetime | None]:
    """The addresses of the feeds that have changed since the hub was told, and up to when. Three queries at most."""
    last = HubWord.objects.filter(institution=institution).first()
    changed = changed_channels(last.told_through if last else None)
    if not changed:
        return [], None
    channels = [channel for channel in channels_by_id(list(changed)).values() if channel.listed]
    slug = institution.slug
    places: list[tuple[str, list[str | int]]] = [("public:feed", [slug])] if channels else []
    places += [("public:unit_feed", [slug, unit]) for unit in sorted({channel.unit_id for channel in channels})]
    places += [("public:channel_feed", [slug, handle]) for handle in sorted({channel.handle for channel in channels})]
    topics = [f"{settings.BASE_URL}{reverse(name, args=[*place, form])}" for name, place in places for form in FORMS]
    return topics, max(changed.values())


async def tell(hub: str, topics: Collection[str]) -> list[PlatformError]:
    """One call for each feed, whatever the hub says of the others; why it did not take each that it did not take. A hub that
    stays silent is not asked for the rest."""
    refused: list[PlatformError] = []
    silences = 0
    async with open_transport(Egress.from_environment(os.environ), timeouts=TIMEOUTS, connections=1) as ports:
        for topic in topics:
            said = urlencode({"hub.mode": "publish", "hub.url": topic}).encode()
            try:
                answer = await ports.http.request("POST", hub, headers=_FORM, body=said)
            except PlatformError as silent:
                refused.append(silent)
                silences += 1
                if silences == SILENCES_MOST:
                    break
                continue
            if not 200 <= answer.status < 300:
                refused.append(NotSent(f"the hub answered {answer.status}"))
    return refused
