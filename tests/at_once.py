"""Two people in the same moment: acts that are begun together, each in a thread, a connection and a transaction of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from ravi.core.tenancy import tenant


def both(house: Any, *acts: Callable[[], Any]) -> list[Any]:
    """Each act in its own thread, connection and transaction, begun together; an answer or an exception for each."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            with tenant(house.institution.pk):
                ready.wait(10)
                return act()
        except Exception as error:  # noqa: BLE001 -- the test looks at it
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
