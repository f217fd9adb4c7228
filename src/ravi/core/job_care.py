"""What the jobs process does for its own line: says that it lives, rescues what a dead one left, clears what is over."""

import os
import socket

from django.db import connection
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from ravi.core.jobs import QUEUE, TRIES, periodic
from ravi.core.pulse import note_pulse

# A worker says every 10 s that it lives; whoever was silent for so long left its jobs behind.
STALLED_S = 30.0
KEPT_HOURS = 72


@periodic("core.pulse", "* * * * * */10")
def pulse(timestamp: int) -> None:
    """It went through the line like any other job: while it comes, jobs are done."""
    note_pulse("jobs", f"{socket.gethostname()}:{os.getpid()}")


# Without a lock: the rescuer of a dead process must not keep the next one out.
@app.periodic(cron="* * * * * */15")
@app.task(name="core.rescue", queue=QUEUE, queueing_lock="core.rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Nothing stays in the hands of a dead process."""
    await put_back(context.app.job_manager)


async def put_back(line: JobManager) -> int:
    """Put back what a dead process had in hand; what has killed its process again and again is failed. How many."""
    stalled = list(await line.get_stalled_jobs(seconds_since_heartbeat=STALLED_S))
    for one in stalled:
        if one.attempts + 1 < TRIES:
            await line.retry_job(one)
        else:
            await line.finish_job(one, Status.FAILED, delete_job=False)
    return len(stalled)


def forget_jobs() -> None:
    """After a restore: what stood in the line may have been done since; its workers and pulses are of another time."""
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_workers")
        cursor.execute("delete from procrastinate_jobs where status in ('todo', 'doing')")
        cursor.execute("delete from core_pulse")


@app.periodic(cron="17 * * * *")
@app.task(name="core.clear", queue=QUEUE, queueing_lock="core.clear", pass_context=True)
async def clear(context: JobContext, timestamp: int) -> None:
    """Forget jobs that ended some days ago; those that succeeded are gone already."""
    await context.app.job_manager.delete_old_jobs(
        KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
