"""Held copies let go: what fell due during a stop, or waits for a person for another reason than a hand."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from ninja import Router

from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability, Verb
from ravi.api.described import answers, asks, needs
from ravi.api.door import ApiRequest
from ravi.api.schemas.copies import ReleaseIn, ReleaseOut
from ravi.delivery.queries import releasable_by
from ravi.delivery.services import release_held

router = Router(tags=["Copies"])


@router.post("releases", response=answers(200, ReleaseOut, 409), summary="Let held copies go", **needs(Verb.STOP))
@asks(Verb.STOP)
def release_copies(request: ApiRequest, body: ReleaseIn) -> dict[str, Any]:
    """All of them or none: nothing goes while a stop still covers one, or after its last day."""
    if not rights(request.person).may(Ability.RESUME_SENDING):
        raise PermissionDenied(_("This is for other roles."))
    chosen = releasable_by(request.person).filter(pk__in=body.copy_ids).defer("payload")
    return {"released": release_held(chosen, by=request.person, due_at=body.due_at)}
