"""Reminds units of offers before the deadline, and tells headquarters once per message how many are late.

What was told stands in a row of its own, written in the transaction of the notice: a job that dies between has done
neither, and of several at once each offer is in the hands of one.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from django.db import transaction
from django.urls import reverse

from ravi.accounts.queries import active_people, people_who_may
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.core.canonical import JSON
from ravi.network.models import Message, Offer, Reminder
from ravi.network.queries.reminder import answerers_of, offers_to_remind, told_of
from ravi.network.reminder import BEFORE, Step
from ravi.network.services.telling import page_of, said_of
from ravi.notices.services import tell_each, tell_more
from ravi.publishing.services.asking import reached_each

AT_ONCE = 100  # offers of one transaction


def remind(institution_id: int) -> int:
    """Tell what is due in this institution; of how many offers it was."""
    return sum(_all_of(step, institution_id) for step in BEFORE)


def _all_of(step: Step, institution_id: int) -> int:
    count = 0
    while batch := _some_of(step, institution_id):
        count += batch
    return count


@transaction.atomic
def _some_of(step: Step, institution_id: int) -> int:
    now = clock.now()
    due = offers_to_remind(step, now).filter(institution_id=institution_id)
    held = list(due.select_for_update(of=("self",), skip_locked=True).select_related("unit", "message")[:AT_ONCE])
    # Asked again now that they are held: another job may have told of them while this one looked.
    told = told_of(held, step)
    fresh = [offer for offer in held if offer.pk not in told]
    Reminder.objects.bulk_create(
        Reminder(institution_id=institution_id, offer=offer, deadline=offer.deadline, step=step, at=now)
        for offer in fresh
        if offer.deadline is not None
    )
    if step is Step.LATE:
        _tell_headquarters(fresh)
    else:
        _tell_units(fresh)
    return len(fresh)


def _tell_units(offers: Sequence[Offer]) -> None:
    """A few questions, however many they are."""
    if not offers:
        return
    people = reached_each(answerers_of(offers))
    tell_each(
        [(people[offer.pk], "offer_reminder", said_of(offer), page_of(offer)) for offer in offers],
        institution_id=offers[0].institution_id,
    )


def _tell_headquarters(offers: Sequence[Offer]) -> None:
    """One notice per message, whose count grows."""
    counts = Counter(offer.message_id for offer in offers)
    for message in {offer.message_id: offer.message for offer in offers}.values():
        url = f"{reverse('network:uptake', args=[message.pk])}?state=late"
        params: dict[str, JSON] = {"title": message.title, "count": counts[message.pk]}
        tell_more(_owners(message), "offers_late", params, url, institution_id=message.institution_id)


def _owners(message: Message) -> Collection[int]:
    """Who wrote it; when they have left, whoever offers messages."""
    author = active_people([message.author_id], message.institution_id)
    people = author if author.exists() else people_who_may(message.institution_id, Ability.OFFER_MESSAGE)
    return list(people.values_list("pk", flat=True))
