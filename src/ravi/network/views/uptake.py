"""How far a message has come in every unit, as a board and as a table for spreadsheets."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ravi.accounts.access import needs, person_of
from ravi.accounts.queries import units_by_id
from ravi.core import clock
from ravi.core.asked import whole, words
from ravi.network import queries
from ravi.network.pages.uptake import Board, Chosen, parents_of
from ravi.network.pages.uptake_table import written
from ravi.network.uptake import Uptake
from ravi.network.views.message import READERS
from ravi.network.views.scope import visible_message


@require_safe
@needs(*READERS)
def uptake(request: HttpRequest, pk: int) -> HttpResponse:
    """The board; a script asks for the same page again while an answer or a copy is awaited (304: nothing changed)."""
    board = _board(request, pk)
    page = board.page(request.GET.get("page"))
    mark = _mark(board, page.number, request)
    if request.headers.get("If-None-Match", "").removeprefix("W/") == mark:  # compression makes it weak
        return HttpResponse(status=304)
    context = {
        "message": board.message,
        "board": board,
        "page": page,
        "groups": board.looms(page.object_list),
        "live": request.get_full_path(),
    }
    response = render(request, "network/uptake.html", context)
    response["ETag"] = mark
    return response


@require_safe
@needs(*READERS)
def uptake_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The same, channel by channel: what the filters show."""
    board = _board(request, pk)
    response = HttpResponse(written(board.message, board.shown), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="uptake-{pk}.csv"'
    return response


def _board(request: HttpRequest, pk: int) -> Board:
    message, now = visible_message(request, pk), clock.now()
    rows = queries.uptake_of(message, person_of(request), now)
    region = whole(words(request.GET.get("region", "")))
    chosen = Chosen(region, words(request.GET.get("kind", "")), words(request.GET.get("state", "")))
    nobody = queries.units_with_nobody(row.unit for row in rows if row.kind is None and row.state is not Uptake.CLOSED)
    return Board(message, rows, units_by_id(parents_of(rows)), chosen, now=now, nobody=nobody)


def _mark(board: Board, page: int, request: HttpRequest) -> str:
    """Changes when anything on the board does."""
    person = person_of(request)
    said = [(row.offer_id, row.state, row.version, [line.state for line in row.lines]) for row in board.rows]
    of = (board.message.state, board.message.current_id, len(board.nobody), person.pk, person.language)
    told = f"{board.chosen}{page}{said}{of}"
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:24]}"'
