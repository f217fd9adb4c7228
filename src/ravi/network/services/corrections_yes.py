"""One yes to the corrections that carry a version to many units: a row per hash, as if each had been read alone."""

from collections.abc import Mapping

from django.db import transaction
from django.urls import reverse

from ravi.accounts.models import Person
from ravi.accounts.queries import people_who_may
from ravi.accounts.rules import can_read
from ravi.core import clock
from ravi.network.models import Correction, Message, Version
from ravi.network.queries.corrections_yes import corrections_to
from ravi.network.queries.version import writer_ids
from ravi.network.rules import needs_expert
from ravi.notices.services import answer, tell
from ravi.publishing import services as publishing
from ravi.publishing.queries import posts_visible_to
from ravi.publishing.rules import APPROVED_BY, PostState, Topic
from ravi.publishing.services import Together
from ravi.publishing.services.asking import reached


@transaction.atomic
def say_corrections_yes(version: Version, shown: Mapping[int, str], *, by: Person, hold_s: int = 0) -> Together:
    """`shown` maps each correction's post to the digest that the page showed; what is no correction to this version is left
    out. Each goes through the checks of a single yes, and what is refused says why."""
    known = set(corrections_to(version).filter(post__in=posts_visible_to(by)).values_list("post_id", flat=True))
    done = publishing.approve_together(
        {pk: digest for pk, digest in shown.items() if pk in known}, by=by, hold_s=hold_s
    )
    if done.done and not _waiting(version):
        answer("corrections_asked", _page(version), institution_id=version.institution_id)
    return done


def ask_for_yes(correction: Correction, message: Message) -> None:
    """Whoever may say yes to what waits hears once, not once for each unit."""
    version = correction.version
    langs = _waiting(version)
    if not langs or (correction.told_at is not None and correction.told_at >= correction.asked_at):
        return
    correction.told_at = clock.now()
    correction.save(update_fields=["told_at"])
    apart = writer_ids(message) | {correction.by_id}
    able = [
        person
        for person in people_who_may(message.institution_id, APPROVED_BY[Topic(message.topic)])
        if person.pk not in apart
        and (not needs_expert(message.topic) or any(can_read(person.reads, lang) for lang in langs))
    ]
    said = {"title": version.title, "who": correction.by.name}
    tell(reached(able), "corrections_asked", said, _page(version), institution_id=message.institution_id)


def _waiting(version: Version) -> set[str]:
    """The languages of the corrections that have no yes yet."""
    return set(corrections_to(version).filter(post__state=PostState.SUBMITTED).values_list("post__lang", flat=True))


def _page(version: Version) -> str:
    return reverse("network:corrections_yes", args=[version.pk])
