"""Not my field: an approver asks another one, and the message is lost to nobody."""

from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.core.calendar import number
from ravi.publishing.errors import DraftRefused, NotNow
from ravi.publishing.models import PassOn, Post
from ravi.publishing.queries.approver import able_approvers, living_yeses
from ravi.publishing.rules import LONGEST_NOTE, PostState
from ravi.publishing.services import steps
from ravi.publishing.services.asking import reached


@transaction.atomic
def pass_on(post: Post, to: Person, *, by: Person, note: str = "") -> PassOn:
    """`to` is asked in the place of `by`; the same again changes nothing. Raises PermissionDenied, TextUnread, NotNow,
    DraftRefused for somebody who may not approve this message."""
    current = steps.taken(post)
    if current.state != PostState.SUBMITTED:
        raise NotNow(_("This message does not wait for approval any more."))
    given = living_yeses(current)
    steps.require_next(current, by, given)
    if to.pk == by.pk or to.pk not in {one.pk for one in able_approvers(current, given)}:
        raise DraftRefused(_("%(who)s may not approve this message. Choose somebody else.") % {"who": to.name})
    words = note.strip()
    if len(words) > LONGEST_NOTE:
        raise DraftRefused(_("A note has at most %(most)s characters.") % {"most": number(LONGEST_NOTE)})
    latest = PassOn.objects.filter(post=current, revision=current.revision).order_by("-pk").first()
    if latest and (latest.by_id, latest.to_id, latest.note) == (by.pk, to.pk, words):
        return latest
    passed = PassOn.objects.create(
        institution_id=current.institution_id, post=current, revision=current.revision, by=by, to=to, note=words,
        at=clock.now(),
    )  # fmt: skip
    steps.note("pass_on_post", current, by, {"person": to.pk})
    steps.tell_of(
        current, reached([to]), "post_passed", "approval", {"who": by.name, "to": to.name, "note": words[:300]}
    )
    return passed
