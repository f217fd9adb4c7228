"""Copies that were missed or refused, with their reasons, and one button that sends the ticked ones once more."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import person_of, signed_in
from ravi.core import clock
from ravi.core.asked import whole
from ravi.core.calendar import number
from ravi.delivery.pages import sentences
from ravi.publishing import services
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.models import Post
from ravi.publishing.pages import platforms
from ravi.publishing.pages.board import Board
from ravi.publishing.views.scope import visible_post

AGAIN = ("missed", "failed")


@require_http_methods(["GET", "POST"])
@signed_in
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """`?state=`, `?platform=` and `?code=` keep one cause of the board."""
    post = visible_post(request, pk)
    if request.method == "POST":
        return _send(request, post)
    rows = _rows(request, post)
    if not rows:
        raise Http404
    return render(request, "publishing/again.html", {"post": post, "rows": rows})


def _rows(request: HttpRequest, post: Post) -> list[dict[str, Any]]:
    wanted = {name: request.GET[name] for name in ("state", "platform", "code") if request.GET.get(name)}
    rows = []
    for line in Board(post, person_of(request), now=clock.now()).lines:
        is_wanted = all(
            (
                line.state in AGAIN and line.delivery is not None,
                wanted.get("state", line.state) == line.state,
                wanted.get("platform", line.channel.platform) == line.channel.platform,
                wanted.get("code", line.code) == line.code,
            )
        )
        if is_wanted and line.delivery is not None:
            name = platforms.name(line.channel.platform)
            rows.append(
                {
                    "delivery_id": line.delivery.delivery_id,
                    "unit": line.channel.unit.name,
                    "platform": name,
                    "state": line.state,
                    "sentence": sentences.of_line(line.delivery, name),
                }
            )
    return rows


def _send(request: HttpRequest, post: Post) -> HttpResponse:
    chosen = {pk for value in request.POST.getlist("copies") if (pk := whole(value)) is not None}
    try:
        made = services.send_again(post, chosen, by=person_of(request))
    except PublishingRefused as refused:
        messages.warning(request, str(refused))
    else:
        said = ngettext("%(n)s copy is sent once more.", "%(n)s copies are sent once more.", len(made))
        messages.success(request, said % {"n": number(len(made))})
    return redirect("publishing:board", pk=post.pk)
