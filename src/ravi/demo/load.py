"""The demo institution, made through the services that people use: units, people, channels, weeks of history, one message ready.

Loading is done once per home; a load that was interrupted leaves nothing, since the institution appears in one transaction
and the history is added message by message.
"""

import hashlib
import hmac
import json
import os
import sys
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from ravi.accounts import services as accounts
from ravi.accounts.models import Institution, Person, Unit
from ravi.accounts.queries import headquarters, institution_by_slug, person_by_username
from ravi.accounts.rules import RoleKind, UnitKind
from ravi.core.tenancy import tenant
from ravi.demo import names
from ravi.demo.history import person_name
from ravi.demo.network import offer_message
from ravi.demo.past import live_through
from ravi.demo.school import hold_workshops
from ravi.demo.screening_offer import offer_screening
from ravi.demo.standing import say_beforehand
from ravi.directory.models import Channel
from ravi.directory.own_pages import OWN_PAGES, own_page
from ravi.directory.rules import ChannelState
from ravi.directory.services import NewChannel, edit_channel, lend_channel, open_channel, set_credential
from ravi.publishing import services as publishing
from ravi.publishing.draft import DraftFields
from ravi.publishing.message_file import read_message

SEED = Path(__file__).parent / "seed" / "workshop-message.fa.md"
HEADQUARTERS_LATIN = "ums"
PRACTICE = "http://127.0.0.1:"  # where every sandbox answers; another link is a person's own

Say = Callable[[str], None]


@dataclass(frozen=True)
class Sandbox:
    """Where the practice platforms answer, and the token of whoever runs them."""

    url: str
    admin_token: str

    def channel_token(self, platform: str, handle: str) -> str:
        """Each channel's own token, derived so that it need not be kept."""
        return hmac.new(self.admin_token.encode(), f"{platform}/{handle}".encode(), hashlib.sha256).hexdigest()

    def ask(self, method: str, path: str, data: Mapping[str, object]) -> None:
        """Call one of the sandbox's own doors. Raises urllib.error.URLError."""
        request = urllib.request.Request(  # noqa: S310 -- our own server on this machine
            f"{self.url}{path}",
            method=method,
            data=json.dumps(data).encode(),
            headers={"Authorization": f"Bearer {self.admin_token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            answer.read()

    def set_clock(self, moment: datetime | None) -> None:
        """Date the posts that follow; None goes back to the wall clock."""
        self.ask("POST", "/_clock", {"now": moment and moment.isoformat()})


def load_institution(*, password: str, sandbox: Sandbox, say: Say = lambda _line: None) -> Institution:
    """Found the demo institution with its 60 units, people and 360 sandbox channels, all lent to headquarters."""
    with transaction.atomic():
        institution = accounts.found_institution(names.UNIVERSITY, names.SLUG, is_demo=True)
        with tenant(institution.pk):
            units = _plant_units(institution)
            say(f"{len(units)} units")
            people = _add_people(institution, units, password)
            channels = _open_channels(units, people, sandbox)
            say(f"{len(channels)} channels")
            _open_by_hand(units, people)
            _open_feeds(units, people)
            write_seed_message(units[HEADQUARTERS_LATIN], channels, by=people["editor"])
            offer_screening(units[HEADQUARTERS_LATIN], people)
            offer_message(units[HEADQUARTERS_LATIN], people)
            say_beforehand(units[HEADQUARTERS_LATIN], units["omid"], people)
            hold_workshops(people["editor"])
    register_channels(institution, sandbox)
    return institution


def register_channels(institution: Institution, sandbox: Sandbox) -> None:
    """Tell the sandbox which channels it plays; doing it again changes nothing."""
    with tenant(institution.pk):
        channels = Channel.objects.filter(adapter="sandbox").select_related("unit")
        listed = [
            {
                "platform": channel.platform,
                "handle": channel.handle,
                "name": channel.unit.name,
                "token": sandbox.channel_token(channel.platform, channel.handle),
            }
            for channel in channels
        ]
    sandbox.ask("PUT", "/_channels", {"channels": listed})


def follow_sandbox(institution: Institution, sandbox: Sandbox) -> None:
    """Where the sandbox, or Ravi, answers at another port than last time, links and sealed addresses follow."""
    with tenant(institution.pk):
        editor = person_by_username("editor", institution.pk)
        if editor is None:
            return  # has left; whoever manages channels edits their links
        moved = Channel.objects.filter(adapter="sandbox", link__startswith=PRACTICE)
        moved = moved.exclude(link__startswith=f"{sandbox.url}/").exclude(state=ChannelState.RETIRED)
        for channel in moved.select_related("unit"):
            link = _link(sandbox, channel.platform, channel.handle)
            new = NewChannel(channel.unit, channel.platform, "sandbox", channel.handle, channel.purpose, link)
            edit_channel(channel, new, by=editor)
            set_credential(channel, _credential(sandbox, channel), by=None)
        for channel in Channel.objects.filter(adapter=OWN_PAGES).exclude(state=ChannelState.RETIRED):
            if channel.link != own_page(institution.slug, channel.handle):
                kept = NewChannel(channel.unit, OWN_PAGES, OWN_PAGES, channel.handle, channel.purpose)
                edit_channel(channel, kept, by=editor)


def write_seed_message(unit: Unit, channels: list[Channel], *, by: Person) -> None:
    """The report of the first workshop, as a draft of headquarters' editor for all channels."""
    message = read_message(SEED.read_bytes(), platforms=names.PLATFORMS)
    fields = DraftFields(
        title=message.title,
        text=message.text,
        lang=message.lang,
        link=message.link,
        valid_until=message.valid_until,
        topic=message.topic,
        variants=message.variants,
        channel_ids=frozenset(channel.pk for channel in channels),
    )
    publishing.start_post(unit, fields, by=by)


def _plant_units(institution: Institution) -> dict[str, Unit]:
    root = headquarters(institution.pk)
    units = {HEADQUARTERS_LATIN: root}
    for one in names.UNITS:
        parent = units[one.under] if one.under else root
        units[one.latin] = accounts.add_unit(one.name, one.kind, parent=parent, by=None)
    return units


def _add_people(institution: Institution, units: dict[str, Unit], password: str) -> dict[str, Person]:
    """The named people get the demo's password; every other unit has a head who lent its channels and signs in nowhere."""
    people: dict[str, Person] = {}
    led = set()
    for one in names.PEOPLE:
        person = accounts.add_person(one.username, one.name, password, institution=institution, by=None)
        accounts.grant_role(person, one.role, unit=units[one.unit or HEADQUARTERS_LATIN], by=None)
        people[one.username] = person
        if one.role is RoleKind.UNIT_HEAD:
            people[f"head of {one.unit}"] = person
            led.add(one.unit)
    accounts.set_reads(people["expert"], names.EXPERT_READS, by=people["head"])
    for number, (latin, unit) in enumerate(units.items()):
        if latin == HEADQUARTERS_LATIN or latin in led:
            continue
        head = accounts.add_person(f"unit-head-{latin}", person_name(number), None, institution=institution, by=None)
        accounts.grant_role(head, RoleKind.UNIT_HEAD, unit=unit, by=None)
        people[f"head of {latin}"] = head
    return people


def _open_channels(units: dict[str, Unit], people: dict[str, Person], sandbox: Sandbox) -> list[Channel]:
    channels = []
    for latin, unit in units.items():
        for platform in names.PLATFORMS:
            handle = names.handle(latin, platform)
            purpose = names.PURPOSES[UnitKind(unit.kind)]
            new = NewChannel(unit, platform, "sandbox", handle, purpose, _link(sandbox, platform, handle))
            channel = open_channel(new, by=people["editor"])
            set_credential(channel, _credential(sandbox, channel), by=people["editor"])
            if latin != HEADQUARTERS_LATIN:
                lend_channel(channel, by=people[f"head of {latin}"])
            channels.append(channel)
    return channels


def _open_by_hand(units: dict[str, Unit], people: dict[str, Person]) -> None:
    """Some accounts that no program reaches: the units' own, lent to nobody, so that headquarters' messages pass them by."""
    for latin, platform in names.BY_HAND:
        purpose = names.PURPOSES[UnitKind(units[latin].kind)]
        new = NewChannel(units[latin], platform, "manual", names.handle_by_hand(latin), purpose)
        open_channel(new, by=people["editor"])


def _open_feeds(units: dict[str, Unit], people: dict[str, Person]) -> None:
    """News of some units on Ravi's own pages, lent to nobody either."""
    for latin in names.OWN_FEEDS:
        purpose = names.PURPOSES[UnitKind(units[latin].kind)]
        open_channel(NewChannel(units[latin], OWN_PAGES, OWN_PAGES, latin, purpose), by=people["editor"])


def _link(sandbox: Sandbox, platform: str, handle: str) -> str:
    return f"{sandbox.url}/{platform}/{handle}/"


def _credential(sandbox: Sandbox, channel: Channel) -> dict[str, str]:
    return {"base_url": sandbox.url, "token": sandbox.channel_token(channel.platform, channel.handle)}


def main() -> None:
    """For `ravi up`: load what is not loaded yet, and follow the sandbox."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ravi.config.settings")
    sandbox = Sandbox(os.environ["RAVI_SANDBOX_URL"], os.environ["RAVI_SANDBOX_TOKEN"])
    institution = institution_by_slug(names.SLUG)
    if institution is None:
        institution = load_institution(password=os.environ["RAVI_DEMO_PASSWORD"], sandbox=sandbox, say=_say)
    else:
        follow_sandbox(institution, sandbox)
        register_channels(institution, sandbox)
    live_through(institution, sandbox, say=_say)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
