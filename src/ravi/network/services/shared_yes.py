"""One yes to the unchanged copies of a version in many units: a row per hash, as if each had been read alone."""

from collections.abc import Collection, Mapping

from ravi.accounts.models import Person
from ravi.network.models import Version
from ravi.network.queries.shared_yes import unchanged_answers
from ravi.publishing import services as publishing
from ravi.publishing.queries import posts_visible_to
from ravi.publishing.services import Together


def say_shared_yes(version: Version, shown: Mapping[int, str], *, by: Person, hold_s: int = 0) -> Together:
    """`shown` maps each post to the digest that the page showed; what is no unchanged answer to this version is left out.

    Each goes through the checks of a single yes, and what is refused says why. The same yes again gives the same answer.
    """
    mine = set(unchanged_answers(version).filter(post__in=posts_visible_to(by)).values_list("post_id", flat=True))
    wanted = {pk: digest for pk, digest in shown.items() if pk in mine}
    return publishing.approve_together(wanted, by=by, hold_s=hold_s)


def take_back_shared_yes(post_ids: Collection[int], *, by: Person) -> Together:
    """All of it again, as long as nothing has left; what has gone stays and says so."""
    return publishing.take_back_together(post_ids, by=by)
