"""A yes taken back by whoever gave it, while nothing has left. What has gone is not undone here: it is withdrawn."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import audit, clock
from ravi.notices.services import answer
from ravi.publishing.errors import NotNow
from ravi.publishing.models import Approval, Post
from ravi.publishing.queries.correction import first_of, open_correction
from ravi.publishing.rules import Act, PostState
from ravi.publishing.services import steps
from ravi.publishing.services.asking import ask
from ravi.publishing.services.correction import put_back
from ravi.publishing.services.withdrawal import cancel_unsent


@transaction.atomic
def take_back_yes(post: Post, *, by: Person) -> Post:
    """The message waits again as it was, without the yes of `by`. Raises PermissionDenied for somebody whose yes is not
    there, NotNow when a copy has gone; then nothing changed."""
    current = steps.taken(post)
    audit.hold(current.institution_id)
    state = steps.state_after(current, Act.TAKE_BACK)
    mine = Approval.objects.filter(copy__post=current, copy__revision=current.revision, approver=by, voided_at=None)
    if current.state == PostState.APPROVED:
        steps.refuse_corrected(current)
    count = mine.count()
    if not count:
        raise PermissionDenied(_("You have no yes here that could be taken back."))
    if current.state == PostState.APPROVED and not cancel_unsent(current, by=by):
        raise NotNow(_("A copy has gone already, so your yes stands. Withdraw the message if it must not stay."))
    if current.corrects_id and current.state == PostState.APPROVED:
        _undo_correction(current, by)
    mine.update(voided_at=clock.now())
    current.state, current.approved_at = state, None
    current.save(update_fields=["state", "approved_at"])
    answer("post_approved", reverse("publishing:board", args=[current.pk]), institution_id=current.institution_id)
    steps.answer_request(current)
    steps.note("take_back_yes", current, by, {"copies": count})
    ask(current, by, count)
    return current


def _undo_correction(post: Post, by: Person) -> None:
    if open_correction(first_of(post)) is not None:
        raise NotNow(_("Somebody corrects this message once more already, so your yes stands."))
    if not put_back(post, by):
        raise NotNow(_("A copy has gone already, so your yes stands. Withdraw the message if it must not stay."))
