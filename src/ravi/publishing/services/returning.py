"""An approver's no: the post goes back to its author with what to change."""

from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.core.calendar import number
from ravi.publishing.errors import DraftRefused, NotNow
from ravi.publishing.models import Post, Return
from ravi.publishing.queries.approver import living_yeses
from ravi.publishing.queries.post import writer_ids
from ravi.publishing.rules import LONGEST_NOTE, Act
from ravi.publishing.services import steps


@transaction.atomic
def return_post(post: Post, note: str, *, by: Person, expected_revision: int | None = None) -> Return:
    """Give the post back. Raises PermissionDenied, NotNow, DraftRefused when nothing says what to change."""
    current = steps.taken(post)
    steps.require_next(current, by, living_yeses(current))
    if expected_revision is not None and expected_revision != current.revision:
        raise NotNow(_("This message changed after you opened it. Your note is kept here; read the message again."))
    state = steps.state_after(current, Act.RETURN)
    words = note.strip()
    if not words:
        raise DraftRefused(_("Write what should change; the author reads it."))
    if len(words) > LONGEST_NOTE:
        raise DraftRefused(_("A note has at most %(most)s characters.") % {"most": number(LONGEST_NOTE)})
    answer = Return.objects.create(
        institution_id=current.institution_id,
        post=current,
        revision=current.revision,
        by=by,
        note=words,
        at=clock.now(),
    )
    # A new revision: what was shown until now can no longer be approved, and the next submission freezes anew.
    steps.void_approvals(current)
    current.state, current.revision = state, current.revision + 1
    current.save(update_fields=["state", "revision"])
    steps.answer_request(current)
    steps.note("return_post", current, by, {"return": answer.pk})
    steps.tell_of(current, writer_ids(current) | {current.author_id}, "post_returned", "post", {"who": by.name})
    return answer
