"""What keeps copies waiting, said once for many of them: a platform that is away, a pause, a sender that is off."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.accounts.models import Person
from ravi.core import calendar
from ravi.delivery import queries
from ravi.delivery.models import DIRECT, Breaker
from ravi.delivery.pages import sentences
from ravi.delivery.queries import CopyLine
from ravi.delivery.rules import Wait
from ravi.directory.names import platform_name


@dataclass(frozen=True)
class Said:
    """A state's bead, one heading, one sentence."""

    state: str
    title: str
    text: str


# Waits that many copies share, and that a person should hear of; line, pace and time pass by themselves.
SAID_OF_MANY = frozenset({Wait.OUTAGE, Wait.PAUSE, Wait.UNKNOWN})


def engine_off(now: datetime) -> Said | None:
    """The sentence about a sender that has not beaten for a minute; None while one lives. One query."""
    seen = queries.engine_seen(now)
    if seen.is_alive:
        return None
    if seen.last is None:
        title = _("Ravi's sender has never run here")
    else:
        title = _("Ravi's sender is off since %(when)s") % {"when": calendar.day_and_hour(seen.last, year=False)}
    return Said("blocked", title, _("Nothing goes out until it runs again; nothing is lost. Tell whoever runs Ravi."))


def platforms_away(person: Person, now: datetime) -> list[Said]:
    """Every platform and route that is waited for, with the copies of this person's units. Three queries at most."""
    away = queries.outages(now)
    counts = queries.due_by_route(person, now) if away else {}
    return [_away(one, counts.get((one.platform, one.route), 0)) for one in away]


def _away(breaker: Breaker, count: int) -> Said:
    name = platform_name(breaker.platform)
    if breaker.route != DIRECT:
        name = _("%(platform)s by the way “%(route)s”") % {"platform": name, "route": breaker.route}
    if count:
        title = ngettext("%(n)s copy waits for %(platform)s", "%(n)s copies wait for %(platform)s", count)
    else:
        title = _("Nothing waits for %(platform)s now")
    until = max(filter(None, (breaker.open_until, breaker.probe_until)), default=None)
    said = {"n": calendar.number(count), "platform": name}
    return Said("pending", title % said, sentences.outage(name, breaker.opened_at, until))


def of_lines(lines: Iterable[CopyLine]) -> list[Said]:
    """What many copies of one message wait for, one sentence per cause: first what nobody can explain."""
    found: dict[tuple[str, str], list[CopyLine]] = defaultdict(list)
    for line in lines:
        if line.is_silent:
            found["", ""].append(line)
        elif line.state == "pending" and line.waiting_for in SAID_OF_MANY:
            found[line.waiting_for, line.platform].append(line)
    return [_said(reason, platform, found[reason, platform]) for reason, platform in sorted(found)]


def _said(reason: str, platform: str, lines: list[CopyLine]) -> Said:
    said = {"n": calendar.number(len(lines)), "platform": platform_name(platform)}
    if not reason:
        late = ngettext(
            "%(n)s copy is late, and nobody knows why", "%(n)s copies are late, and nobody knows why", len(lines)
        )
        return Said("unknown", late % said, sentences.silent(min(line.due_at for line in lines)))
    waiting = ngettext("%(n)s copy waits for %(platform)s", "%(n)s copies wait for %(platform)s", len(lines)) % said
    last = max(lines, key=lambda line: line.waits_until.timestamp() if line.waits_until else 0)
    if reason == Wait.UNKNOWN:
        behind = ngettext("%(n)s copy waits behind an unknown one", "%(n)s copies wait behind unknown ones", len(lines))
        latest = {"until": calendar.hour(last.waits_until) if last.waits_until else ""}
        text = _("They go at %(until)s at the latest; as soon as somebody answers for the unknown one, at once.")
        return Said("pending", behind % said, text % latest)
    if reason == Wait.OUTAGE:
        return Said("pending", waiting, sentences.outage(said["platform"], last.waits_since, last.waits_until))
    until = calendar.hour(last.waits_until) if last.waits_until else ""
    text = _("It asked for a pause; they go by themselves from %(until)s on.") % {"until": until}
    return Said("pending", waiting, text)
