"""The demo's older message begins: its words in a draft, the expert's yes, and an offer to every unit two weeks ago."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from django.db.models import Max

from ravi.accounts.models import Person, Unit
from ravi.core import calendar, clock
from ravi.demo import names
from ravi.demo import screening as said
from ravi.network import services
from ravi.network.draft import CampaignFields, MessageFields, Source, VersionFields
from ravi.network.models import Message, Version
from ravi.network.rules import Aim, TargetKind
from ravi.notices.models import Notice
from ravi.notices.services import mark_read
from ravi.text.jalali import TEHRAN

OFFERED_BEFORE, AT = timedelta(days=14), time(10)
STARTS_AFTER, LASTS, ANSWERED_WITHIN, HOLDS = (timedelta(days=days) for days in (3, 31, 19, 40))


def offer_screening(headquarters: Unit, people: Mapping[str, Person]) -> Message:
    """Two weeks ago: written by the second editor, seen by the expert, offered to every unit."""
    day = calendar.in_tehran(clock.now() - OFFERED_BEFORE).date()
    editor, expert = people["editor2"], people["expert"]
    with clock.at(datetime.combine(day, AT, TEHRAN)), read_meanwhile([people[one.username] for one in names.PEOPLE]):
        message = services.draft_message(headquarters, _fields(headquarters, editor), _words(expert), by=editor)
        issue(message.versions.get(), editor, expert)
        services.tell_offers(message.pk)
    return message


def _fields(headquarters: Unit, editor: Person) -> MessageFields:
    named = CampaignFields(
        "فشار خون را بشناسیم",
        "هر کس چهل سال یا بیشتر دارد، فشار خونش را بداند.",
        age_groups="۴۰ سال و بالاتر",
        languages=("fa", said.AZB),
        starts_on=calendar.today(),
    )
    campaign = services.start_campaign(headquarters, named, by=editor)
    return MessageFields(
        window_min=0,
        deadline=clock.now() + ANSWERED_WITHIN,
        campaign_id=campaign.pk,
        aims=(Aim(TargetKind.TREE, headquarters.pk),),
    )


def _words(expert: Person) -> VersionFields:
    first = calendar.today() + STARTS_AFTER
    return VersionFields(
        title=said.TITLE,
        text=said.TEXT,
        variants={"micro": said.MICRO},
        facts=said.facts(first, first + LASTS),
        key_messages=said.KEY_MESSAGES,
        sources=(Source("برنامهٔ نمونهٔ ستاد", dated=calendar.today(), reviewer=expert.name),),
        valid_until=clock.now() + HOLDS,
    )


def issue(draft: Version, editor: Person, expert: Person) -> None:
    """The expert's yes, and the version goes to the units."""
    services.endorse_version(draft, content_hash=draft.content_hash, by=expert)
    services.issue_version(draft, expected_revision=draft.revision, by=editor)


@contextmanager
def read_meanwhile(people: Collection[Person]) -> Iterator[None]:
    """What these people are told inside the block counts as read."""
    before = Notice.objects.aggregate(last=Max("pk"))["last"] or 0
    yield
    for person in people:
        told = Notice.objects.filter(person=person, pk__gt=before).values_list("pk", flat=True)
        mark_read(person, list(told))
