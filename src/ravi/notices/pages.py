"""Where one person stands on each way of being told, as the page draws it."""

from dataclasses import dataclass
from datetime import datetime

from django.forms import Form
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.notices.forms import AddressForm, CodeForm, QuietForm
from ravi.notices.models import Address, Dispatch
from ravi.notices.queries import last_dispatches, living_addresses
from ravi.notices.senders.configured import MAIL, offered
from ravi.notices.timing import MOST_GUESSES

State = Dispatch.State


@dataclass(frozen=True)
class Way:
    """`step` is ask, prove or told: what the person can do next. `trouble` says what stands against it."""

    sender: str
    title: str
    step: str
    address: Address | None
    form: Form
    trouble: str
    last_at: datetime | None


def ways(person: Person, sender: str = "", form: Form | None = None) -> list[Way]:
    """Every way that is set up here or was used by this person; `form` is what was just typed at `sender`."""
    mine = {address.sender: address for address in living_addresses(person)}
    last = last_dispatches(mine.values())
    names = [*offered(), *(name for name in mine if name not in offered())]
    return [_way(name, mine.get(name), last, form if name == sender else None) for name in names]


def _way(name: str, address: Address | None, last: dict[int, Dispatch], typed: Form | None) -> Way:
    title = _("By e-mail") if name == MAIL else _("By Matrix")
    if address is None:
        return Way(name, title, "ask", None, typed or AddressForm(sender=name), "", None)
    if address.confirmed_at is None:
        again = isinstance(typed, AddressForm)
        form = typed if typed and not again else CodeForm(auto_id=f"{name}-%s")
        return Way(name, title, "prove", address, form, _unproved(address), None)
    hours = {"quiet_from": address.quiet_from, "quiet_until": address.quiet_until}
    form = typed if isinstance(typed, QuietForm) else QuietForm(initial=hours, auto_id=f"{name}-%s")
    one = last.get(address.pk)
    return Way(name, title, "told", address, form, _lost(one) if one else "", _went_at(one))


def _unproved(address: Address) -> str:
    if address.trouble:
        return _trouble(address.trouble)
    if address.guesses >= MOST_GUESSES:
        return _("Too many wrong codes. Ask for a new one.")
    if address.code_until and address.code_until <= clock.now():
        return _("This code holds no longer. Ask for a new one.")
    return ""


def _trouble(reason: str) -> str:
    said = {
        "not_reached": _("The server that should carry the code does not answer. Ravi tries again for a while."),
        "later": _("The server that should carry the code asks for patience. Ravi tries again for a while."),
        "no_answer": _("Nobody knows whether the code arrived. If it does not, ask for a new one."),
        "sender_refused": _("Ravi's own account was refused. Tell whoever runs Ravi."),
    }
    return said.get(reason) or _("The server refused this address. Look whether it is written rightly.")


def _lost(one: Dispatch) -> str:
    said = {
        State.FAILED: _("The last message was refused. Look whether the address still holds."),
        State.UNSURE: _("Nobody knows whether the last message arrived; it is not sent again. It stands in Ravi."),
    }
    if one.state == State.WAITING and one.reason:
        return _("The last message has not gone yet; Ravi tries again.")
    return said.get(State(one.state), "")


def _went_at(one: Dispatch | None) -> datetime | None:
    return one.ended_at if one and one.state == State.SENT else None
