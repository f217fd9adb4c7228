"""Which emergency messages are still to be looked at, by whom, and whether the lane is closed until they are."""

from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import people_who_may, rights
from ravi.accounts.rules import Ability, can_read
from ravi.core import clock
from ravi.network.after_review import reviewers
from ravi.network.models import AfterReview, StandingRule, Template
from ravi.network.queries.standing import holding
from ravi.network.template import LANG
from ravi.publishing.models import Post
from ravi.publishing.queries.approver import yeses_by_rule


def after_reviews_visible_to(person: Person) -> QuerySet[AfterReview]:
    """Those of units in sight, the most pressing open one first, then what was looked at last."""
    seen = AfterReview.objects.filter(unit_id__in=rights(person).units)
    return _with_words(seen).order_by("-done_at", "due_at", "pk")


def after_reviews_on_desk(person: Person) -> list[AfterReview]:
    """Open ones that are this person's to look at, and for the head what nobody has looked at in time; one question at most."""
    mine = _theirs(person)
    if rights(person).may(Ability.MANAGE_PEOPLE):
        overdue = Q(due_at__lte=clock.now())
        mine = overdue if mine is None else mine | overdue
    if mine is None:
        return []
    return list(_with_words(AfterReview.objects.filter(mine, done_at=None)).order_by("due_at", "pk"))


def may_review(person: Person, review: AfterReview) -> bool:
    """Whether looking at it is this person's to do."""
    mine = _theirs(person)
    return mine is not None and AfterReview.objects.filter(mine, pk=review.pk).exists()


def reviewable_ids(person: Person) -> frozenset[int]:
    """All open ones that are this person's to look at."""
    mine = _theirs(person)
    found = AfterReview.objects.filter(mine, done_at=None) if mine is not None else AfterReview.objects.none()
    return frozenset(found.values_list("pk", flat=True))


def _theirs(person: Person) -> Q | None:
    """For a query of reviews; the equal of `reviewers()`. None for who looks at none."""
    if not rights(person).may(Ability.APPROVE_HEALTH_POST) or not can_read(person.reads, LANG):
        return None
    signed = yeses_by_rule().filter(copy__post__filling=OuterRef("filling"))
    theirs = yeses_by_rule().filter(copy__post__filling=OuterRef(OuterRef("filling")))
    experts = people_who_may(person.institution_id, Ability.APPROVE_HEALTH_POST).filter(reads__contains=[LANG])
    others = experts.exclude(pk=OuterRef("filling__by")).filter(~Exists(theirs.filter(approver=OuterRef("pk"))))
    return ~Q(filling__by=person) & (~Q(Exists(signed.filter(approver=person))) | ~Q(Exists(others)))


def reviewer_ids(review: AfterReview) -> frozenset[int]:
    """Experts who read the words and neither filled them in nor, where there are others, signed them."""
    people = people_who_may(review.institution_id, Ability.APPROVE_HEALTH_POST)
    experts = [who.pk for who in people if can_read(who.reads, LANG)]
    return reviewers(experts, review.filling.by_id, signer_ids(review.filling.post))


def signer_ids(post: Post) -> set[int]:
    """Whose yes beforehand stands in its copies."""
    return set(yeses_by_rule().filter(copy__post=post).values_list("approver_id", flat=True))


def closing_review(template: Template, unit: Unit) -> AfterReview | None:
    """The overdue one for which the lane is closed: of this template anywhere, or of anything of this unit."""
    mine = _with_words(_overdue()).filter(Q(template=template) | Q(unit=unit))
    return mine.order_by("due_at", "pk").first()


def emergency_rules(person: Person) -> QuerySet[StandingRule]:
    """What an expert signed for the units the person writes for, and goes out at once now; by the template's name.

    None for approvers: their desk asks what waits for them, and they fill in from the templates.
    """
    mine = rights(person)
    held = {role.unit_id for role in mine.roles if role.gives(Ability.WRITE_POST)}
    if not held or mine.may(Ability.APPROVE_POST):
        return StandingRule.objects.none()
    rules = holding(StandingRule.objects.filter(is_emergency=True, unit_id__in=held, unit__closed_at=None))
    return rules.order_by("version__template__name", "unit__sort_key", "pk")


def emergencies_between(person: Person, begins: datetime, ends: datetime) -> tuple[int, int]:
    """How many emergency messages went out in units in sight, and how many of them were not looked at within the day."""
    mine = AfterReview.objects.filter(unit_id__in=rights(person).units, opened_at__gte=begins, opened_at__lt=ends)
    is_late = Q(done_at__gt=F("due_at")) | Q(done_at=None, due_at__lte=clock.now())
    found = mine.aggregate(all=Count("pk"), late=Count("pk", filter=is_late))
    return found["all"], found["late"]


def _overdue() -> QuerySet[AfterReview]:
    return AfterReview.objects.filter(done_at=None, due_at__lte=clock.now())


def _with_words(reviews: QuerySet[AfterReview]) -> QuerySet[AfterReview]:
    return reviews.select_related("filling__post", "filling__by", "template", "unit", "done_by")
