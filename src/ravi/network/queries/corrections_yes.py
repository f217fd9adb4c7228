"""Corrections of many units that wait for the same person's yes."""

from collections.abc import Sequence

from django.db.models import Count, F, QuerySet

from ravi.accounts.models import Person
from ravi.network.models import CorrectedAnswer, Version
from ravi.network.queries.shared_yes import LEAST
from ravi.publishing.queries import posts_awaiting


def corrections_awaiting(person: Person) -> QuerySet[CorrectedAnswer]:
    """Those whose posts wait for this person's yes."""
    waiting = posts_awaiting(person).order_by().values("pk")
    return CorrectedAnswer.objects.filter(post__in=waiting)


def corrections_of_version(person: Person, version: Version) -> list[CorrectedAnswer]:
    """Those of one version, by unit, with what is out and what takes its place."""
    mine = (
        corrections_awaiting(person).filter(version=version).select_related("post__corrects", "adoption__offer__unit")
    )
    return list(mine.order_by("adoption__offer__unit__sort_key", "pk"))


def corrections_shared(person: Person) -> Sequence[tuple[int, str, int]]:
    """(version id, title, how many units) wherever one yes can be said to several; one question."""
    counted = corrections_awaiting(person).values("version_id", title=F("version__title")).annotate(n=Count("pk"))
    rows = counted.filter(n__gte=LEAST).order_by("-n", "version_id")
    return [(row["version_id"], row["title"], row["n"]) for row in rows]
