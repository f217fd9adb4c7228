"""The composer: one form that is always kept first and then does what its button says; works without JavaScript."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import needs, person_of, signed_in
from ravi.accounts.rules import Ability
from ravi.publishing import queries
from ravi.publishing.errors import EditedMeanwhile, PublishingRefused
from ravi.publishing.models import Post
from ravi.publishing.rules import PostState
from ravi.publishing.views.acts import ACTS, save
from ravi.publishing.views.desk import DRAFTS, Desk
from ravi.publishing.views.draft import is_from_script, keep_and_tell
from ravi.publishing.views.scope import same_draft, visible_post, writing_units

TEMPLATE = "publishing/composer.html"


@require_http_methods(["GET", "POST"])
@needs(Ability.WRITE_POST)
def write(request: HttpRequest) -> HttpResponse:
    """A message that nobody has kept yet: it becomes a draft with its first words."""
    units = writing_units(request)
    if not units:
        raise PermissionDenied(_("You write for no unit yet. Ask the head of the institution for a role."))
    wanted = request.POST.get("unit") or request.GET.get("unit") or ""
    unit = next((unit for unit in units if str(unit.pk) == wanted), units[0])
    desk = Desk(request, None, unit)
    if request.method == "POST":
        desk.post = same_draft(person_of(request), unit, desk.typed)
        return keep_and_tell(desk) if is_from_script(request) else _keep_and_act(desk)
    return render(request, TEMPLATE, desk.context() | {"units": units})


@require_http_methods(["GET", "POST"])
@signed_in
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft opens in the composer; everything else where it stands now."""
    found = visible_post(request, pk)
    if request.method == "GET" and found.words_at and found.state in DRAFTS:
        return redirect(found.words_at)
    if request.method == "POST" or (found.state in DRAFTS and queries.may_edit(person_of(request), found)):
        return _compose(request, found)
    return redirect(_standing(found))


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The composer also for words that wait for a yes or have one; a change takes them back."""
    return _compose(request, visible_post(request, pk))


def _standing(found: Post) -> str:
    names = {PostState.SUBMITTED: "approval", PostState.APPROVED: "board", PostState.WITHDRAWN: "board"}
    return reverse(f"publishing:{names.get(PostState(found.state), 'text')}", args=[found.pk])


def _compose(request: HttpRequest, found: Post) -> HttpResponse:
    if not queries.may_edit(person_of(request), found):
        raise PermissionDenied(_("This message is written by others. You can read it."))
    desk = Desk(request, found, found.unit)
    return _keep_and_act(desk) if request.method == "POST" else render(request, TEMPLATE, desk.context())


def _keep_and_act(desk: Desk) -> HttpResponse:
    """What was typed is kept before anything else happens; what could not be read stays in the form."""
    act, _colon, argument = desk.request.POST.get("act", "save").partition(":")
    response = None
    if act == "add_video":
        desk.take_video()
    try:
        desk.keep()
        if act != "submit" or desk.form.is_valid():
            response = ACTS.get(act, save)(desk, argument)
    except EditedMeanwhile as meanwhile:
        return redirect("publishing:set_aside", pk=meanwhile.post.pk)
    except PublishingRefused as refused:
        desk.form.add_error(None, str(refused))
    if response is None or desk.has_errors:
        return render(desk.request, TEMPLATE, desk.context(), status=422)
    return response
