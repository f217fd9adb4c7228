"""Where a message stands now: the board of all its copies, and one unit's copies with their receipts."""

import hashlib

from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ravi.accounts.access import person_of, signed_in
from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.delivery.pages import sentences
from ravi.delivery.pages.stops import stop_button
from ravi.publishing import services
from ravi.publishing.models import Approval, Post
from ravi.publishing.pages import board as page
from ravi.publishing.pages import platforms
from ravi.publishing.pages.board import Board
from ravi.publishing.queries import correction as corrections
from ravi.publishing.queries import is_approved_by
from ravi.publishing.views import undo
from ravi.publishing.views.scope import visible_post
from ravi.publishing.words_kept import said_of

SHOWS = ("", "needs", "going")


@require_safe
@signed_in
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """The board; a script asks for the same page again while something is on its way (304 when nothing changed)."""
    person = person_of(request)
    told = corrections.told_of_post()
    post = visible_post(request, pk, approver=_latest_approver(), has_approved=is_approved_by(person), **told)
    shown = Board(post, person, now=clock.now())
    if shown.has_trouble and "X-Ravi-Live" not in request.headers:
        services.tell_troubles(post.institution_id)
    show = request.GET.get("show", "")
    show = show if show in SHOWS else ""
    mark = _mark(shown, show)
    if request.headers.get("If-None-Match", "").removeprefix("W/") == mark:  # compression makes it weak
        return HttpResponse(status=304)
    may_act = rights(person).may(Ability.RESOLVE_UNKNOWN)
    context = {
        "post": post,
        "board": shown,
        "may_correct": shown.has_left and may_write(person, post),
        "undo": undo.offered(request),
        "notes": said_of(post),
        "show": show,
        "branches": shown.branches(may_act=may_act),
        "by_hand": page.by_hand(shown.lines, post),
        "groups": shown.looms(show),
        "platforms": shown.platform_names,
        "chips": shown.chips(show),
        "stop": stop_button(person, shown.stops, is_going=shown.going > 0),
    }
    response = render(request, "publishing/board.html", context)
    response["ETag"] = mark
    return response


@require_safe
@signed_in
def unit_board(request: HttpRequest, pk: int, unit_id: int) -> HttpResponse:
    """One unit's copies: state, receipt and link of each."""
    post = visible_post(request, pk)
    shown = Board(post, person_of(request), now=clock.now())
    lines = sorted(
        (line for line in shown.lines if line.channel.unit_id == unit_id),
        key=lambda line: platforms.in_order(shown.platform_keys).index(line.channel.platform),
    )
    if not lines:
        raise Http404
    return render(
        request,
        "publishing/unit_board.html",
        {"post": post, "unit": lines[0].channel.unit, "rows": [_row(line) for line in lines]},
    )


def may_write(person: Person, post: Post) -> bool:
    """Whether this person may begin a correction of it."""
    return rights(person).may(Ability.WRITE_POST, post.unit_id)


def _latest_approver() -> Subquery:
    """Who said yes last, read with the post itself."""
    # Not by number alone: the database would walk back through everybody's yeses until one is of this post.
    yes = Approval.objects.filter(copy__post=OuterRef("pk")).order_by("-at", "-pk")
    return Subquery(yes.values("approver__name")[:1])


def _sentence(line: page.Line) -> str:
    told = line.tried or line.delivery
    return sentences.of_line(told, platforms.name(line.channel.platform)) if told else line.detail


def _row(line: page.Line) -> dict[str, object]:
    return {
        "platform": platforms.name(line.channel.platform),
        "handle": line.channel.shown_handle,
        "state": line.state,
        "sentence": _sentence(line),
        "delivery_id": line.delivery.delivery_id if line.delivery else None,
        "link": line.delivery.link if line.delivery else "",
        "hand_id": line.delivery.delivery_id if line.delivery and line.delivery.by_hand else None,
    }


def _mark(shown: Board, show: str) -> str:
    """Changes when anything on the board does: states, and the minute in which its times are said."""
    said = [(bead.state, bead.delivery_id, bead.code) for bead in shown.beads]
    corrected = getattr(shown.post, "correction_id", None), getattr(shown.post, "open_correction_id", None)
    told = f"{show}{said}{corrected}{shown.post.state}{shown.now:%H%M}{shown.person.pk}{shown.person.language}"
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:24]}"'
