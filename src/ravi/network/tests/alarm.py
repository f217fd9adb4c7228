"""The hospital's words for emergencies, two health experts, and SQL of the web's role past every service."""

from datetime import date, timedelta
from typing import Any

import psycopg
from django.db import IntegrityError, transaction

from ravi.accounts import services as accounts
from ravi.accounts.rules import RoleKind
from ravi.core import clock
from ravi.network import services
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.values import Day, Phone, Place
from ravi.network.models import AfterReview, StandingRule
from ravi.network.template import Blank, TemplateWords
from ravi.network.tests.ward import Ward
from ravi.publishing.models import Approval, Copy, Post
from ravi.publishing.rules import Topic

WATER = TemplateWords(
    title="آب {مکان} را نجوشیده ننوشید",
    text="از {تاریخ} آب {مکان} را پیش از نوشیدن بجوشانید.\nپرسش: {تلفن}",
    topic=Topic.HEALTH,
    days=3,
    blanks=(
        Blank("مکان", FactKind.PLACE, ("شهرک امید",)),
        Blank("تاریخ", FactKind.DATE),
        Blank("تلفن", FactKind.PHONE),
    ),
    emergency=True,
)
VALUES = {"مکان": Place("شهرک امید"), "تاریخ": Day(date(2026, 12, 1)), "تلفن": Phone("04133334444")}


class Alarm(Ward):
    """`expert` signs, `second` looks at it afterwards, the officer fills it in."""

    def __init__(self, house: Any) -> None:
        super().__init__(house)
        self.template = services.start_template(house.hospital, "آب آلوده", WATER, by=house.unit_head)
        self.second = self.another("second")

    def another(self, name: str) -> Any:
        """One more health expert."""
        made = accounts.add_person(name, name, None, institution=self.house.institution, by=None)
        accounts.grant_role(made, RoleKind.EXPERT, unit=self.house.headquarters, by=None)
        return made

    def sign(self, **more: Any) -> StandingRule:
        return super().sign(**{"by": self.house.expert} | more)

    def fill(self, **more: Any) -> Any:
        return super().fill(**{"words": WATER} | VALUES | more)

    def review(self, post: Post) -> AfterReview:
        return AfterReview.objects.get(filling__post=post)

    def sent(self, **more: Any) -> Post:
        """What went out by the signature."""
        done = self.fill(**more)
        assert done.is_approved and done.post.is_emergency
        return done.post


def a_day_later(admin: str) -> None:
    """Every look is overdue by an hour, as if a day had passed: the database reads its own clock."""
    with psycopg.connect(admin, autocommit=True) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute(
            "update network_afterreview set opened_at = opened_at - interval '25 h', due_at = due_at - interval '25 h'"
        )


def open_review(post: Post, **other: Any) -> AfterReview:
    """As SQL of the web's role would write it."""
    now = clock.now()
    row = {
        "institution_id": post.institution_id, "filling": post.filling, "template_id": post.filling.version.template_id,
        "unit_id": post.unit_id, "opened_at": now, "due_at": now + timedelta(hours=24),
    }  # fmt: skip
    return AfterReview.objects.create(**row | other)


def constraint_of(error: IntegrityError) -> str:
    """By which wall something was refused."""
    diag = getattr(error.__cause__, "diag", None)
    return str(diag and diag.constraint_name)


def why_refused(rule: StandingRule, post: Post, *, review: dict[str, Any] | None = None, **other: Any) -> str:
    """The wall at which a yes by that rule ends, with a review opened in the same breath; "" where it is taken."""
    copy = Copy.objects.filter(post=post, revision=post.revision, problems=[]).first()
    assert copy is not None
    row = {
        "institution_id": post.institution_id, "copy": copy, "content_hash": copy.content_hash,
        "author_id": post.author_id, "approver_id": rule.approver_id, "step": 1, "rule_id": rule.pk,
        "is_expert": True,
    }  # fmt: skip
    try:
        with transaction.atomic():
            if review is not None and not AfterReview.objects.filter(filling__post=post).exists():
                open_review(post, **review)
            Approval.objects.create(**row | {"at": clock.now()} | other)
            transaction.set_rollback(True)
    except IntegrityError as error:
        return constraint_of(error)
    return ""
