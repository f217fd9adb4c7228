"""One yes to the unchanged copies of a version in many units, and taking it back within seconds."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib import messages as say
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ravi.accounts.access import needs, person_of
from ravi.accounts.queries import units_by_id
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.core.asked import whole
from ravi.core.calendar import number
from ravi.network import services
from ravi.network.models import Version
from ravi.network.pages import shared_yes as page
from ravi.network.queries.shared_yes import open_yes, unchanged_answers, versions_visible_to
from ravi.publishing.rules import UNDO_S
from ravi.publishing.services import Together

_KEY = "shared-yes-to-undo"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.APPROVE_POST, Ability.APPROVE_HEALTH_POST)
def shared_yes(request: HttpRequest, version_id: int) -> HttpResponse:
    """The words once, the units beneath; POST says yes to those that are chosen."""
    version, person = _version(request, version_id), person_of(request)
    if request.method == "POST":
        return _say_yes(request, version)
    context = {
        "version": version,
        "shown": page.shown(person, version),
        "carried": page.carried(person, version),
        "undo": _offered(request, version),
    }
    return render(request, "network/shared_yes.html", context)


def _say_yes(request: HttpRequest, version: Version) -> HttpResponse:
    """What a person waits for is said now; more is written down, and the side jobs say it."""
    wanted, person = chosen(request.POST.getlist("post")), person_of(request)
    if not wanted:
        say.warning(request, _("No unit is chosen. Nothing was approved."))
    elif len(wanted) > services.AT_ONCE:
        services.begin_shared_yes(version, wanted, by=person, hold_s=UNDO_S)
    else:
        _say_now(request, version, services.say_shared_yes(version, wanted, by=person, hold_s=UNDO_S))
    return redirect("network:shared_yes", version_id=version.pk)


def _say_now(request: HttpRequest, version: Version, done: Together) -> None:
    if done.done:
        until = clock.now() + timedelta(seconds=UNDO_S)
        request.session[_KEY] = [version.pk, list(done.done), until.isoformat()]
        said = ngettext(
            "Approved in %(n)s unit, exactly as shown.", "Approved in %(n)s units, exactly as shown.", len(done.done)
        )
        say.success(request, said % {"n": number(len(done.done))})
    _say_refused(request, version, done)


@require_POST
@needs(Ability.APPROVE_POST, Ability.APPROVE_HEALTH_POST)
def undo(request: HttpRequest, version_id: int) -> HttpResponse:
    """Take the yes back, wherever nothing has left; of one that the side jobs say, what they have not come to."""
    version, person = _version(request, version_id), person_of(request)
    if latest := open_yes(person, version):
        services.stop_shared_yes(latest, by=person)
        return redirect("network:shared_yes", version_id=version.pk)
    of, posts, _until = request.session.pop(_KEY, None) or (0, [], "")
    if of == version.pk:
        done = services.take_back_shared_yes(posts, by=person)
        said = ngettext("Taken back in %(n)s unit.", "Taken back in %(n)s units.", len(done.done))
        say.success(request, said % {"n": number(len(done.done))})
        _say_refused(request, version, done)
    return redirect("network:shared_yes", version_id=version.pk)


def _version(request: HttpRequest, pk: int) -> Version:
    """404 for a version that no unit in sight was offered."""
    return get_object_or_404(versions_visible_to(person_of(request)), pk=pk)


def chosen(typed: list[str]) -> dict[int, str]:
    """Post -> the digest that was shown; what is no such pair is left out."""
    pairs = (one.partition(":") for one in typed)
    return {pk: digest for number_, _colon, digest in pairs if (pk := whole(number_)) is not None}


def _say_refused(request: HttpRequest, version: Version, done: Together) -> None:
    rows = unchanged_answers(version).filter(post_id__in=done.refused).values_list("post_id", "offer__unit_id")
    say_refused(request, list(rows) if done.refused else [], done)


def say_refused(request: HttpRequest, rows: Sequence[tuple[int | None, int]], done: Together) -> None:
    """One sentence per reason, with the units that it is about; `rows` are posts with their units."""
    units = units_by_id([unit_id for _post, unit_id in rows]) if rows else {}
    for sentence in page.by_reason((done.refused[post], units[unit].name) for post, unit in rows if post is not None):
        say.warning(request, sentence)


def _offered(request: HttpRequest, version: Version) -> bool:
    of, _posts, until = request.session.get(_KEY) or (0, [], "")
    return of == version.pk and datetime.fromisoformat(until) > clock.now()
