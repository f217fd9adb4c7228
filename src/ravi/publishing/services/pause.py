"""A pause: what is about a topic goes out no more, from one tap until another person lets it go on."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.delivery import services as ledger
from ravi.delivery.models import StopOrder
from ravi.delivery.rules import Scope
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.rules import PAUSABLE, Topic


@transaction.atomic
def pause_topics(topics: Collection[Topic], *, why: str, by: Person) -> list[StopOrder]:
    """Stop these topics in the whole institution; the same pause again is the one that stands. Health advice goes on.

    Ends as every stop does: another person lifts it, and what fell due waits (delivery.services). Raises PermissionDenied,
    PublishingRefused where no topic is named or one may not be paused.
    """
    if not rights(by).may_everywhere(Ability.STOP_SENDING):
        raise PermissionDenied(_("This is for other roles."))
    chosen = sorted(set(topics))
    if not chosen:
        raise PublishingRefused(_("Choose what should pause."))
    if not set(chosen) <= set(PAUSABLE):
        raise PublishingRefused(_("Health advice does not pause. If it must not go out, stop sending."))
    return [ledger.stop(Scope.TOPIC, topic, by=by, reason=why, institution_id=by.institution_id) for topic in chosen]
