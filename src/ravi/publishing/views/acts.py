"""What each button of the composer does after the draft is kept: one small function per verb."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext

from ravi.core.asked import whole
from ravi.core.calendar import number
from ravi.library.errors import AlreadyHere, ImageRefused
from ravi.library.forms import ImageForm
from ravi.platforms.compose import FULL
from ravi.publishing import queries, services
from ravi.publishing.draft import TITLE
from ravi.publishing.pages import composer
from ravi.publishing.services import Submission
from ravi.publishing.views.desk import Desk

Act = Callable[[Desk, str], HttpResponseRedirect | None]


def save(desk: Desk, _argument: str) -> HttpResponseRedirect | None:
    """The draft is kept; nothing else."""
    return desk.home()


def submit(desk: Desk, _argument: str) -> HttpResponseRedirect | None:
    """Send for approval. Copies that do not fit are named, the others go on."""
    assert desk.post is not None
    submission = services.submit_post(desk.post, by=desk.person, expected_revision=desk.post.revision)
    messages.success(desk.request, _submitted(submission))
    return redirect("publishing:approval", pk=desk.post.pk)


def _submitted(submission: Submission) -> str:
    ready, blocked = len(submission.ready), len(submission.blocked)
    said = ngettext(
        "Sent for approval: %(n)s copy. Nothing goes out before somebody says yes.",
        "Sent for approval: %(n)s copies. Nothing goes out before somebody says yes.",
        ready,
    ) % {"n": number(ready)}
    if blocked:
        more = ngettext("%(n)s copy stays out as it is.", "%(n)s copies stay out as they are.", blocked)
        said += " " + more % {"n": number(blocked)}
    return said


def see(desk: Desk, platform: str) -> HttpResponseRedirect | None:
    """Show the preview of one platform."""
    return desk.home("preview", see=platform)


def accept(desk: Desk, key: str) -> HttpResponseRedirect | None:
    """Take one suggestion, or all of them."""
    fields = desk.stored
    wanted = composer.suggestions(fields, desk.left, most=1_000)
    text = fields.text
    for suggestion in reversed([one for one in wanted if key in ("all", one.key)]):
        text = queries.accept_suggestion(text, suggestion.change)
    desk.change(replace(fields, text=text))
    return desk.home("suggestions")


def leave(desk: Desk, key: str) -> HttpResponseRedirect | None:
    """Leave a word as it was written and stop asking."""
    desk.leave(key)
    return desk.home("suggestions")


def untidy(desk: Desk, _argument: str) -> HttpResponseRedirect | None:
    """Undo what the safe level did: the words go out as typed."""
    for part in (TITLE, FULL):
        assert desk.post is not None
        desk.take(services.undo_tidying(desk.post, part, expected_revision=desk.post.revision, by=desk.person))
    return desk.home("tidied")


def tidy(desk: Desk, _argument: str) -> HttpResponseRedirect | None:
    """Let the safe level do its work again."""
    for part in (TITLE, FULL):
        assert desk.post is not None
        desk.take(services.tidy_again(desk.post, part, expected_revision=desk.post.revision, by=desk.person))
    return desk.home("tidied")


def add(desk: Desk, _argument: str) -> HttpResponseRedirect | None:
    """Put one image under the others. What is wrong with it is said beside its fields."""
    desk.image_form = form = ImageForm(desk.request.POST, desk.request.FILES, prefix="image")
    if not form.is_valid():
        return None
    try:
        media = form.save(unit=desk.unit, by=desk.person)
    except ImageRefused as refused:
        form.twin = refused.media if isinstance(refused, AlreadyHere) else None
        form.add_error("image", str(refused))
        return None
    if form.without_name:
        messages.warning(desk.request, form.without_name)
    fields = desk.stored
    desk.change(replace(fields, media_ids=(*fields.media_ids, media.pk)))
    return desk.home("images")


def use(desk: Desk, key: str) -> HttpResponseRedirect | None:
    """Put an image of the library under the others."""
    fields, chosen = desk.stored, whole(key)
    if chosen is not None:
        desk.change(replace(fields, media_ids=(*fields.media_ids, chosen)))
    return desk.home("images")


def add_video(desk: Desk, _argument: str) -> HttpResponseRedirect | None:
    """Put the video that was made anew just now under the images; what was wrong with it stands beside its fields."""
    if desk.new_video is None:
        return None
    fields = desk.stored
    desk.change(replace(fields, media_ids=(*fields.media_ids, desk.new_video.pk)))
    return desk.home("images")


def remove(desk: Desk, key: str) -> HttpResponseRedirect | None:
    """Take one image out of the message; it stays in the library."""
    fields = desk.stored
    desk.change(replace(fields, media_ids=tuple(pk for pk in fields.media_ids if str(pk) != key)))
    return desk.home("images")


def earlier(desk: Desk, key: str) -> HttpResponseRedirect | None:
    """Move one image a place towards the front."""
    fields = desk.stored
    order = list(fields.media_ids)
    place = next((index for index, pk in enumerate(order) if str(pk) == key), 0)
    if place > 0:
        order[place - 1], order[place] = order[place], order[place - 1]
        desk.change(replace(fields, media_ids=tuple(order)))
    return desk.home("images")


def shelf(desk: Desk, _argument: str) -> HttpResponseRedirect | None:
    """Choose images from the library on a page of their own."""
    assert desk.post is not None
    desk.home()  # the device may forget what was kept just now
    return redirect("publishing:images", pk=desk.post.pk)


def singly(desk: Desk, _argument: str) -> HttpResponseRedirect | None:
    """Choose channels one by one on a page of their own."""
    assert desk.post is not None
    desk.home()  # the device may forget what was kept just now
    return redirect("publishing:channels", pk=desk.post.pk)


def card(desk: Desk, key: str) -> HttpResponseRedirect | None:
    """Make a text card on a page of its own: of this text, or anew from a card that hangs here."""
    assert desk.post is not None
    desk.home()  # the device may forget what was kept just now
    here = reverse("publishing:card", args=[desk.post.pk])
    return redirect(f"{here}?from={key}" if key.isdecimal() else here)


ACTS: Mapping[str, Act] = {
    "save": save,
    "submit": submit,
    "see": see,
    "accept": accept,
    "leave": leave,
    "untidy": untidy,
    "tidy": tidy,
    "add_image": add,
    "shelf": shelf,
    "use": use,
    "add_video": add_video,
    "remove": remove,
    "earlier": earlier,
    "singly": singly,
    "card": card,
}
