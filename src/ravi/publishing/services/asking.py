"""Who is asked for the next yes to a post, and told so."""

from collections.abc import Collection, Mapping

from ravi.accounts.absence import absences_at
from ravi.accounts.models import Person
from ravi.core import clock
from ravi.publishing.models import Post
from ravi.publishing.queries.approver import able_approvers
from ravi.publishing.rules import Yes
from ravi.publishing.services import steps


def ask(post: Post, by: Person, count: int) -> None:
    """Everybody who may give the first yes to these copies hears of them."""
    _tell(post, "post_submitted", by, (), count)


def ask_next(post: Post, by: Person, given: Collection[Yes], count: int) -> None:
    """`by` said yes; whoever may give the yes that is missing still hears of it."""
    _tell(post, "post_second_yes", by, given, count)


def _tell(post: Post, kind: str, by: Person, given: Collection[Yes], count: int) -> None:
    steps.tell_of(post, reached(able_approvers(post, given)), kind, "approval", {"who": by.name, "count": count})


def reached(people: Collection[Person]) -> set[int]:
    """Whom to tell so that somebody reads it: those who are here, stand-ins for those who are away, else everybody."""
    return _reached({person.pk for person in people}, _away())


def reached_each(groups: Mapping[int, Collection[int]]) -> dict[int, set[int]]:
    """The same for many groups of people's ids, each under its key; one question."""
    away = _away()
    return {key: _reached(set(ids), away) for key, ids in groups.items()}


def _away() -> dict[int, int | None]:
    return {absence.person_id: absence.stand_in_id for absence in absences_at(clock.now())}


def _reached(ids: set[int], away: Mapping[int, int | None]) -> set[int]:
    stand_ins = {away[pk] for pk in ids if pk in away}
    return {pk for pk in ids if pk not in away} | {pk for pk in stand_ins if pk} or ids
