"""Emergency messages are looked at afterwards: opened with the yes itself, told in time, answered once by an expert."""

from collections.abc import Set as AbstractSet
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.accounts.queries import heads, unit_heads
from ravi.core import audit, clock
from ravi.core.canonical import JSON
from ravi.network.after_review import BEFORE, LONGEST_NOTE, Step, Verdict, due_of, needs_note, step_due
from ravi.network.errors import MessageRefused, NotNow
from ravi.network.models import AfterReview, AfterReviewTold, Filling
from ravi.network.queries.after_review import may_review, reviewer_ids, signer_ids
from ravi.notices.services import answer_all, tell
from ravi.publishing import services as publishing
from ravi.publishing.rules import PostState

AT_ONCE = 100  # reviews of one transaction
TELLING = ("after_review_asked", "after_review_due", "after_review_overdue")


def open_after_review(filling: Filling, *, by: Person) -> AfterReview:
    """In the transaction in which an emergency message gets its yes; the same again is the same. For services of this room."""
    known = AfterReview.objects.filter(filling=filling).first()
    if known is not None:
        return known
    now = clock.now()
    review = AfterReview.objects.create(
        institution_id=filling.institution_id,
        filling=filling,
        template_id=filling.version.template_id,
        unit_id=filling.post.unit_id,
        opened_at=now,
        due_at=due_of(now),
    )
    facts: dict[str, JSON] = {"posts": filling.post_id, "unit": review.unit_id, "due_at": review.due_at.isoformat()}
    audit.record("open_after_review", by=by.pk, subject=review, institution_id=review.institution_id, facts=facts)
    return review


def ask_reviewers(review: AfterReview) -> None:
    """Whoever may look at it hears at once. For services of this room, once the yes is there."""
    _tell(review, reviewer_ids(review), "after_review_asked")


@transaction.atomic
def review_afterwards(review: AfterReview, verdict: Verdict, *, note: str = "", by: Person) -> AfterReview:
    """What `by`, an expert who did not fill it in, finds. A withdrawal takes every copy back at once; twice is once.

    Raises PermissionDenied, MessageRefused without a note where one is needed, NotNow when somebody found otherwise.
    """
    held = AfterReview.objects.select_for_update(of=("self",)).select_related("filling__post", "filling__version")
    current = held.get(pk=review.pk)
    if not may_review(by, current):
        raise PermissionDenied(
            _("A health expert looks at it who neither filled it in nor, if there is another, signed it.")
        )
    said = _note(verdict, note)
    if current.done_at is not None:
        if (current.done_by_id, current.verdict, current.note) == (by.pk, verdict, said):
            return current
        raise NotNow(_("Somebody has already looked at this message. See what they found."))
    current.done_at, current.done_by, current.verdict, current.note = clock.now(), by, verdict, said
    current.save(update_fields=["done_at", "done_by", "verdict", "note"])
    post = current.filling.post
    if verdict is Verdict.WITHDRAW and post.state != PostState.WITHDRAWN:
        publishing.withdraw_post(post, by=by, reason=said, by_keeper=True)
    answer_all(TELLING, [_page(current)], institution_id=current.institution_id)
    _tell_found(current, by)
    facts: dict[str, JSON] = {
        "posts": post.pk,
        "unit": current.unit_id,
        "found": str(verdict),
        "has_reason": bool(said),
    }
    audit.record("review_afterwards", by=by.pk, subject=current, institution_id=current.institution_id, facts=facts)
    return current


def tell_after_reviews(institution_id: int) -> int:
    """Remind of what is still to be looked at, each step once; how many were told of."""
    count = 0
    while batch := _some(institution_id):
        count += batch
    return count


@transaction.atomic
def _some(institution_id: int) -> int:
    """Of what is held by nobody else: a job that dies between has told neither, and of two each has its own."""
    now, told = clock.now(), 0
    waiting = AfterReview.objects.filter(
        institution_id=institution_id, done_at=None, due_at__lte=now + max(BEFORE.values())
    )
    due = [one.pk for one in waiting.prefetch_related("told").order_by("due_at", "pk") if _step(one, now)][:AT_ONCE]
    held = waiting.filter(pk__in=due).select_for_update(of=("self",), skip_locked=True)
    # Asked again now that they are held: another job may have told of them while this one looked.
    for review in held.select_related("filling__post", "filling__by", "unit").prefetch_related("told").order_by("pk"):
        if step := _step(review, now):
            AfterReviewTold.objects.create(institution_id=institution_id, review=review, step=step, at=now)
            _remind(review, step)
            told += 1
    return told


def _step(review: AfterReview, now: datetime) -> Step | None:
    return step_due(review.due_at, [one.step for one in review.told.all()], now)


def _remind(review: AfterReview, step: Step) -> None:
    if step is not Step.OVERDUE:
        _tell(review, reviewer_ids(review), "after_review_due")
        return
    above = set(heads(review.institution_id).values_list("pk", flat=True))
    _tell(review, reviewer_ids(review) | above, "after_review_overdue")


def _tell(review: AfterReview, people: AbstractSet[int], kind: str) -> None:
    said: dict[str, JSON] = {
        "title": review.filling.post.title,
        "unit": review.unit.name,
        "who": review.filling.by.name,
        "until": review.due_at.isoformat(),
    }
    tell(people, kind, said, _page(review), institution_id=review.institution_id)


def _tell_found(review: AfterReview, by: Person) -> None:
    """Whoever filled it in, the heads of its unit, and whoever had signed its words."""
    people = {review.filling.by_id} | unit_heads(review.unit_id) | signer_ids(review.filling.post)
    said: dict[str, JSON] = {
        "title": review.filling.post.title, "who": by.name, "found": review.verdict, "note": review.note[:300],
    }  # fmt: skip
    tell(people - {by.pk}, "after_review_done", said, _page(review), institution_id=review.institution_id)


def _note(verdict: Verdict, typed: str) -> str:
    said = typed.strip()
    if needs_note(verdict) and not said:
        raise MessageRefused(_("Say in a few words what is wrong, so that it can be put right."))
    if len(said) > LONGEST_NOTE:
        raise MessageRefused(_("Say it in fewer words."))
    return said


def _page(review: AfterReview) -> str:
    return reverse("templates:after_review", args=[review.pk])
