"""Corrections of many units that wait for the same person's yes."""

from collections.abc import Sequence

from django.db.models import QuerySet

from ravi.accounts.models import Person
from ravi.network.models import CorrectedAnswer, Version
from ravi.network.queries.shared_yes import Shared, counted, told
from ravi.publishing.queries import posts_awaiting
from ravi.publishing.rules import PostState


def corrections_to(version: Version) -> QuerySet[CorrectedAnswer]:
    """Units' corrections to this version, whatever has become of them."""
    return CorrectedAnswer.objects.filter(version=version, post__isnull=False)


def corrections_awaiting(person: Person) -> QuerySet[CorrectedAnswer]:
    """Those whose posts wait for this person's yes."""
    waiting = posts_awaiting(person).order_by().values("pk")
    return CorrectedAnswer.objects.filter(post__in=waiting)


def corrections_of_version(person: Person, version: Version) -> list[CorrectedAnswer]:
    """Those of one version, by unit, with what is out and what takes its place. Two questions, as `unchanged_of`."""
    written = corrections_to(version).filter(post__state=PostState.SUBMITTED)
    listed = list(
        written.select_related("post__corrects", "adoption__offer__unit").order_by(
            "adoption__offer__unit__sort_key", "pk"
        )
    )
    waiting = posts_awaiting(person).filter(pk__in=[one.post_id for one in listed]).order_by()
    theirs = set(waiting.values_list("pk", flat=True))
    return [one for one in listed if one.post_id in theirs]


def corrections_shared(person: Person) -> Sequence[Shared]:
    """Wherever one yes can be said to several units' corrections; one question."""
    return told(counted(corrections_awaiting(person)).order_by("-n", "version_id"))
