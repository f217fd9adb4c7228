"""The side jobs of notices: a code to a new address, and what is due to all others."""

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from ravi.accounts.queries import institution_ids
from ravi.core.egress import Egress
from ravi.core.jobs import job, periodic
from ravi.core.logs import log
from ravi.core.pulse import note_pulse
from ravi.core.tenancy import tenant
from ravi.notices import measures, services
from ravi.notices.models import Address, Dispatch
from ravi.notices.senders import words
from ravi.notices.senders.configured import SenderSettingsWrong, sender
from ravi.notices.senders.way import Sender, Words
from ravi.platforms.contract import NotSent, OutcomeUnknown, PlatformError, RateLimited, Rejected
from ravi.platforms.transport import Timeouts, open_transport

# A mail server may take its time to look at a message (RFC 5321, 4.5.3.2.6 says ten minutes; nobody waits so long here).
TIMEOUTS = Timeouts(connect_s=10.0, answer_s=60.0)
MOST_BATCHES = 200
# All of one message; a server that sends a byte now and then would keep everybody else's waiting.
LONGEST_S = 180.0

T = TypeVar("T")


@job("notices.send_code")
def send_code(institution_id: int, address_id: int) -> None:
    """Send a fresh code; only its hash stays. Tried again while it provably did not go."""
    with tenant(institution_id):
        waiting = Address.objects.filter(pk=address_id, confirmed_at=None, ended_at=None)
        asked = waiting.select_related("person", "institution").first()
        if asked is None:
            return
        number = services.make_code(asked)
        said = words.code(number, asked.person.language, asked.institution.name)
    try:
        _go(asked, said, key=f"code-{asked.pk}-{asked.code_hash[:16]}")
    except PlatformError as refused:
        reason = _reason(refused)
        log("code_not_sent", address=asked.pk, sender=asked.sender, reason=reason)
        with tenant(institution_id):
            services.note_trouble(asked, reason)
        if isinstance(refused, NotSent | RateLimited):
            raise


@periodic("notices.dispatch", "* * * * * */10")
def dispatch(timestamp: int) -> None:
    """Send whatever is due, in every institution."""
    counts: Counter[str] = Counter()
    for institution_id in institution_ids():
        with tenant(institution_id):
            if cleared := services.clear_up():
                log("dispatches_cleared", institution=institution_id, rows=cleared)
        for _ in range(MOST_BATCHES):
            with tenant(institution_id):
                batch = services.claim_batch()
            if batch is None:
                break
            _send(batch, institution_id)
        with tenant(institution_id):
            counts.update(measures.count())
    note_pulse("notices", "all", counts)


def _send(batch: services.Batch, institution_id: int) -> None:
    """Outside any transaction: nothing waits in the database for a mail server."""
    with tenant(institution_id):
        person = batch.address.person
        said = words.told(batch.notices, person.language, person.institution.name)
    state, reason, after_s = Dispatch.State.SENT, "", 0.0
    try:
        _go(batch.address, said, key=batch.key)
    except (NotSent, RateLimited) as refused:
        state, reason, after_s = Dispatch.State.WAITING, _reason(refused), getattr(refused, "retry_after_s", 0.0)
    except OutcomeUnknown as refused:
        repeatable = batch.address.sender in services.REPEATABLE
        state, reason = Dispatch.State.WAITING if repeatable else Dispatch.State.UNSURE, _reason(refused)
    except Rejected as refused:
        state, reason = Dispatch.State.FAILED, _reason(refused)
    except PlatformError as refused:
        # The server does not know us: everybody's messages wait until that is mended.
        state, reason = Dispatch.State.WAITING, _reason(refused)
    log("dispatched", dispatches=list(batch.dispatch_ids), sender=batch.address.sender, state=state, reason=reason)
    with tenant(institution_id):
        if state == Dispatch.State.WAITING:
            services.put_back(batch, reason, after_s)
        else:
            services.end_batch(batch, state, reason)


def _go(address: Address, said: Words, *, key: str) -> None:
    """One message to one address. Raises PlatformError."""
    if not address.room:
        room = asyncio.run(_with(address.sender, lambda way: way.open(address.address)))
        with tenant(address.institution_id):
            services.note_room(address, room)
    asyncio.run(_with(address.sender, lambda way: way.send(address.address, address.room, said, key=key)))


async def _with(name: str, use: Callable[[Sender], Awaitable[T]]) -> T:
    async with open_transport(Egress.from_environment(os.environ), timeouts=TIMEOUTS, connections=1) as ports:
        try:
            way = sender(name, ports)
        except SenderSettingsWrong as wrong:
            raise NotSent(str(wrong)) from wrong
        try:
            async with asyncio.timeout(LONGEST_S):
                return await use(way)
        except PlatformError:
            raise
        except TimeoutError as late:
            raise OutcomeUnknown("no answer in time") from late
        except Exception as error:  # whatever a broken server answers to one message, the others go on
            log("defect", sender=name, error=type(error).__name__)
            raise OutcomeUnknown("the answer could not be read") from error


def _reason(refused: PlatformError) -> str:
    """A word for the log and for the person; never the server's own text, which may hold an address."""
    if isinstance(refused, Rejected):
        return refused.code
    names: dict[type[Any], str] = {NotSent: "not_reached", RateLimited: "later", OutcomeUnknown: "no_answer"}
    return names.get(type(refused), "sender_refused")
