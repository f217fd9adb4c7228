"""Over random histories: SQL of the web's role gets a yes by a rule exactly where a model of the promise allows it.

The model keeps its own account of what was signed, ended, changed, lost and given anew; it never asks the tables.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ravi.accounts import services as accounts
from ravi.accounts.models import Role
from ravi.accounts.rules import RoleKind
from ravi.core import clock
from ravi.directory.services import NewChannel, open_channel
from ravi.network import services
from ravi.network.models import StandingRule
from ravi.network.tests.ward import WORDS, Ward, facts, refused_by_database
from ravi.publishing.models import Approval, Post

pytestmark = pytest.mark.django_db

TITLES = ("ساعت {مکان}", "ساعت تازهٔ {مکان}", "ساعت دیگر {مکان}")


@dataclass
class Signed:
    row: StandingRule
    version: int
    unit: str
    who: str
    at: datetime
    until: datetime
    is_ended: bool = False


@dataclass
class Made:
    post: Post
    version: int
    unit: str
    is_tampered: bool = False


@dataclass
class History:
    """What happened, as the promise sees it."""

    ward: Ward
    now: datetime
    version: int = 0
    rights: dict[str, datetime | None] = field(default_factory=dict)
    signed: list[Signed] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)

    def allows(self, rule: Signed, post: Made) -> bool:
        since = self.rights[rule.who]
        return (
            not rule.is_ended
            and rule.at <= self.now < rule.until
            and rule.version == self.version == post.version
            and rule.unit == post.unit
            and since is not None
            and since <= rule.at
            and not post.is_tampered
        )

    def sign(self, who: str, unit: str, days: int) -> None:
        if self.rights[who] is None or any(
            (one.who, one.unit, one.version) == (who, unit, self.version) and not one.is_ended for one in self.signed
        ):
            return
        row = self.ward.sign(by=getattr(self.ward.house, who), unit=getattr(self.ward.house, unit), days=days)
        self.signed.append(Signed(row, self.version, unit, who, self.now, self.now + timedelta(days=days)))

    def end(self, place: int) -> None:
        if self.signed:
            one = self.signed[place % len(self.signed)]
            services.end_standing(one.row, by=self.ward.house.head if self.rights["head"] else one.row.approver)
            one.is_ended = True

    def change(self, title: str) -> None:
        template = self.ward.template
        before = template.current.payload
        words = replace(WORDS, title=title)
        services.change_template(
            template, template.name, words, expected_hash=template.current.content_hash, by=self.ward.house.editor
        )
        template.refresh_from_db()
        if template.current.payload != before:
            self.version += 1

    def lose(self, who: str) -> None:
        for role in Role.objects.filter(person=getattr(self.ward.house, who), ended_at=None):
            if who != "head":  # an institution keeps one
                accounts.end_role(role, by=None)
                self.rights[who] = None

    def regain(self, who: str) -> None:
        if self.rights[who] is None:
            accounts.grant_role(
                getattr(self.ward.house, who), RoleKind.EXPERT, unit=self.ward.house.headquarters, by=None
            )
            self.rights[who] = self.now

    def fill(self, unit: str) -> None:
        """Waiting, with no yes: rules are asked by SQL afterwards."""
        house, version = self.ward.house, self.ward.template.current
        by = house.officer if unit == "hospital" else house.neighbour
        channels = [one.pk for one in self.ward.channels if one.unit_id == getattr(house, unit).pk]
        post = services.filling.make_post(version, getattr(house, unit), facts(), channels, by=by)
        services.filling.publishing.submit_post(post, by=by)
        self.made.append(Made(post, self.version, unit))

    def tamper(self, place: int) -> None:
        if self.made:
            one = self.made[place % len(self.made)]
            Post.objects.filter(pk=one.post.pk).update(text="هر چه خواستم")
            one.is_tampered = True


WHO, UNITS, SOME = st.sampled_from(["head", "expert"]), st.sampled_from(["hospital", "faculty"]), st.integers(0, 5)
STEPS: st.SearchStrategy[tuple[Any, ...]] = st.one_of(
    st.tuples(st.just("sign"), WHO, UNITS, st.sampled_from([1, 7, 90])),
    st.tuples(st.just("fill"), UNITS),
    st.tuples(st.just("end"), SOME),
    st.tuples(st.just("change"), st.sampled_from(TITLES)),
    st.tuples(st.just("lose"), WHO),
    st.tuples(st.just("regain"), WHO),
    st.tuples(st.just("tamper"), SOME),
    st.tuples(st.just("wait"), st.sampled_from([1, 6, 80])),
)


def begun(house: Any) -> History:
    """A template of headquarters that both units have, at a moment after everybody's role began."""
    ward = Ward(house)
    ward.template = services.start_template(house.headquarters, "برای همه", WORDS, by=house.editor)
    ward.channels.append(open_channel(NewChannel(house.faculty, "telegram", "sandbox", "bh", "خبر"), by=None))
    now = clock.now()
    return History(ward, now, rights={"head": now, "expert": now})


SIGNED = [("sign", "expert", "hospital", 7), ("fill", "hospital")]


@example(steps=[*SIGNED, ("fill", "faculty"), ("tamper", 0)])
@example(steps=[*SIGNED, ("wait", 6), ("wait", 1), ("sign", "head", "hospital", 1)])
@example(steps=[*SIGNED, ("lose", "expert"), ("regain", "expert"), ("end", 0)])
@example(steps=[*SIGNED, ("change", TITLES[1]), ("fill", "hospital"), ("change", TITLES[0]), ("fill", "hospital")])
@given(steps=st.lists(STEPS, min_size=4, max_size=14))
@settings(
    max_examples=400 if os.environ.get("RAVI_TEST_FULL") else 8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_yes_by_a_rule_outside_its_bounds(house: Any, steps: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        history = begun(house)
        for name, *how in steps:
            history.now += timedelta(days=how[0]) if name == "wait" else timedelta(seconds=1)
            with clock.at(history.now):
                if name != "wait":
                    act: Callable[..., None] = getattr(history, name)
                    act(*how)
                for rule in history.signed:
                    for post in history.made:
                        got = not refused_by_database(rule.row, post.post)
                        assert got is history.allows(rule, post), (name, how)
        assert not Approval.objects.exclude(rule_id=None).exists()  # every try was taken back
        transaction.set_rollback(True)
