"""Where a message stands, in one bead and a few words, for lists."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.core import calendar
from ravi.core.calendar import number
from ravi.publishing.models import Post
from ravi.publishing.pages.loom import DONE, GOING, NEEDS, OVER, summed
from ravi.publishing.rules import PostState


def of(post: Post, counts: Mapping[str, int]) -> tuple[str, str]:
    """(bead, words). `counts` are the states of the post's copies, empty before its approval."""
    if post.halted_at is not None and post.state != PostState.WITHDRAWN:
        return "held", _("Waits: headquarters changed it")
    if post.state == PostState.APPROVED and counts:
        return _of_copies(post, counts)
    words = {
        PostState.DRAFT: ("cancelled", _("Draft")),
        PostState.RETURNED: ("unknown", _("Sent back to be mended")),
        PostState.SUBMITTED: ("turn", _("Waits for approval")),
        PostState.APPROVED: ("knot", _("Approved")),
        PostState.WITHDRAWN: ("cancelled", _("Withdrawn")),
    }
    return words[PostState(post.state)]


def _of_copies(post: Post, counts: Mapping[str, int]) -> tuple[str, str]:
    sent, going, needs = summed(counts, DONE), summed(counts, GOING), summed(counts, NEEDS)
    whole = sum(counts.values()) - summed(counts, OVER)
    if needs:
        said = ngettext("%(n)s copy needs you", "%(n)s copies need you", needs) % {"n": number(needs)}
        return most_urgent(counts), said
    if not sent and going and post.due_at:
        return "pending", _("Goes out %(when)s") % {"when": calendar.day_and_hour(post.due_at, year=False)}
    said = _("%(sent)s of %(all)s published") % {"sent": number(sent), "all": number(whole)}
    return ("sending" if going else "sent"), said


def most_urgent(counts: Mapping[str, int]) -> str:
    """The state among the copies that asks for somebody first."""
    return next((state for state in ("unknown", "failed", "blocked", "missed", "held") if counts.get(state)), "sent")
