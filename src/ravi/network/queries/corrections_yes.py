"""Corrections of many units that wait for the same person's yes."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, F, QuerySet, Value

from ravi.accounts.models import Person
from ravi.network.models import CorrectedAnswer, Version
from ravi.network.queries.shared_yes import LEAST, unchanged_awaiting
from ravi.publishing.queries import posts_awaiting

# (version id, title, how many units)
Shared = tuple[int, str, int]


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
    return _shared(_counted(corrections_awaiting(person)).order_by("-n", "version_id"))


def yeses_shared(person: Person) -> tuple[Sequence[Shared], Sequence[Shared]]:
    """The same for what units take unchanged, and for corrections; one question for both."""
    unchanged = _counted(unchanged_awaiting(person)).annotate(is_correction=Value(False))
    corrections = _counted(corrections_awaiting(person)).annotate(is_correction=Value(True))
    both = list(unchanged.union(corrections).order_by("-n", "version_id"))
    return (
        _shared(row for row in both if not row["is_correction"]),
        _shared(row for row in both if row["is_correction"]),
    )


def _counted(answers: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
    counted = answers.order_by().values("version_id", title=F("version__title")).annotate(n=Count("pk"))
    several: QuerySet[Any, dict[str, Any]] = counted.filter(n__gte=LEAST)
    return several


def _shared(rows: Iterable[dict[str, Any]]) -> Sequence[Shared]:
    return [(row["version_id"], row["title"], row["n"]) for row in rows]
