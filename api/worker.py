"""The job worker's edge: takes jobs from the queue, one after another or two at once, and turns whatever ends one into its end.

A job that was refused is failed with the refusal. One that broke down, or whose worker was killed, is taken up again, and parked as
failed after its fifth attempt. What became of an attempt is decided in `gridgov.jobs.service`; the queue is the library's.
"""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import procrastinate
import psycopg
from psycopg import conninfo

from api.batch_job import run_batch
from api.import_job import run_import
from api.job_work import Interrupted, Work
from gridgov.database.pool import Database, with_session_options
from gridgov.errors import DatabaseAway, GridgovError
from gridgov.jobs import service
from gridgov.jobs.file_store import FileStore
from gridgov.jobs.job import MOST_ATTEMPTS, Job, JobStopped, failed

_LOG = logging.getLogger("gridgov.jobs")
_QUEUE, _TASK = "gridgov", "gridgov.job"
# A worker that was silent this long is taken for dead, and its jobs are put back.
HEARTBEAT_S, SILENT_S, TIDY_EVERY_S = 5.0, 20.0, 5.0
# After an attempt that broke down, and longer after each further one.
RETRY_AFTER_S, LONGER_S = 2, 5
CUT_OFF_S = 6.0
_SERVING: Any = {
    "queues": [_QUEUE],
    "concurrency": 2,
    "fetch_job_polling_interval": TIDY_EVERY_S,
    "update_heartbeat_interval": HEARTBEAT_S,
    "stalled_worker_timeout": SILENT_S,
    "install_signal_handlers": False,
}
_RUNS: Mapping[str, Callable[[Work], None]] = {"siting-batch": run_batch, "cells-import": run_import, "zones-import": run_import}


class Worker:
    """Works on the jobs of one database. Closing the database is its owner's."""

    def __init__(self, database: Database, files: FileStore, *, role: str | None = None) -> None:
        self.database, self.files, self.runs = database, files, dict(_RUNS)
        self._url = _queue_url(database.url, role)
        self._stopping = threading.Event()

    def run(self) -> None:
        """Works until it is told to stop (SIGTERM, SIGINT), whatever becomes of the database meanwhile."""
        while not self._stopping.is_set():
            try:
                asyncio.run(self._serve())
            except (GridgovError, psycopg.Error, procrastinate.exceptions.ProcrastinateException, OSError):
                _LOG.warning("the queue is not reachable; trying again", exc_info=True)
                self._stopping.wait(TIDY_EVERY_S)

    def run_waiting(self) -> None:
        """Works on what waits at this moment, then stops."""
        asyncio.run(self._once())

    def stop(self) -> None:
        """Running jobs are put back at their next step; one that takes longer than a few seconds for it is cut off."""
        self._stopping.set()
        last = threading.Timer(CUT_OFF_S, os._exit, [0])
        last.daemon = True
        last.start()

    def _queue(self) -> procrastinate.App:
        queue = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=self._url, min_size=1, max_size=4))
        queue.task(name=_TASK, queue=_QUEUE, retry=procrastinate.RetryStrategy(wait=RETRY_AFTER_S, linear_wait=LONGER_S))(self.attempt)
        return queue

    async def _once(self) -> None:
        async with self._queue().open_async() as queue:
            await self._tidy(queue)
            await queue.run_worker_async(queues=[_QUEUE], wait=False, listen_notify=False, install_signal_handlers=False)

    async def _serve(self) -> None:
        async with self._queue().open_async() as queue:
            tidying = asyncio.create_task(self._tidy_always(queue))
            working = asyncio.create_task(queue.run_worker_async(**_SERVING))

            def end() -> None:
                self.stop()
                working.cancel()

            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, end)
            try:
                await working
            except asyncio.CancelledError:
                if not self._stopping.is_set():
                    raise
            finally:
                tidying.cancel()
                with suppress(asyncio.CancelledError):
                    await tidying

    async def _tidy_always(self, queue: procrastinate.App) -> None:
        while True:
            try:
                await self._tidy(queue)
            except (GridgovError, procrastinate.exceptions.ConnectorException):
                _LOG.warning("the queue could not be tidied; trying again", exc_info=True)
            await asyncio.sleep(TIDY_EVERY_S)

    async def _tidy(self, queue: procrastinate.App) -> None:
        """Jobs of dead workers back into the queue, jobs that the queue lost too, expired files away."""
        for stalled in await queue.job_manager.get_stalled_jobs(queue=_QUEUE, seconds_since_heartbeat=SILENT_S):
            await queue.job_manager.retry_job(stalled)
        await asyncio.to_thread(self._sweep)

    def _sweep(self) -> None:
        with self.database.unit_of_work("system:worker") as uow:
            service.requeue_lost(uow)
            service.sweep_uploads(uow, self.files)

    def attempt(self, job_id: str) -> None:
        """One attempt at a job; an exception says that the queue shall offer it again."""
        with self.database.unit_of_work("system:worker") as uow:
            job = service.take_up(uow, UUID(job_id))
        if job is None:
            return
        work = Work(self.database, self.files, job, self._stopping)
        try:
            self.runs[job.kind](work)
        except JobStopped:
            self._stopped(work)
        except Interrupted:
            self._put_back(work)
            raise  # the queue offers it again
        except DatabaseAway:
            raise  # the queue tries again
        except GridgovError as refused:
            self._failed(work, refused)
        except Exception:  # the edge: a defect of ours, tried again and then parked
            _LOG.exception("job %s broke down in attempt %d", job.job_id, job.attempt)
            if job.attempt < MOST_ATTEMPTS:
                raise
            self._given_up(work)

    def _stopped(self, work: Work) -> None:
        with self.database.unit_of_work(work.actor) as uow:
            service.stop(uow, work.job)

    def _put_back(self, work: Work) -> None:
        with self.database.unit_of_work(work.actor) as uow:
            service.put_back(uow, work.job)

    def _failed(self, work: Work, refused: GridgovError) -> None:
        with suppress(JobStopped), self.database.unit_of_work(work.actor) as uow:
            service.end(uow, work.job, failed(refused, work.job.language))
            uow.audit("job.fail", str(work.job.job_id), _told(work.job, refused))

    def _given_up(self, work: Work) -> None:
        with self.database.unit_of_work(work.actor) as uow:
            service.park(uow, work.job)


def _told(job: Job, refused: GridgovError) -> dict[str, Any]:
    return {"kind": job.kind, "filename": job.filename, "problem": refused.slug}


def _queue_url(url: str, role: str | None) -> str:
    """The database as the queue's library needs it: its own schema alone on the path."""
    given: dict[str, Any] = conninfo.conninfo_to_dict(with_session_options(url, role))
    return conninfo.make_conninfo(**given | {"options": f"{given['options']} -c search_path=procrastinate"})
