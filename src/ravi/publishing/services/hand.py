"""What a person did by hand, with their right to say so, a picture drawn anew, and what follows from it."""

from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import audit, blob, clock
from ravi.core.pictures import draw_anew
from ravi.delivery import hand
from ravi.delivery.errors import TooLateToTakeBack
from ravi.delivery.models import Delivery, HandReport
from ravi.delivery.rules import Action, State
from ravi.directory.queries import open_among
from ravi.publishing.models import Post
from ravi.publishing.queries.hand import may_do_by_hand
from ravi.publishing.rules import PostState
from ravi.publishing.services.removal import remove_by_hand


class Told(NamedTuple):
    """What the person writes and shows: the address, why there is none (or why it was not possible), a picture."""

    link: str = ""
    reason: str = ""
    picture: "File[Any] | None" = None


@transaction.atomic
def report_done(delivery: Delivery, told: Told, *, by: Person) -> HandReport:
    """It is done. What should not stand there is to be removed by hand again.

    Raises PermissionDenied, PictureRefused, delivery.errors.Refused with a sentence.
    """
    _check(delivery, by)
    said, may_stand = _report(delivery, told), _may_stand(delivery)
    report = hand.confirm(delivery, said, by=by)
    if not may_stand:
        remove_by_hand([delivery], by=by)
    return report


def report_not_done(delivery: Delivery, told: Told, *, by: Person) -> HandReport:
    """It could not be done, for a reason. Raises PermissionDenied, Refused."""
    _check(delivery, by)
    return hand.give_up(delivery, _report(delivery, told), by=by)


@transaction.atomic
def report_all_the_same(delivery: Delivery, told: Told, *, by: Person) -> HandReport:
    """It was done although the copy had been given up. What should not stand there is to be removed by hand again.

    Raises PermissionDenied, PictureRefused, StillStopped and the other Refused.
    """
    _check(delivery, by)
    said, may_stand = _report(delivery, told), _may_stand(delivery)
    before = State(delivery.state)
    report = hand.confirm_all_the_same(delivery, said, by=by)
    taken_out = before in (State.CANCELLED, State.SUPERSEDED) or _is_over(delivery)
    if delivery.action == Action.PUBLISH and (taken_out or not may_stand):
        remove_by_hand([delivery], by=by)
    return report


@transaction.atomic
def take_back_report(delivery: Delivery, *, by: Person) -> HandReport:
    """The confirmation was a mistake. Raises PermissionDenied, Refused when it is too late, or the words are wanted no
    more: such a copy does not wait to be published."""
    _check(delivery, by)
    if not _may_stand(delivery):
        raise TooLateToTakeBack
    return hand.take_back(delivery, by=by)


def correct_link(delivery: Delivery, told: Told, *, by: Person) -> HandReport:
    """The address was another; the earlier report stays. Raises PermissionDenied, PictureRefused, Refused."""
    _check(delivery, by)
    return hand.correct_link(delivery, _report(delivery, told), by=by)


def _check(delivery: Delivery, by: Person) -> None:
    if not may_do_by_hand(by, delivery):
        raise PermissionDenied(_("Whoever writes for the unit, or keeps its account, says what was done by hand."))


def _is_over(delivery: Delivery) -> bool:
    """Whether its last day has passed, or its channel is not in the public list: nothing may appear there now."""
    has_expired = delivery.valid_until is not None and delivery.valid_until <= clock.now()
    return has_expired or not open_among([delivery.channel_id])


def _may_stand(delivery: Delivery) -> bool:
    """Whether its words are still approved; a change of a copy is no words. Holds the post and then the ledger, in the
    order of a withdrawal, until this transaction ends; the delivery is as it is now."""
    post = Post.objects.select_for_update().filter(pk=delivery.post_id).first()
    audit.hold(delivery.institution_id)
    delivery.refresh_from_db()
    is_approved = post is not None and post.state == PostState.APPROVED
    return delivery.action != Action.PUBLISH or is_approved


def _report(delivery: Delivery, told: Told) -> hand.Report:
    if told.picture is None:
        return hand.Report(told.link, told.reason)
    content, media_type = draw_anew(told.picture)
    return hand.Report(told.link, told.reason, blob.put(delivery.institution_id, content, media_type), media_type)
