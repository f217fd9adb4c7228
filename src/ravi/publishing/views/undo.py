"""The undo of the yes that somebody gave a moment ago, kept in their session: it costs no question of the database."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.urls import reverse

from ravi.core import clock
from ravi.publishing.models import Post
from ravi.publishing.rules import UNDO_S

_KEY = "yes-to-undo"


def offer(request: HttpRequest, post: Post) -> None:
    """From now on, for as long as the copies are held back."""
    request.session[_KEY] = [post.pk, (clock.now() + timedelta(seconds=UNDO_S)).isoformat()]


def offered(request: HttpRequest) -> str:
    """The address that takes it back; "" when there is none, or its time is over."""
    pk, until = request.session.get(_KEY) or (0, "")
    is_open = bool(until) and datetime.fromisoformat(until) > clock.now()
    return reverse("publishing:undoing", args=[pk]) if is_open else ""


def forget(request: HttpRequest) -> None:
    """It was used."""
    request.session.pop(_KEY, None)
