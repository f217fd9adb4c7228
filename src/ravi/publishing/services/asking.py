"""Who is asked for the next yes to a post, and told so."""

from collections.abc import Collection

from ravi.accounts.models import Person
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
    people = {person.pk for person in able_approvers(post, given)}
    steps.tell_of(post, people, kind, "approval", {"who": by.name, "count": count})
