"""Emergency messages afterwards: those that went out, and what a health expert finds in one."""

from django.contrib import messages as say
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ravi.accounts.access import person_of, signed_in
from ravi.network import queries, services
from ravi.network.after_review import Verdict
from ravi.network.errors import NetworkRefused
from ravi.network.forms.after_review import AfterReviewForm
from ravi.network.models import AfterReview
from ravi.network.pages.after_review import found_words, standing
from ravi.publishing.errors import PublishingRefused

PER_PAGE = 25


@require_safe
@signed_in
def after_reviews(request: HttpRequest) -> HttpResponse:
    """Those of units in sight: what nobody has looked at comes first."""
    seen = queries.after_reviews_visible_to(person_of(request))
    page = Paginator(seen, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(review, *standing(review)) for review in page.object_list]
    return render(request, "network/after_reviews.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def after_review(request: HttpRequest, review_id: int) -> HttpResponse:
    """What went out, word for word, and three buttons' worth of findings."""
    person = person_of(request)
    review = get_object_or_404(queries.after_reviews_visible_to(person), pk=review_id)
    may = review.done_at is None and queries.may_review(person, review)
    if request.method == "POST" and review.done_at is None and not may:
        raise PermissionDenied(
            _("A health expert looks at it who neither filled it in nor, if there is another, signed it.")
        )
    form = AfterReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _review(request, review, form):
        return redirect("templates:after_review", review_id=review.pk)
    bead, words = standing(review)
    page = {
        "review": review,
        "post": review.filling.post,
        "bead": bead,
        "standing": words,
        "found": found_words(review),
        "form": form,
        "may_review": may,
    }
    return render(request, "network/after_review.html", page, status=422 if form.errors else 200)


def _review(request: HttpRequest, review: AfterReview, form: AfterReviewForm) -> bool:
    said = form.cleaned_data
    verdict = Verdict(said["verdict"])
    try:
        services.review_afterwards(review, verdict, note=said["note"], by=person_of(request))
    except (NetworkRefused, PublishingRefused) as refused:
        form.add_error(None, str(refused))
        return False
    if verdict is Verdict.WITHDRAW:
        say.success(request, _("Withdrawn. What is out is being removed."))
    else:
        say.success(request, _("Kept. Whoever filled it in hears of it."))
    return True
