"""Unchanged copies of one version that wait in many units for the same person's yes, and who wrote their words."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from ravi.accounts.models import Person
from ravi.network.models import Adoption, SharedYes, SharedYesPart, Version, Writer
from ravi.network.queries.message import offers_visible_to
from ravi.network.rules import AdoptionKind
from ravi.publishing.models import Post
from ravi.publishing.queries import posts_awaiting

# One post alone is read on its own page.
LEAST = 2
# (version id, title, how many units)
Shared = tuple[int, str, int]


def message_writers(post: Post) -> set[int]:
    """Whoever wrote the message that the post (or what it corrects) answers: nobody says yes to own words, in any unit."""
    mine = Writer.objects.filter(message__offers__adoptions__post=post.corrects_id or post.pk)
    return set(mine.values_list("person_id", flat=True))


def message_written_by(person: Person) -> Exists:
    """The same for a query of posts."""
    answered = Coalesce(OuterRef("corrects"), OuterRef("pk"))
    return Exists(Writer.objects.filter(message__offers__adoptions__post=answered, person=person))


def unchanged_answers(version: Version) -> QuerySet[Adoption]:
    """Units' answers that took this version as it is and stand."""
    return Adoption.objects.filter(kind=AdoptionKind.ADOPTED, ended_at=None, version=version)


def unchanged_awaiting(person: Person) -> QuerySet[Adoption]:
    """Units' unchanged answers whose posts wait for this person's yes."""
    waiting = posts_awaiting(person).order_by().values("pk")
    return Adoption.objects.filter(kind=AdoptionKind.ADOPTED, ended_at=None, post__in=waiting)


def open_parts(person: Person) -> QuerySet[SharedYesPart]:
    """Of yeses that this person said to many: what the side jobs have not come to."""
    return SharedYesPart.objects.filter(shared_yes__by=person, shared_yes__ended_at=None, said_at=None)


def is_being_said(person: Person) -> Exists:
    """For a query of posts: that it is among those. Their yes is on its way, so that nothing is asked of them."""
    return Exists(open_parts(person).filter(post=OuterRef("pk")))


def latest_yes(person: Person, version: Version, *, is_correction: bool = False) -> SharedYes | None:
    """The last yes to many that this person said to the version, or to its corrections; one that goes on before one that is
    over."""
    going_first = F("ended_at").desc(nulls_first=True)
    return _yeses(person, version, is_correction).order_by(going_first, "-pk").first()


def open_yes(person: Person, version: Version, pk: int, *, is_correction: bool = False) -> SharedYes | None:
    """One of theirs, while it can still be stopped."""
    return _yeses(person, version, is_correction).filter(pk=pk, ended_at=None).first()


def _yeses(person: Person, version: Version, is_correction: bool) -> QuerySet[SharedYes]:
    return SharedYes.objects.filter(by=person, version=version, is_correction=is_correction)


def unchanged_of(person: Person, version: Version) -> list[Adoption]:
    """Those of one version, by unit, with their posts and units. Two questions: in one, PostgreSQL would compare each answer
    with each post as long as it has no statistics of what six hundred units have just said."""
    answers = unchanged_answers(version).filter(post__isnull=False)
    taken = list(answers.select_related("offer__unit").order_by("offer__unit__sort_key", "pk"))
    waiting = posts_awaiting(person).filter(pk__in=[answer.post_id for answer in taken]).order_by()
    theirs = set(waiting.values_list("pk", flat=True))
    return [answer for answer in taken if answer.post_id in theirs]


def versions_shared(person: Person) -> Sequence[Shared]:
    """Wherever one yes can be said to several units; one question."""
    return told(counted(unchanged_awaiting(person)).order_by("-n", "version_id"))


def counted(answers: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
    """Units of each version, where there are several."""
    by_version = answers.order_by().values("version_id", title=F("version__title")).annotate(n=Count("pk"))
    several: QuerySet[Any, dict[str, Any]] = by_version.filter(n__gte=LEAST)
    return several


def told(rows: Iterable[dict[str, Any]]) -> Sequence[Shared]:
    """As the desk and programs read it."""
    return [(row["version_id"], row["title"], row["n"]) for row in rows]


def versions_visible_to(person: Person) -> QuerySet[Version]:
    """Issued versions that units in sight have been offered."""

    offered = offers_visible_to(person).order_by().values("message_id")
    return Version.objects.filter(issued_at__isnull=False, message_id__in=offered).select_related("message__unit")
