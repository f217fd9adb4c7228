"""The yes and the no to a message: of another person than its writers, the yes with the code that their app shows now."""

from typing import Any

from ninja import Path, Status

from ravi.accounts.rules import Verb
from ravi.api.described import CODE, answers, asks, needs
from ravi.api.door import ApiRequest
from ravi.api.proof import prove
from ravi.api.routes.posts import router, visible_post
from ravi.api.schemas.parts import Id
from ravi.api.schemas.posts import ApprovalIn, ApprovalOut, ReturnIn
from ravi.publishing import services
from ravi.publishing.rules import Need


@router.post(
    "posts/{post_id}/approval", response=answers(200, ApprovalOut, 409), summary="Say yes", **needs(Verb.APPROVE, CODE)
)
@asks(Verb.APPROVE)
def approve_post(request: ApiRequest, post_id: Path[Id], body: ApprovalIn) -> dict[str, Any]:
    """To exactly the set that `shown` named, with a Ravi-Code of this person's app (none in a demo).

    `copies` are in line now; where a second yes is asked for, there are none yet and `needs_another` says so.
    """
    found = visible_post(request, post_id)
    prove(request)
    done = services.approve_shown(found, by=request.person, digest=body.digest)
    return {"copies": list(done.delivery_ids), "needs_another": done.need is not Need.NOBODY}


@router.post("posts/{post_id}/return", response=answers(204, None, 409), summary="Send it back", **needs(Verb.APPROVE))
@asks(Verb.APPROVE)
def return_post(request: ApiRequest, post_id: Path[Id], body: ReturnIn) -> Any:
    """With what should change; its writers read it."""
    services.return_post(visible_post(request, post_id), body.note, by=request.person)
    return Status(204, None)
