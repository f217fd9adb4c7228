"""The side jobs of this room: what happened is lined up for the addresses that want it, and what is due is told."""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

from ravi.accounts.queries import institution_ids
from ravi.api.webhook.calling import give_up_old, lay_down, take_due, write_down
from ravi.api.webhook.gather import gather
from ravi.api.webhook.sending import Came, Errand, call_all
from ravi.core import clock
from ravi.core.egress import Egress
from ravi.core.jobs import periodic
from ravi.core.tenancy import tenant

# What is still due then is the next job's.
LONGEST_S = 20.0
MOST_LOOKS = 50
T = TypeVar("T", Came, Errand)


@periodic("api.webhooks", "* * * * * */5")
def webhooks(timestamp: int) -> None:
    """In every institution; nothing waits in the database while an address is called."""
    for institution_id in institution_ids():
        _line_up(institution_id)
    until = time.monotonic() + LONGEST_S
    while time.monotonic() < until and (errands := _due()):
        told = asyncio.run(call_all(errands, Egress.from_environment(os.environ), clock.now()))
        _in_each_institution(told.left, lay_down)
        _in_each_institution(told.came, write_down)


def _line_up(institution_id: int) -> None:
    for _look in range(MOST_LOOKS):
        with tenant(institution_id):
            if not gather(institution_id):
                give_up_old(clock.now())
                return


def _due() -> list[Errand]:
    found: list[Errand] = []
    for institution_id in institution_ids():
        with tenant(institution_id):
            found += take_due(clock.now())
    return found


def _in_each_institution(of_all: Sequence[T], write: Callable[[Sequence[T]], None]) -> None:
    by_institution: dict[int, list[T]] = defaultdict(list)
    for one in of_all:
        by_institution[one.institution_id].append(one)
    for institution_id, mine in by_institution.items():
        with tenant(institution_id):
            write(mine)
