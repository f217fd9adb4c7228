"""Health words are looked at again in time: planned when they are issued, told once when due, said by an expert."""

from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person
from ravi.accounts.rules import Ability
from ravi.core import calendar, clock
from ravi.network.errors import NotNow, OwnWords
from ravi.network.models import Endorsement, Review, Version
from ravi.network.queries.review import reviews_untold
from ravi.network.queries.version import writer_ids
from ravi.network.rules import needs_expert, review_day
from ravi.network.services import steps
from ravi.notices.services import answer, tell

SAME = timedelta(minutes=1)


def plan_review(version: Version, said_on: date) -> None:
    """The day on which health words are looked at again. For services of this room, with the message taken."""
    if needs_expert(version.message.topic):
        due_on = review_day(said_on, _last_day(version))
        Review.objects.create(institution_id=version.institution_id, version=version, due_on=due_on)


@transaction.atomic
def confirm_words(version: Version, *, by: Person) -> date:
    """`by`, a health expert who wrote nothing of it, finds the words still true; gives the next day. Twice is once.

    Raises PermissionDenied, OwnWords, NotNow for words that are not with the units any more.
    """
    message = steps.taken(version.message)
    require(by, Ability.APPROVE_HEALTH_POST, message.unit_id)
    today, last = calendar.today(), _last_day(version)
    if message.current_id != version.pk or (last is not None and last <= today):
        raise NotNow(_("These words are not with the units any more, or their last day has come. Nothing was changed."))
    if by.pk in writer_ids(message):
        raise OwnWords
    standing = Review.objects.filter(version=version, done_at=None).first()
    if standing is not None and _has_just_said(version, by):
        return standing.due_on
    if standing is not None:
        standing.done_at, standing.done_by = clock.now(), by
        standing.save(update_fields=["done_at", "done_by"])
    plan_review(version, today)
    answer("review_due", _page(version), institution_id=message.institution_id)
    due_on = review_day(today, last)
    steps.note("confirm_words", message, by, {"number": version.number, "due_on": due_on.isoformat()})
    return due_on


@transaction.atomic
def tell_reviews(institution_id: int) -> int:
    """The experts who said yes and the author hear of what is due, once each time; how many were told of."""
    due = list(reviews_untold(calendar.today()).select_for_update(skip_locked=True, of=("self",)))
    for review in due:
        review.told_at = clock.now()
        review.save(update_fields=["told_at"])
        message = review.version.message
        said = Endorsement.objects.filter(version=review.version).values_list("by_id", flat=True)
        people, told = {*said, message.author_id}, {"title": message.title}
        tell(people, "review_due", told, _page(review.version), institution_id=institution_id)
    return len(due)


def _has_just_said(version: Version, by: Person) -> bool:
    """The same button twice: the second says nothing new."""
    return Review.objects.filter(version=version, done_by=by, done_at__gte=clock.now() - SAME).exists()


def _page(version: Version) -> str:
    return f"{reverse('network:reviews')}?of={version.message_id}"


def _last_day(version: Version) -> date | None:
    return calendar.in_tehran(version.valid_until).date() if version.valid_until else None
