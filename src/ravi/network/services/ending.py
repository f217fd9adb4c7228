"""A message ends: no unit answers it any more; what was published stands."""

from django.db import transaction

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.network.models import Message
from ravi.network.rules import MessageAct, MessageState, OfferState
from ravi.network.services import steps
from ravi.network.services.telling import forget_asking


@transaction.atomic
def end_message(message: Message, *, by: Person) -> Message:
    """Close the open offers; a message that nobody has seen is dropped. Ending twice is ending once.

    Raises PermissionDenied, NotNow for one that was withdrawn.
    """
    steps.require_offerer(by, message.unit_id)
    current = steps.taken(message)
    if current.state == MessageState.ENDED:
        return current
    current.state = steps.state_after(current, MessageAct.END)
    current.ended_at, current.ended_by = clock.now(), by
    current.save(update_fields=["state", "ended_at", "ended_by"])
    closed = current.offers.filter(state=OfferState.OPEN).update(state=OfferState.CLOSED, closed_at=clock.now())
    forget_asking(list(current.offers.values_list("pk", flat=True)), current.institution_id)
    steps.answer_request(current)
    steps.note("end_message", current, by, {"closed": closed})
    return current
