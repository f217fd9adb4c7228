"""One campaign of the demo, with a message that an expert has seen and every unit has been offered."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time, timedelta

from ravi.accounts.models import Person, Unit
from ravi.core import calendar, clock
from ravi.network import services
from ravi.network.draft import CampaignFields, MessageFields, Source
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.values import Age, Day, Dose, Hour, LockedFact, Phone, Place
from ravi.network.models import Message
from ravi.network.pattern import pattern
from ravi.network.rules import Aim, TargetKind
from ravi.notices.services import mark_read

DAYS_UNTIL_IT_BEGINS, DAYS_TO_ANSWER, DAYS_VALID = 9, 6, 30


def offer_message(unit: Unit, people: Mapping[str, Person]) -> Message:
    """Second dose, over 60: what the seed asks for, filled with made-up days and places."""
    editor, expert, now = people["editor"], people["expert"], clock.now()
    starts = calendar.today() + timedelta(days=DAYS_UNTIL_IT_BEGINS)
    campaign = services.start_campaign(
        unit,
        CampaignFields(
            "واکسیناسیون به‌موقع",
            "هر کس نوبت خودش را بداند: کدام دوز، برای چه سنی، از کی و کجا.",
            age_groups="۶۰ سال و بالاتر",
            dose="دوز دوم",
            languages=("fa",),
            starts_on=calendar.today(),
        ),
        by=editor,
    )
    facts = (
        LockedFact("دوز", FactKind.DOSE, Dose(2), "نوبت واکسن"),
        LockedFact("سن", FactKind.AGE, Age(60), "گروه سنی"),
        LockedFact("تاریخ", FactKind.DATE, Day(starts), "روز آغاز"),
        LockedFact("ساعت", FactKind.TIME, Hour(time(8), time(13, 30)), "ساعت کار"),
        LockedFact("مکان", FactKind.PLACE, Place("نزدیک‌ترین مرکز بهداشت"), "جای تزریق"),
        LockedFact("تلفن", FactKind.PHONE, Phone("04130000000"), "تلفن پرسش"),
    )
    sources = (Source("برنامهٔ نمونهٔ ستاد", dated=calendar.today(), reviewer=expert.name),)
    words = replace(
        pattern("vaccination").words, facts=facts, sources=sources, valid_until=now + timedelta(days=DAYS_VALID)
    )
    fields = MessageFields(
        deadline=now + timedelta(days=DAYS_TO_ANSWER), campaign_id=campaign.pk, aims=(Aim(TargetKind.TREE, unit.pk),)
    )
    message = services.draft_message(unit, fields, words, by=editor)
    draft = message.versions.get()
    services.endorse_version(draft, content_hash=draft.content_hash, by=expert)
    services.issue_version(draft, expected_revision=draft.revision, by=editor)
    mark_read(editor)
    return message
