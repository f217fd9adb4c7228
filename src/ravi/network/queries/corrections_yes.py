"""Corrections of many units that wait for the same person's yes."""

from collections.abc import Sequence

from django.db.models import QuerySet, Value

from ravi.accounts.models import Person
from ravi.network.models import CorrectedAnswer, Version
from ravi.network.queries.shared_yes import Shared, counted, told, unchanged_awaiting
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


def corrections_shared(person: Person) -> Sequence[Shared]:
    """Wherever one yes can be said to several units' corrections; one question."""
    return told(counted(corrections_awaiting(person)).order_by("-n", "version_id"))


def yeses_shared(person: Person) -> tuple[Sequence[Shared], Sequence[Shared]]:
    """The same for what units take unchanged, and for corrections; one question for both."""
    unchanged = counted(unchanged_awaiting(person)).annotate(is_correction=Value(False))
    corrections = counted(corrections_awaiting(person)).annotate(is_correction=Value(True))
    both = list(unchanged.union(corrections).order_by("-n", "version_id"))
    return (
        told(row for row in both if not row["is_correction"]),
        told(row for row in both if row["is_correction"]),
    )
