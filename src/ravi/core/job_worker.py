"""Runs the jobs process: takes side jobs as the web role until it is asked to end; comes back after any trouble."""

import asyncio
import signal
from typing import Any

from procrastinate import JobContext, PsycopgConnector
from procrastinate.contrib.django import app, connector_params
from procrastinate.jobs import DeleteJobCondition
from procrastinate.middleware import AsyncCallNext, SyncCallNext
from procrastinate.worker import Worker

from ravi.core.jobs import QUEUE
from ravi.core.logs import log, marked

AT_ONCE = 4
# Longer than a mail server is waited for; what is still in hand then is rescued by the next process.
ENDS_WITHIN_S = 10.0
AGAIN_AFTER_S = 2.0


async def run() -> int:
    """Work until SIGTERM or SIGINT, finish what is in hand; the exit code."""
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    log("started")
    while not asked.is_set():
        await _work(asked)
    log("ended")
    return 0


async def _work(asked: asyncio.Event) -> None:
    """One life of the worker: it ends when it is asked to, or when the database goes away."""
    worker = asyncio.create_task(_serve())
    ending = asyncio.create_task(asked.wait())
    await asyncio.wait({worker, ending}, return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    if asked.is_set():
        worker.cancel()
    (reason,) = await asyncio.gather(worker, return_exceptions=True)
    if not asked.is_set():
        log("waits", reason=type(reason).__name__ if reason else "the worker ended")
        await asyncio.sleep(AGAIN_AFTER_S)


async def _serve() -> None:
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=AT_ONCE, timeout=AGAIN_AFTER_S)
    with app.replace_connector(connector):
        async with app.open_async():
            await app.run_worker_async(
                queues=[QUEUE],
                concurrency=AT_ONCE,
                delete_jobs=DeleteJobCondition.SUCCESSFUL,
                install_signal_handlers=False,
                shutdown_graceful_timeout=ENDS_WITHIN_S,
                task_middleware=[*app.worker_defaults["task_middleware"], marked_work, marked_async_work],
            )


def marked_work(call_next: SyncCallNext, context: JobContext, worker: Worker) -> Any:
    """Every line of a job carries its number and name."""
    with marked(job=context.job.id, doing=context.job.task_name):
        return call_next()


async def marked_async_work(call_next: AsyncCallNext, context: JobContext, worker: Worker) -> Any:
    """The same for those that await."""
    with marked(job=context.job.id, doing=context.job.task_name):
        return await call_next()
