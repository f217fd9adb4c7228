"""One yes to the unchanged copies of a version in many units, and taking it back within seconds; corrections go the same way."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages as say
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ravi.accounts.access import needs, person_of
from ravi.accounts.models import Person
from ravi.accounts.queries import units_by_id
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.core.asked import whole
from ravi.core.calendar import number
from ravi.network import services
from ravi.network.models import Version
from ravi.network.pages import shared_yes as page
from ravi.network.pages.corrections_yes import Corrections
from ravi.network.queries.shared_yes import open_yes, unchanged_answers, versions_visible_to
from ravi.publishing.rules import UNDO_S
from ravi.publishing.services import Together

DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Yes:
    """What one yes is said to: its page, its act, and which unit each of the posts is of."""

    name: str
    say: Callable[..., Together]
    units_of: Callable[[Version, Collection[int]], Iterable[tuple[int | None, int]]]
    is_correction: bool = False

    @property
    def key(self) -> str:
        """Of the session, for the seconds of the undo."""
        return f"{self.name.replace('_', '-')}-to-undo"


def _units_of_answers(version: Version, post_ids: Collection[int]) -> Iterable[tuple[int | None, int]]:
    return unchanged_answers(version).filter(post_id__in=post_ids).values_list("post_id", "offer__unit_id")


ANSWERS = Yes("shared_yes", services.say_shared_yes, _units_of_answers)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.APPROVE_POST, Ability.APPROVE_HEALTH_POST)
def shared_yes(request: HttpRequest, version_id: int) -> HttpResponse:
    """The words once, the units beneath; POST says yes to those that are chosen."""
    return answered(request, version_id, ANSWERS, page.shown)


@require_POST
@needs(Ability.APPROVE_POST, Ability.APPROVE_HEALTH_POST)
def undo(request: HttpRequest, version_id: int) -> HttpResponse:
    """Take the yes back, wherever nothing has left; of one that the side jobs say, what they have not come to."""
    return taken_back(request, version_id, ANSWERS)


def answered(
    request: HttpRequest, version_id: int, of: Yes, look: Callable[[Person, Version], page.Shown | Corrections]
) -> HttpResponse:
    """The page of one yes, and the yes."""
    version, person = _version(request, version_id), person_of(request)
    if request.method == "POST":
        return _say_yes(request, version, of)
    context = {
        "version": version,
        "shown": look(person, version),
        "carried": page.carried(person, version, is_correction=of.is_correction),
        "undo": _offered(request, version, of),
    }
    return render(request, f"network/{of.name}.html", context)


def _say_yes(request: HttpRequest, version: Version, of: Yes) -> HttpResponse:
    """What a person waits for is said now; more is written down, and the side jobs say it."""
    wanted, person = chosen(request.POST.getlist("post")), person_of(request)
    if not wanted:
        say.warning(request, _("No unit is chosen. Nothing was approved."))
    elif len(wanted) > services.AT_ONCE:
        services.begin_shared_yes(version, wanted, by=person, hold_s=UNDO_S, is_correction=of.is_correction)
    else:
        _say_now(request, version, of, of.say(version, wanted, by=person, hold_s=UNDO_S))
    return redirect(f"network:{of.name}", version_id=version.pk)


def _say_now(request: HttpRequest, version: Version, of: Yes, done: Together) -> None:
    if done.done:
        until = clock.now() + timedelta(seconds=UNDO_S)
        request.session[of.key] = [version.pk, list(done.done), until.isoformat()]
        said = ngettext(
            "Approved in %(n)s unit, exactly as shown.", "Approved in %(n)s units, exactly as shown.", len(done.done)
        )
        say.success(request, said % {"n": number(len(done.done))})
    _say_refused(request, version, of, done)


def taken_back(request: HttpRequest, version_id: int, of: Yes) -> HttpResponse:
    """The yes taken back, or the rest of the one that the form names stopped: there may be several."""
    version, person = _version(request, version_id), person_of(request)
    if (named := whole(request.POST.get("yes", ""))) is not None:
        if begun := open_yes(person, version, named, is_correction=of.is_correction):
            services.stop_shared_yes(begun, by=person)
        return redirect(f"network:{of.name}", version_id=version.pk)
    version_pk, posts, _until = request.session.pop(of.key, None) or (0, [], "")
    if version_pk == version.pk:
        done = services.take_back_shared_yes(posts, by=person)
        said = ngettext("Taken back in %(n)s unit.", "Taken back in %(n)s units.", len(done.done))
        say.success(request, said % {"n": number(len(done.done))})
        _say_refused(request, version, of, done)
    return redirect(f"network:{of.name}", version_id=version.pk)


def _version(request: HttpRequest, pk: int) -> Version:
    """404 for a version that no unit in sight was offered."""
    return get_object_or_404(versions_visible_to(person_of(request)), pk=pk)


def chosen(typed: list[str]) -> dict[int, str]:
    """Post -> the digest that was shown; what is no such pair is left out."""
    pairs = (one.partition(":") for one in typed)
    known = ((whole(number_), digest) for number_, _colon, digest in pairs if DIGEST.fullmatch(digest))
    return {pk: digest for pk, digest in known if pk is not None}


def _say_refused(request: HttpRequest, version: Version, of: Yes, done: Together) -> None:
    """One sentence per reason, with the units that it is about."""
    rows = [(post, unit) for post, unit in of.units_of(version, done.refused) if post] if done.refused else []
    units = units_by_id([unit for _post, unit in rows]) if rows else {}
    for sentence in page.by_reason((done.refused[post], units[unit].name) for post, unit in rows):
        say.warning(request, sentence)


def _offered(request: HttpRequest, version: Version, of: Yes) -> bool:
    version_pk, _posts, until = request.session.get(of.key) or (0, [], "")
    return version_pk == version.pk and datetime.fromisoformat(until) > clock.now()
