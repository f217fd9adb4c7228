"""The hospital's template of opening hours, what people do with it, and SQL of the web's role past every service."""

from datetime import date, time
from typing import Any

from django.db import IntegrityError, connection, transaction

from ravi.core import clock
from ravi.directory.services import NewChannel, lend_channel, open_channel
from ravi.network import services
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.values import Count, Day, Hour, Link, LockedFact, Phone, Place
from ravi.network.models import StandingRule
from ravi.network.template import Blank, TemplateWords
from ravi.publishing.models import Approval, Copy, Post
from ravi.publishing.rules import Topic

WORDS = TemplateWords(
    title="تغییر ساعت {مکان}",
    text="{مکان} در {تاریخ}، {ساعت} پذیرش دارد.\n\nبرای پرسش: {تلفن}\n{نشانی}\nتا {نفر} نوبت داریم.",
    short="{مکان}: {تاریخ}، {ساعت}.",
    topic=Topic.ORGANISATION,
    blanks=(
        Blank("مکان", FactKind.PLACE, ("درمانگاه شبانه‌روزی",)),
        Blank("تاریخ", FactKind.DATE),
        Blank("ساعت", FactKind.TIME),
        Blank("تلفن", FactKind.PHONE),
        Blank("نشانی", FactKind.LINK, ("https://omid.example.ir/nobat",)),
        Blank("نفر", FactKind.COUNT, unit="نفر"),
    ),
)
VALUES = {
    "مکان": Place("درمانگاه شبانه‌روزی"),
    "تاریخ": Day(date(2026, 12, 1), date(2026, 12, 3)),
    "ساعت": Hour(time(8), time(13, 30)),
    "تلفن": Phone("04133334444"),
    "نشانی": Link("https://omid.example.ir/nobat"),
    "نفر": Count(40, "نفر"),
}


def facts(words: TemplateWords = WORDS, **other: Any) -> list[LockedFact]:
    given = VALUES | other
    return [LockedFact(one.name, one.kind, given[one.name]) for one in words.blanks]


class Ward:
    """The hospital with two channels, a template of its head, and what people do with it."""

    def __init__(self, house: Any) -> None:
        self.house = house
        self.channels = [
            open_channel(NewChannel(house.hospital, kind, "sandbox", f"omid_{kind}", "خبر"), by=None)
            for kind in ("telegram", "mastodon")
        ]
        for channel in self.channels:
            lend_channel(channel, by=None)
        self.template = services.start_template(house.hospital, "تغییر ساعت", WORDS, by=house.unit_head)

    def sign(
        self, *, by: Any = None, unit: Any = None, days: int = 30, template: Any = None, **more: Any
    ) -> StandingRule:
        version = (template or self.template).current
        return services.sign_standing(
            version, unit or self.house.hospital, days=days, content_hash=version.content_hash,
            by=by or self.house.head, **more,
        )  # fmt: skip

    def fill(self, *, by: Any = None, unit: Any = None, template: Any = None, words: Any = WORDS, **other: Any) -> Any:
        version = (template or self.template).current
        channels = other.pop("channels", [one.pk for one in self.channels])
        return services.fill_template(
            version, unit or self.house.hospital, facts(words, **other), channels, by=by or self.house.officer
        )


def approvals(post: Post) -> list[Approval]:
    return list(Approval.objects.filter(copy__post=post).order_by("pk"))


def refused_by_database(rule: StandingRule, post: Post, **other: Any) -> bool:
    """Whether the database refuses what SQL of the web's role would write, past every service."""
    copy = Copy.objects.filter(post=post, revision=post.revision, problems=[]).first()
    assert copy is not None
    row = {
        "institution_id": post.institution_id, "copy": copy, "content_hash": copy.content_hash,
        "author_id": post.author_id, "approver_id": rule.approver_id, "step": 1, "rule_id": rule.pk, "at": clock.now(),
    }  # fmt: skip
    try:
        with transaction.atomic():
            Approval.objects.create(**row | other)
            connection.check_constraints()
            transaction.set_rollback(True)
    except IntegrityError:
        return True
    return False


def submitted_without_rule(ward: Ward, **other: Any) -> Post:
    """What was filled in before anybody signed: it waits."""
    done = ward.fill(**other)
    assert not done.is_approved
    return done.post
