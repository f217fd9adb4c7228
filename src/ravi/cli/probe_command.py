"""`ravi probe` with Django at hand: who asks, which channel, what the engine found."""

import argparse
import json
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.accounts.rules import Verb
from ravi.cli.identity import NotProven, Proof, known_person, prove
from ravi.cli.probe import FINE, ILL, OTHER
from ravi.core.tenancy import tenant
from ravi.directory import queries, services
from ravi.directory.handles import key_of
from ravi.directory.models import Channel, Errand
from ravi.directory.names import limit_name, limit_value
from ravi.directory.rules import ErrandKind, ErrandOutcome

WAIT_S, POLL_S = 120.0, 0.2


class NotAsked(Exception):
    """Why the account could not be asked; a sentence."""


def probe(options: argparse.Namespace) -> int:
    """The exit code."""
    translation.activate("fa")
    try:
        person = known_person(options.person)
        translation.activate(person.language)
        if not person.institution.is_demo:
            prove(person, Proof(options.token_file, "RAVI_TOKEN"), Verb.VERIFY)
        errand = _asked(person, options.channel)
    except (NotProven, NotAsked, services.DirectoryRefused, PermissionDenied) as refused:
        print(str(refused) or _("You may not do this."), file=sys.stderr)
        return OTHER
    except OperationalError:
        print(_("The database does not answer. Nothing was changed."), file=sys.stderr)
        return OTHER
    told = _told(person, errand)
    print(json.dumps(told, ensure_ascii=False) if options.json else _spelt(told))
    return FINE if told["outcome"] == ErrandOutcome.VERIFIED else ILL


def _asked(person: Person, wanted: str) -> Errand:
    """The errand, done. Raises NotAsked when no engine took it."""
    with tenant(person.institution_id):
        channel = _channel(person, wanted)
        errand = services.request_verification(channel, by=person, kind=ErrandKind.PROBE)
    give_up = time.monotonic() + WAIT_S
    while errand.done_at is None:
        if time.monotonic() > give_up:
            raise NotAsked(_("No engine has answered yet. “ravi doctor” says whether one runs; ask again later."))
        time.sleep(POLL_S)
        with tenant(person.institution_id):
            errand.refresh_from_db()
    return errand


def _channel(person: Person, wanted: str) -> Channel:
    platform, colon, handle = wanted.rpartition(":")
    named = Q(handle_key=key_of(handle.lstrip("@")))
    if colon:
        named &= Q(platform=platform)
    elif wanted.isdecimal():
        named = Q(pk=int(wanted))
    found = list(queries.channels_visible_to(person).filter(named)[:2])
    if not found:
        raise NotAsked(_("No channel that you see is called “%(name)s”.") % {"name": wanted})
    if len(found) > 1:
        raise NotAsked(_("Several channels are called “%(name)s”: write PLATFORM:HANDLE.") % {"name": wanted})
    return found[0]


def _told(person: Person, errand: Errand) -> dict[str, Any]:
    with tenant(person.institution_id):
        channel = queries.channels_by_id([errand.channel_id])[errand.channel_id]
        credential = queries.credential_of(channel)
        findings = queries.findings_of([channel.pk]).get(channel.pk, [])
    until: datetime | None = credential.expires_at if credential else None
    return {
        "channel": channel.pk,
        "platform": channel.platform,
        "handle": channel.handle,
        "outcome": errand.outcome,
        "said": errand.get_outcome_display(),
        "detail": errand.detail,
        "expires_at": until.isoformat() if until else None,
        "found": {one.name: {"value": one.value, "documented": one.documented} for one in findings},
    }


def _spelt(told: Mapping[str, Any]) -> str:
    lines = [f"{told['platform']} {told['handle']}: {told['said']}"]
    if told["detail"]:
        lines.append(f"  {told['detail']}")
    if told["expires_at"]:
        lines.append("  " + _("The key holds until %(until)s.") % {"until": told["expires_at"][:16].replace("T", " ")})
    for name, one in told["found"].items():
        line = f"  {limit_name(name)}: {limit_value(name, one['value'])}"
        if one["documented"] is not None:
            line += " " + _("(documented: %(value)s)") % {"value": limit_value(name, one["documented"])}
        lines.append(line)
    return "\n".join(lines)
