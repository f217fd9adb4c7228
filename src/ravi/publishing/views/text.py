"""A message to read: for colleagues who do not write it, and after it went out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ravi.accounts.access import person_of, signed_in
from ravi.publishing import queries
from ravi.publishing.models import Approval, Return
from ravi.publishing.pages import composer, counters, platforms, seen, standing
from ravi.publishing.rules import CLASS_NAMES, PostState
from ravi.publishing.views.scope import images_of, visible_post
from ravi.text.markup import read


@require_safe
@signed_in
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """All its words, where it goes, and who said what about it."""
    post = visible_post(request, pk)
    images = images_of(post)
    fields = queries.fields_of(post)
    picked = queries.chosen_channels(post)
    bead, words = standing.of(post, {})
    return render(
        request,
        "publishing/text.html",
        {
            "post": post,
            "words": read(post.text),
            "bead": bead,
            "standing": words,
            "images": [seen.image(row.media) for row in images],
            "variants": [(_name(name), read(source)) for name, source in fields.variants.items()],
            "reach": composer.reach_sentence(len({c.unit_id for c in picked}), len(picked)),
            "platforms": [
                {"key": key, "name": platforms.name(key)}
                for key in platforms.in_order(channel.platform for channel in picked)
            ],
            "approval": Approval.objects.filter(copy__post=post, voided_at=None).select_related("approver").first(),
            "returned": Return.objects.filter(post=post).select_related("by").order_by("-at").first(),
            "may_edit": post.state != PostState.APPROVED and queries.may_edit(person_of(request), post),
        },
    )


def _name(variant: str) -> str:
    return counters.class_name(variant) if variant in CLASS_NAMES else platforms.name(variant)
