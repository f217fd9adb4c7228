"""One yes to the corrections that carry a version to many units, and taking it back within seconds."""

from datetime import datetime, timedelta

from django.contrib import messages as say
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ravi.accounts.access import needs, person_of
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.core.calendar import number
from ravi.network import services
from ravi.network.models import CorrectedAnswer, Version
from ravi.network.pages import corrections_yes as page
from ravi.network.queries.shared_yes import versions_visible_to
from ravi.network.views.shared_yes import chosen, say_refused
from ravi.publishing.rules import UNDO_S
from ravi.publishing.services import Together

_KEY = "corrections-yes-to-undo"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.APPROVE_POST, Ability.APPROVE_HEALTH_POST)
def corrections_yes(request: HttpRequest, version_id: int) -> HttpResponse:
    """The new words once, units' own apart with what differs; POST says yes to those that are chosen."""
    version = _version(request, version_id)
    if request.method == "POST":
        return _say_yes(request, version)
    shown = page.shown(person_of(request), version)
    found = {"version": version, "shown": shown, "undo": _offered(request, version)}
    return render(request, "network/corrections_yes.html", found)


def _say_yes(request: HttpRequest, version: Version) -> HttpResponse:
    wanted = chosen(request.POST.getlist("post"))
    if not wanted:
        say.warning(request, _("No unit is chosen. Nothing was approved."))
        return redirect("network:corrections_yes", version_id=version.pk)
    done = services.say_corrections_yes(version, wanted, by=person_of(request), hold_s=UNDO_S)
    if done.done:
        until = clock.now() + timedelta(seconds=UNDO_S)
        request.session[_KEY] = [version.pk, list(done.done), until.isoformat()]
        said = ngettext(
            "Approved in %(n)s unit, exactly as shown.", "Approved in %(n)s units, exactly as shown.", len(done.done)
        )
        say.success(request, said % {"n": number(len(done.done))})
    _say_refused(request, version, done)
    return redirect("network:corrections_yes", version_id=version.pk)


@require_POST
@needs(Ability.APPROVE_POST, Ability.APPROVE_HEALTH_POST)
def undo(request: HttpRequest, version_id: int) -> HttpResponse:
    """Take the yes back, wherever nothing has left."""
    version = _version(request, version_id)
    of, posts, _until = request.session.pop(_KEY, None) or (0, [], "")
    if of == version.pk:
        done = services.take_back_shared_yes(posts, by=person_of(request))
        said = ngettext("Taken back in %(n)s unit.", "Taken back in %(n)s units.", len(done.done))
        say.success(request, said % {"n": number(len(done.done))})
        _say_refused(request, version, done)
    return redirect("network:corrections_yes", version_id=version.pk)


def _version(request: HttpRequest, pk: int) -> Version:
    """404 for a version that no unit in sight was offered."""
    return get_object_or_404(versions_visible_to(person_of(request)), pk=pk)


def _say_refused(request: HttpRequest, version: Version, done: Together) -> None:
    rows = CorrectedAnswer.objects.filter(version=version, post_id__in=done.refused)
    say_refused(request, list(rows.values_list("post_id", "adoption__offer__unit_id")), done)


def _offered(request: HttpRequest, version: Version) -> bool:
    of, _posts, until = request.session.get(_KEY) or (0, [], "")
    return of == version.pk and datetime.fromisoformat(until) > clock.now()
