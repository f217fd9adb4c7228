"""The door to side jobs: how a room announces one in its `jobs.py`, and how a service defers one by its name.

A job never sends to a channel, never waits one-per-row in the future (a periodic job claims what is due), and may run
twice: the process may die between its work and its mark. tests/architecture resolves every name that is deferred.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager

from ravi.core.canonical import JSON

QUEUE = "side"
TRIES = 5

Work = TypeVar("Work", bound=Callable[..., Any])


def job(name: str, *, tries: int = TRIES) -> Callable[[Work], Work]:
    """Announce a job; it is called with `institution_id` and what `defer` was given, outside any transaction.

    A failed one is tried again after 2, 4, 8 ... seconds.
    """
    retry = RetryStrategy(max_attempts=tries, exponential_wait=2) if tries > 1 else False

    def announce(work: Work) -> Work:
        app.task(name=name, queue=QUEUE, retry=retry)(work)
        return work

    return announce


def periodic(name: str, cron: str) -> Callable[[Work], Work]:
    """Announce a job that comes by itself and is called with `timestamp`; a sixth field of `cron` are seconds.

    Never two of one name run at once, and at most one waits.
    """

    def announce(work: Work) -> Work:
        task = app.task(name=name, queue=QUEUE, lock=name, queueing_lock=name)(work)
        app.periodic(cron=cron)(task)
        return work

    return announce


def defer(name: str, *, institution_id: int, once: str = "", **arguments: JSON) -> None:
    """Put a job in the line, in the caller's transaction. Raises TaskNotFound for a name that no room announced.

    `once` names the work: while such a job waits in the line, another one is not added.
    """
    lock = f"{name} {institution_id} {once}" if once else None
    deferrer = app.configure_task(name, allow_unknown=False, queueing_lock=lock)
    # Inside the jobs process the app speaks over its own pool; what a service defers belongs to its transaction.
    line = JobManager(DjangoConnector())
    try:
        with transaction.atomic():
            line.defer_job(deferrer.make_new_job(institution_id=institution_id, **arguments))  # type: ignore[arg-type]
    except AlreadyEnqueued:
        return
