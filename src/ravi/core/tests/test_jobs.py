"""Side jobs: deferred by name in the caller's transaction, done by a real worker, rescued when their process died."""

import asyncio

import psycopg
import pytest
from django.db import connection, transaction
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app, connector_params
from procrastinate.exceptions import TaskNotFound

from ravi.core import job_care, jobs, pulse
from ravi.core.tenancy import tenant

DONE: list[int] = []


@jobs.job("core.tests.note", tries=1)
def note(institution_id: int, number: int) -> None:
    with tenant(institution_id):
        DONE.append(number)


def work_off() -> None:
    """A real worker until nothing is left."""

    async def run() -> None:
        with app.replace_connector(PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=2)):
            async with app.open_async():
                await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    asyncio.run(run())


def waiting() -> list[tuple[str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("select task_name, status::text, attempts from procrastinate_jobs order by id")
        return cursor.fetchall()


def test_a_job_goes_with_the_transaction(fresh_database):
    with pytest.raises(RuntimeError), transaction.atomic():
        jobs.defer("core.tests.note", institution_id=1, number=1)
        raise RuntimeError
    assert waiting() == []
    DONE.clear()
    with transaction.atomic():
        jobs.defer("core.tests.note", institution_id=1, number=2)
    work_off()
    assert DONE == [2]


def test_a_name_that_nobody_announced_is_refused(db):
    with pytest.raises(TaskNotFound):
        jobs.defer("core.tests.nothing", institution_id=1)


def test_the_same_work_waits_once(db):
    for number in (1, 2):
        jobs.defer("core.tests.note", institution_id=1, once="notes", number=number)
    jobs.defer("core.tests.note", institution_id=2, once="notes", number=3)
    assert len(waiting()) == 2


def test_what_a_dead_process_had_in_hand_is_put_back(fresh_database):
    jobs.defer("core.tests.note", institution_id=1, number=7)
    with psycopg.connect(fresh_database.owner) as owner:
        (worker,) = owner.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - interval '31 s') returning id"
        ).fetchone()
        owner.execute("update procrastinate_jobs set status = 'doing', worker_id = %s", [worker])
    DONE.clear()
    rescue()
    work_off()
    assert DONE == [7]


def test_a_job_that_kills_its_process_again_and_again_is_given_up(fresh_database):
    jobs.defer("core.tests.note", institution_id=1, number=8)
    with psycopg.connect(fresh_database.owner) as owner:
        owner.execute("update procrastinate_jobs set status = 'doing', attempts = %s", [jobs.TRIES - 1])
    rescue()
    assert [row[1] for row in waiting()] == ["failed"]


def test_a_process_is_dead_when_nobody_saw_it_for_a_minute(db):
    assert pulse.living("jobs") == []
    pulse.note_pulse("jobs", "a")
    pulse.note_pulse("jobs", "a")
    assert [one.name for one in pulse.living("jobs")] == ["a"]
    pulse.Pulse.objects.update(seen_at=pulse.clock.now() - pulse.DEAD_AFTER * 1.1)
    assert pulse.living("jobs") == []


def rescue() -> None:
    """As the periodic job does it."""

    async def run() -> None:
        with app.replace_connector(PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=2)):
            async with app.open_async():
                await job_care.put_back(app.job_manager)

    asyncio.run(run())
