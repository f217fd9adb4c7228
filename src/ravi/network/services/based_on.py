"""What a newer version does to units' answers: what has not left may wait, and a unit lets its words go on all the same."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core.canonical import JSON
from ravi.network.based_on import fact_changes, may_go_on
from ravi.network.errors import AnsweredMeanwhile, NotNow
from ravi.network.models import Adoption, Message, Offer, Translation
from ravi.network.queries.based_on import is_repaired, living_answers
from ravi.network.queries.reminder import answerers_of
from ravi.network.queries.version import facts_of
from ravi.network.rules import MessageKind, OnNewVersion
from ravi.network.services import steps
from ravi.notices.services import tell_each
from ravi.publishing import services as publishing


def answers_that_fall_behind(message: Message) -> Sequence[Adoption]:
    """Living answers of a message that is taken and about to get a newer version."""
    mine = living_answers().filter(offer__message=message).select_related("offer__unit")
    return list(mine.order_by("pk"))


def halt_behind(message: Message, behind: Sequence[Adoption], *, by: Person) -> frozenset[int]:
    """Nothing of these answers leaves from this commit on but what is in flight; ids of the posts that wait now."""
    posts = [answer.post_id for answer in behind if answer.post_id is not None]
    return frozenset(publishing.halt_posts(posts, by=by).post_ids)


def tell_behind(message: Message, behind: Sequence[Adoption], halted: Collection[int]) -> None:
    """Each unit's officers hear once that their words are older than headquarters' by now; of an alert at once. Of a unit
    that has closed since, those who answer for it."""
    people = answerers_of([answer.offer for answer in behind])
    version = message.current
    assert version is not None  # it was issued just now
    said: dict[str, JSON] = {"title": message.title, "what": version.what_changed[:300]}
    said["is_alert"] = message.kind == MessageKind.ALERT
    tell_each(
        [
            (
                people[answer.offer_id],
                "version_changed",
                {**said, "waits": answer.post_id in halted},
                reverse("network:offer", args=[answer.offer_id]),
            )
            for answer in behind
        ],
        institution_id=message.institution_id,
    )


def leave_behind(translation: Translation, message: Message, *, by: Person) -> None:
    """Units are given other words of it from now on: what rests on the earlier ones waits as with a newer version, and
    the units' officers hear once."""
    behind = living_answers().filter(translation=translation, translation_revision__lt=translation.revision)
    answers = list(behind.select_related("offer__unit").order_by("pk"))
    halted = halt_behind(message, answers, by=by) if message.on_new_version == OnNewVersion.PAUSE else frozenset()
    people = answerers_of([answer.offer for answer in answers])
    said: dict[str, JSON] = {"title": message.title, "lang": translation.lang}
    tell_each(
        [
            (
                people[answer.offer_id],
                "translation_changed",
                {**said, "waits": answer.post_id in halted},
                reverse("network:offer", args=[answer.offer_id]),
            )
            for answer in answers
        ],
        institution_id=message.institution_id,
    )


@transaction.atomic
def go_on_older(offer: Offer, *, answer_id: int, by: Person) -> Adoption:
    """The unit's words go out as they are, though a newer version is there; never where a required fact is another.

    Raises PermissionDenied, AnsweredMeanwhile, NotNow, and what publishing refuses.
    """
    current, standing = _standing(offer, answer_id, by)
    steps.require_answerable(current.message, current)
    older, newer = standing.version, current.message.current
    assert newer is not None  # offers are of issued messages
    if not may_go_on(fact_changes(facts_of(older), facts_of(newer), newer.lang)):
        raise NotNow(_("A fact that must be right is another by now, so these words stay. Take the new version."))
    assert standing.post is not None
    publishing.go_on_post(standing.post, by=by)
    return standing


def _standing(offer: Offer, answer_id: int, by: Person) -> tuple[Offer, Adoption]:
    """Both as they are now, the message held first, as everywhere."""
    message = steps.taken(offer.message)
    current = Offer.objects.select_for_update().get(pk=offer.pk)
    current.message = message
    steps.require_answerer(by, current)
    standing = Adoption.objects.filter(offer=current, ended_at=None).select_related("version", "post", "by").first()
    if standing is None or standing.pk != answer_id:
        raise AnsweredMeanwhile(standing.by.name if standing and standing.by else "")
    is_older = standing.version_id != message.current_id or is_repaired(standing)
    if standing.post is None or not is_older:
        raise NotNow(_("There is nothing older here that waits."))
    return current, standing
