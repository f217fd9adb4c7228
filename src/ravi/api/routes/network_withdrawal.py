"""Taking a message of the network back everywhere: what it would do, the act, and how far it has come."""

from dataclasses import asdict
from typing import Any

from ninja import Path

from ravi.accounts.rules import Verb
from ravi.api.described import answers, asks, needs
from ravi.api.door import ApiRequest
from ravi.api.routes.network_message import router, visible_message
from ravi.api.schemas.parts import Id
from ravi.api.schemas.withdrawal import MessageWithdrawalIn, MessageWithdrawalOut
from ravi.core import clock
from ravi.network import services
from ravi.network.models import Message
from ravi.network.queries.withdraw_message import (
    is_withdrawable,
    may_withdraw_message,
    posts_of,
    posts_to_withdraw,
)
from ravi.network.rules import MessageState, OfferState
from ravi.publishing.queries.withdrawal import how_withdrawn, what_withdrawal_does


@router.get(
    "messages/{message_id}/withdrawal", response=answers(200, MessageWithdrawalOut), summary="How its withdrawal stands"
)
def message_withdrawal(request: ApiRequest, message_id: Path[Id]) -> dict[str, Any]:
    """What it would do, as long as nobody has done it; then how many copies are removed, and what is left."""
    return _told(request, visible_message(request, message_id))


@router.post(
    "messages/{message_id}/withdrawal",
    response=answers(200, MessageWithdrawalOut, 409),
    summary="Take it back everywhere",
    **needs(Verb.WITHDRAW),
)
@asks(Verb.WITHDRAW)
def withdraw_message(request: ApiRequest, message_id: Path[Id], body: MessageWithdrawalIn) -> dict[str, Any]:
    """From this moment nothing more of it leaves, and what is out is removed unit by unit. One person suffices: the head,
    whoever wrote it, or the expert who said yes to it. Twice is once."""
    found = visible_message(request, message_id)
    return _told(request, services.withdraw_message(found, reason=body.reason, by=request.person))


def _told(request: ApiRequest, found: Message) -> dict[str, Any]:
    is_done = found.state == MessageState.WITHDRAWN
    return {
        "state": found.state,
        "may_withdraw": is_withdrawable(found) and may_withdraw_message(request.person, found),
        "reason": found.withdrawal_reason,
        "withdrawn_at": found.ended_at if is_done else None,
        "would": _would(found) if is_withdrawable(found) else None,
        "progress": _progress(found) if is_done else None,
    }


def _would(found: Message) -> dict[str, Any]:
    posts = list(posts_to_withdraw(found).values_list("pk", flat=True))
    still_open = found.offers.filter(state=OfferState.OPEN).count()
    return {"posts": len(posts), "open_offers": still_open, **asdict(what_withdrawal_does(posts))}


def _progress(found: Message) -> dict[str, Any]:
    posts = list(posts_of(found).values_list("pk", flat=True))
    return {"posts_left": posts_to_withdraw(found).count(), **asdict(how_withdrawn(posts, clock.now()))}
