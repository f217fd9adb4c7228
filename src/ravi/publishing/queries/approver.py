"""Who may give the yes that a post is missing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, Min, OuterRef, QuerySet, Subquery

from ravi.accounts.absence import absences_at
from ravi.accounts.models import Person
from ravi.accounts.queries import people_who_may
from ravi.accounts.rules import Ability, can_read
from ravi.core import clock
from ravi.publishing.models import Approval, PassOn, Post, StepRule, Writer
from ravi.publishing.rules import Need, Topic, Yes, need, steps_of
from ravi.publishing.words_kept import writers_of


@dataclass(frozen=True)
class Given(Yes):
    """A living yes with its person's name and its moment; `by_rule`: given beforehand."""

    name: str
    at: datetime
    by_rule: bool = False


def living_yeses(post: Post) -> list[Given]:
    """The yeses that the post's present revision has, in their order."""
    live = Approval.objects.filter(copy__post=post, copy__revision=post.revision, voided_at=None)
    said = live.values("approver_id", "is_expert", "approver__name", "rule_id")
    return [
        Given(row["approver_id"], row["is_expert"], row["approver__name"], row["first"], row["rule_id"] is not None)
        for row in said.annotate(first=Min("at")).order_by("first")
    ]


def yeses_by_rule() -> QuerySet[Approval]:
    """Those that were given beforehand, whether they hold or not: for a query of what their givers may do."""
    return Approval.objects.filter(rule_id__isnull=False)


def able_approvers(post: Post, given: Collection[Yes]) -> list[Person]:
    """Everybody whose yes may be the next one, by name: the right, the language, no word of their own (also where a higher
    room keeps the words), no yes yet. Each has `away_until`, None for whoever is here: one query."""
    missing = need(Topic(post.topic), post.steps, given)
    if missing is Need.NOBODY:
        return []
    ability = Ability.APPROVE_HEALTH_POST if missing is Need.EXPERT else Ability.APPROVE_POST
    writers = Writer.objects.filter(post=post).values("person_id")
    away = absences_at(clock.now()).filter(person=OuterRef("pk")).values("ends_at")[:1]
    people = people_who_may(post.institution_id, ability).annotate(away_until=Subquery(away))
    apart = {post.author_id} | {yes.approver_id for yes in given} | writers_of(post)
    listed = people.exclude(pk__in=writers).exclude(pk__in=apart).order_by("sort_key", "pk")
    return [who for who in listed if missing is not Need.EXPERT or can_read(who.reads, post.lang)]


def passes_of(post: Post) -> list[PassOn]:
    """Who asked whom about the post's present revision, in order."""
    mine = PassOn.objects.filter(post=post, revision=post.revision).select_related("by", "to")
    return list(mine.order_by("pk"))


def passed_on_by(person: Person) -> QuerySet[PassOn]:
    """For a query of posts: that this person asked somebody else, who is here, may approve, and has not asked back."""
    of_post = PassOn.objects.filter(post=OuterRef("pk"), revision=OuterRef("revision"), by=person)
    back = PassOn.objects.filter(post=OuterRef("post"), revision=OuterRef("revision"), to=person, pk__gt=OuterRef("pk"))
    able = people_who_may(person.institution_id, Ability.APPROVE_POST).values("pk")
    away = absences_at(clock.now()).values("person")
    return of_post.filter(~Exists(back), to__in=able).exclude(to__in=away)


@dataclass(frozen=True)
class Asked:
    """Who may give the missing yes: `here` now, `away` (with until when)."""

    here: tuple[Person, ...]
    away: tuple[tuple[Person, datetime], ...]


def asked_for(post: Post, given: Collection[Yes]) -> Asked:
    """Everybody whose yes may be the next one, told apart by whether they are here."""
    people: list[Any] = able_approvers(post, given)
    return Asked(
        here=tuple(who for who in people if who.away_until is None),
        away=tuple((who, who.away_until) for who in people if who.away_until is not None),
    )


def step_rules(institution_id: int) -> list[StepRule]:
    """What the head set, by unit and topic, with the units."""
    rules = StepRule.objects.filter(institution_id=institution_id).select_related("unit")
    return list(rules.order_by("unit__sort_key", "unit_id", "topic"))


def steps_asked(post: Post) -> int:
    """How many yeses the head wants for the post's topic in its unit."""
    rules = StepRule.objects.filter(institution_id=post.institution_id, topic=post.topic)
    chosen: dict[tuple[str, int | None], int] = {(rule.topic, rule.unit_id): rule.steps for rule in rules}
    path = [int(part) for part in post.unit.path.split("/") if part]
    return steps_of(Topic(post.topic), path, chosen)
