"""Who may give the yes that a post is missing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from ravi.accounts.models import Person
from ravi.accounts.queries import people_who_may
from ravi.accounts.rules import Ability, can_read
from ravi.publishing.models import Approval, Post, StepRule, Writer
from ravi.publishing.rules import Need, Topic, Yes, need, steps_of


@dataclass(frozen=True)
class Given(Yes):
    """A living yes with its person's name and its moment."""

    name: str
    at: datetime


def living_yeses(post: Post) -> list[Given]:
    """The yeses that the post's present revision has, in their order."""
    live = Approval.objects.filter(copy__post=post, copy__revision=post.revision, voided_at=None)
    rows = live.values("approver_id", "is_expert", "approver__name").annotate(first=Min("at")).order_by("first")
    return [Given(row["approver_id"], row["is_expert"], row["approver__name"], row["first"]) for row in rows]


def able_approvers(post: Post, given: Collection[Yes]) -> list[Person]:
    """Everybody whose yes may be the next one, by name: the right, the language, no word of their own, no yes yet."""
    missing = need(Topic(post.topic), post.steps, given)
    if missing is Need.NOBODY:
        return []
    ability = Ability.APPROVE_HEALTH_POST if missing is Need.EXPERT else Ability.APPROVE_POST
    writers = set(Writer.objects.filter(post=post).values_list("person_id", flat=True)) | {post.author_id}
    apart = writers | {yes.approver_id for yes in given}
    people = people_who_may(post.institution_id, ability).exclude(pk__in=apart).order_by("sort_key", "pk")
    return [who for who in people if missing is not Need.EXPERT or can_read(who.reads, post.lang)]


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
