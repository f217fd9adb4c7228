"""One yes to the corrections that carry a version to many units, and taking it back within seconds."""

from collections.abc import Collection, Iterable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from ravi.accounts.access import needs
from ravi.accounts.rules import Ability
from ravi.network import services
from ravi.network.models import Version
from ravi.network.pages import corrections_yes as page
from ravi.network.queries.corrections_yes import corrections_to
from ravi.network.views.shared_yes import Yes, answered, taken_back


def _units_of_corrections(version: Version, post_ids: Collection[int]) -> Iterable[tuple[int | None, int]]:
    return corrections_to(version).filter(post_id__in=post_ids).values_list("post_id", "adoption__offer__unit_id")


CORRECTIONS = Yes("corrections_yes", services.say_corrections_yes, _units_of_corrections, is_correction=True)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.APPROVE_POST, Ability.APPROVE_HEALTH_POST)
def corrections_yes(request: HttpRequest, version_id: int) -> HttpResponse:
    """The new words once, units' own apart with what differs; POST says yes to those that are chosen."""
    return answered(request, version_id, CORRECTIONS, page.shown)


@require_POST
@needs(Ability.APPROVE_POST, Ability.APPROVE_HEALTH_POST)
def undo(request: HttpRequest, version_id: int) -> HttpResponse:
    """Take the yes back, wherever nothing has left; of one that the side jobs say, what they have not come to."""
    return taken_back(request, version_id, CORRECTIONS)
