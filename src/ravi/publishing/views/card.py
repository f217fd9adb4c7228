"""A text card made from a message: written and looked at on a page of its own, then hung under the message."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import person_of, signed_in
from ravi.core.asked import whole
from ravi.library.models import Media
from ravi.library.pages.card import Beginning, CardDesk, again, beginning
from ravi.publishing import queries, services
from ravi.publishing.draft import DraftFields
from ravi.publishing.errors import EditedMeanwhile, PublishingRefused
from ravi.publishing.models import Post
from ravi.publishing.rules import CLASS_NAMES
from ravi.publishing.views.scope import images_of, visible_post
from ravi.text.markup import read


@require_http_methods(["GET", "POST"])
@signed_in
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeping the card hangs it last, or in the place of the one that `from` names."""
    post, person = visible_post(request, pk), person_of(request)
    if not queries.may_edit(person, post):
        raise PermissionDenied(_("This message is written by others. You can read it."))
    old = _hanging(request, post)
    desk = CardDesk(request, post.unit, again(old) if old else _of(queries.fields_of(post)))
    if request.method == "POST" and request.POST.get("act") == "keep":
        media = desk.keep(person)
        if media is not None:
            return _hang(request, post, media, old)
    context = desk.context() | {"post": post, "old": old}
    status = 422 if request.method == "POST" and desk.form.errors else 200
    return render(request, "publishing/card.html", context, status=status)


def _of(fields: DraftFields) -> Beginning:
    texts = [fields.text, *(fields.variants.get(name, "") for name in CLASS_NAMES)]
    return beginning(fields.title, [read(text).text for text in texts])


def _hanging(request: HttpRequest, post: Post) -> Media | None:
    """The card under this message that is to be replaced."""
    key = whole(request.POST.get("from") or request.GET.get("from") or "")
    return next((row.media for row in images_of(post) if row.media_id == key), None)


def _hang(request: HttpRequest, post: Post, media: Media, old: Media | None) -> HttpResponse:
    """Whoever changed the words meanwhile keeps them: only the images change, under the words as they are now."""
    fields = queries.fields_of(post)
    ids = tuple(media.pk if old and pk == old.pk else pk for pk in fields.media_ids)
    wanted = replace(fields, media_ids=ids if media.pk in ids else (*ids, media.pk))
    try:
        services.save_draft(post, wanted, expected_revision=post.revision, by=person_of(request))
    except EditedMeanwhile as meanwhile:
        return redirect("publishing:set_aside", pk=meanwhile.post.pk)
    except PublishingRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("The card hangs under the message."))
    return redirect("publishing:post", pk=post.pk)
