"""Emergency messages afterwards: what went out on a signature, and what a health expert finds in it."""

from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Path, Query

from ravi.accounts.rules import Verb
from ravi.api.described import CODE, answers, asks, needs, require_verb
from ravi.api.door import ApiRequest
from ravi.api.pages import page_of
from ravi.api.proof import prove
from ravi.api.routes.template import router
from ravi.api.schemas.after_review import AfterReviewOut, FindingIn
from ravi.api.schemas.parts import Id, Page, Paging, named
from ravi.core import clock
from ravi.network import queries, services
from ravi.network.after_review import Verdict
from ravi.network.models import AfterReview


@router.get(
    "emergency-reviews", response=answers(200, Page[AfterReviewOut]), summary="Emergency messages to look at afterwards"
)
def after_reviews(request: ApiRequest, paging: Query[Paging], is_open: bool | None = None) -> dict[str, Any]:
    """Those of units in sight; `is_open=true` keeps what nobody has looked at."""
    rows = queries.after_reviews_visible_to(request.person)
    if is_open is not None:
        rows = rows.filter(done_at__isnull=is_open)
    mine = queries.reviewable_ids(request.person)
    return page_of(rows, paging, lambda one: _told(one, one.pk in mine))


@router.get("emergency-reviews/{review_id}", response=answers(200, AfterReviewOut), summary="One of them")
def after_review(request: ApiRequest, review_id: Path[Id]) -> dict[str, Any]:
    """The words as they went out, and what was found."""
    found = _visible(request, review_id)
    return _told(found, found.pk in queries.reviewable_ids(request.person))


@router.post(
    "emergency-reviews/{review_id}/finding",
    response=answers(200, AfterReviewOut, 409),
    summary="Say what you find",
    **needs(Verb.APPROVE, CODE),
)
@asks(Verb.APPROVE)
def review_afterwards(request: ApiRequest, review_id: Path[Id], body: FindingIn) -> dict[str, Any]:
    """Once, by a health expert who neither filled it in nor, if there is another, signed it. `withdraw` takes every copy
    back at once, and asks for the verb `withdraw` too. With a Ravi-Code of this person's app (none in a demo)."""
    found = _visible(request, review_id)
    if body.verdict is Verdict.WITHDRAW:
        require_verb(request, Verb.WITHDRAW)
    prove(request)
    services.review_afterwards(found, body.verdict, note=body.note, by=request.person)
    return _told(_visible(request, review_id), False)


def _visible(request: ApiRequest, review_id: int) -> AfterReview:
    return get_object_or_404(queries.after_reviews_visible_to(request.person), pk=review_id)


def _told(review: AfterReview, may_review: bool) -> dict[str, Any]:
    post, is_open = review.filling.post, review.done_at is None
    same = ("template_id", "unit_id", "opened_at", "due_at", "note", "done_at")
    return {
        "id": review.pk,
        "post_id": post.pk,
        "title": post.title,
        "text": post.text,
        "filled_by": named(review.filling.by),
        "is_overdue": is_open and review.due_at <= clock.now(),
        "may_review": may_review,
        "verdict": review.verdict or None,
        "done_by": named(review.done_by) if review.done_by else None,
        **{name: getattr(review, name) for name in same},
    }
