"""Which connections end, have ended or lead elsewhere, and who must know: told once by notices, closed when it is over."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from ravi.accounts.queries import heads
from ravi.core.canonical import JSON
from ravi.directory import life, sentences
from ravi.directory.life import End
from ravi.directory.models import Channel, Credential
from ravi.directory.queries import holdings_of
from ravi.directory.rules import LOOKED_AT, ErrandOutcome
from ravi.notices.services import Lasting, keep_cases

KIND_OF_END = {
    End.SOON: "connection_ends",
    End.VERY_SOON: "connection_ends_very_soon",
    End.ENDED: "connection_ended",
}


def watch(institution_id: int, now: datetime) -> int:
    """Open and close this institution's cases; how many were told. Inside its tenant."""
    leading = frozenset(heads(institution_id).values_list("pk", flat=True))
    found: dict[str, list[Credential]] = defaultdict(list)
    for one in _noteworthy(now):
        if kind := KIND_OF_END.get(sentences.end_of(one.channel, one, now)):
            found[kind].append(one)
        if one.renew_refused_at is not None and (one.expires_at is None or one.expires_at > now):
            found["connection_not_renewed"].append(one)
    cases = {kind: _by_platform(found[kind], leading) for kind in (*KIND_OF_END.values(), "connection_not_renewed")}
    cases |= _elsewhere(leading)
    return sum(keep_cases(kind, lasting, institution_id=institution_id) for kind, lasting in cases.items())


def _noteworthy(now: datetime) -> Iterable[Credential]:
    ends = Q(expires_at__lte=now + life.SOON) | Q(renew_refused_at__isnull=False)
    return Credential.objects.filter(ends, channel__state__in=LOOKED_AT).select_related("channel")


def _by_platform(credentials: Collection[Credential], leading: frozenset[int]) -> dict[str, Lasting]:
    """One case per platform for the heads, one per platform and custodian for them: one token is not told sixty times."""
    groups: dict[tuple[str, int | None], list[Credential]] = defaultdict(list)
    holders: dict[int, set[int]] = defaultdict(set)
    for channel_id, person_id in holdings_of([one.channel_id for one in credentials]):
        holders[channel_id].add(person_id)
    for one in credentials:
        groups[one.channel.platform, None].append(one)
        for person_id in holders[one.channel_id] - leading:
            groups[one.channel.platform, person_id].append(one)
    return {
        f"{platform} {person}" if person else platform: _case({person} if person else leading, platform, found)
        for (platform, person), found in groups.items()
    }


def _case(people: Collection[int], platform: str, found: list[Credential]) -> Lasting:
    ends = [one.expires_at for one in found if one.expires_at is not None]
    params: dict[str, JSON] = {
        "platform": platform,
        "count": len(found),
        "until": min(ends).isoformat() if ends else "",
    }
    url = reverse("directory:channels")
    if len(found) == 1:
        url = reverse("directory:channel", args=[found[0].channel_id])
    return Lasting(frozenset(people), params, url)


def _elsewhere(leading: frozenset[int]) -> dict[str, dict[str, Lasting]]:
    """To the heads, as an alarm; and to the custodians in words of their own, who mostly pasted a neighbour's key."""
    channels = Channel.objects.filter(
        credential__outcome=ErrandOutcome.OTHER_ACCOUNT, state__in=LOOKED_AT
    ).select_related("unit")
    found = {channel.pk: channel for channel in channels}
    alarms = {str(pk): _of_another(channel, leading, "directory:verification") for pk, channel in found.items()}
    asked = {
        f"{pk} {person}": _of_another(found[pk], {person}, "directory:channel")
        for pk, person in holdings_of(found)
        if person not in leading
    }
    return {"connection_elsewhere": alarms, "connection_to_correct": asked}


def _of_another(channel: Channel, people: Collection[int], page: str) -> Lasting:
    params: dict[str, JSON] = {
        "handle": channel.shown_handle,
        "unit": channel.unit.name,
        "platform": channel.platform,
    }
    return Lasting(frozenset(people), params, reverse(page, args=[channel.pk]))
