"""One copy: what became of it, its whole way, the evidence, and what a person can do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ravi.accounts.access import person_of, signed_in
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.delivery.forms import HeldForm, VerdictForm
from ravi.delivery.models import Delivery
from ravi.delivery.pages import copies, life, numbers, read_back
from ravi.delivery.queries import board, deliveries_visible_to
from ravi.delivery.readings.queries import read_again_at
from ravi.delivery.rules import Action, Code, State


@require_safe
@signed_in
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery's life in sentences."""
    found = get_object_or_404(deliveries_visible_to(person_of(request)), pk=pk)
    mine = rights(person_of(request))
    line = next(one for one in board([found.post_id])[found.post_id] if one.delivery_id == found.pk)
    shown = copies.told([found], with_evidence=True, line=line)[0]
    is_out = found.state == State.SENT and found.action == Action.PUBLISH
    may_resolve = found.state == State.UNKNOWN and mine.may(Ability.RESOLVE_UNKNOWN, found.unit_id)
    read = read_back.of_copy(found, clock.now())
    return render(
        request,
        "delivery/delivery.html",
        {
            "copy": shown,
            "links": life.steps(found, read),
            "read_back": read,
            "may_settle": mine.may(Ability.RESOLVE_UNKNOWN, found.unit_id),
            "form": VerdictForm() if may_resolve else None,
            "held_form": _held_form(found) if mine.may(Ability.RESUME_SENDING, found.unit_id) else None,
            "text": copies.text_of(found),
            "numbers": numbers.of_copy(found) if is_out else [],
            "read_again_at": read_again_at(found) if is_out else None,
            "may_write_number": is_out and mine.may(Ability.WRITE_POST, found.unit_id),
        },
    )


def _held_form(found: Delivery) -> HeldForm | None:
    """For this copy alone; a channel without its key needs a new one first."""
    if found.state != State.HELD or found.error_code in (Code.CREDENTIALS, Code.BY_HAND):
        return None
    return HeldForm(initial={"post": found.post_id, "copy": found.pk}, auto_id="held-%s")
