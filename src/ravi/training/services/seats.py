"""Seats are given in the order of the waiting list, as far as the unit's quota and the room allow."""

from ravi.core import clock
from ravi.training.models import Registration, Workshop
from ravi.training.queries import Seats, seats_of
from ravi.training.rules import Act, RegistrationState, WorkshopState, after, has_seat
from ravi.training.services import steps


def fits(seats: Seats, unit_id: int) -> bool:
    """Whether one more of the unit has a seat."""
    taken = seats.by_unit.get(unit_id, 0)
    return has_seat(of_unit=taken, unit_seats=seats.of(unit_id), of_all=seats.taken, seats=seats.seats)


def move_up(workshop: Workshop) -> list[Registration]:
    """Whoever waits and fits now gets a seat and is asked; `workshop` is held by the caller. A unit that is full holds up no
    other one."""
    if workshop.state != WorkshopState.OPEN:
        return []
    waiting = Registration.objects.filter(workshop=workshop, state=RegistrationState.WAITING)
    moved, seats = [], seats_of(workshop)
    for row in waiting.select_for_update(of=("self",)).select_related("unit").order_by("queued_at", "pk"):
        if fits(seats, row.unit_id):
            change(row, Act.MOVE_UP)
            seats = seats.with_one_of(row.unit_id)
            moved.append(row)
    if moved:
        steps.tell_of(workshop, [row.person_id for row in moved], "seat_free", {})
    return moved


def change(row: Registration, act: Act) -> bool:
    """Whether the act is possible in the row's state; kept if so."""
    state = after(row.state, act)
    if state is None:
        return False
    row.state, row.changed_at = state, clock.now()
    row.save(update_fields=["state", "changed_at"])
    return True
