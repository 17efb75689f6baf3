"""The job worker's edge: takes jobs from the queue, one after another or two at once, and turns whatever ends one into its end.

A job that was refused is failed with the refusal. One that broke down, or whose worker was killed, is taken up again, and parked as
failed after its fifth attempt. What became of an attempt is decided in `gridgov.jobs.service`; the queue is the library's.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import procrastinate
from psycopg import conninfo

from api.batch_job import run_batch
from api.import_job import run_import
from api.job_work import Work
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
_AT_ONCE = 2
_RUNS: Mapping[str, Callable[[Work], None]] = {"siting-batch": run_batch, "cells-import": run_import, "zones-import": run_import}


class Worker:
    """Works on the jobs of one database. Closing the database is its owner's."""

    def __init__(self, database: Database, files: FileStore, *, role: str | None = None) -> None:
        self.database, self.files = database, files
        self.queue = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=_queue_url(database.url, role), min_size=1, max_size=4))
        retry = procrastinate.RetryStrategy(wait=RETRY_AFTER_S, linear_wait=LONGER_S)
        self.queue.task(name=_TASK, queue=_QUEUE, retry=retry)(self._work)

    def run(self) -> None:
        """Works until it is told to stop (SIGTERM, SIGINT)."""
        asyncio.run(self._serve())

    def run_waiting(self) -> None:
        """Works on what waits at this moment, then stops."""
        asyncio.run(self._once())

    async def _once(self) -> None:
        async with self.queue.open_async():
            await self._tidy()
            await self.queue.run_worker_async(queues=[_QUEUE], wait=False, listen_notify=False, install_signal_handlers=False, delete_jobs="never")

    async def _serve(self) -> None:
        async with self.queue.open_async():
            tidying = asyncio.create_task(self._tidy_always())
            try:
                await self.queue.run_worker_async(
                    queues=[_QUEUE],
                    concurrency=_AT_ONCE,
                    fetch_job_polling_interval=TIDY_EVERY_S,
                    update_heartbeat_interval=HEARTBEAT_S,
                    stalled_worker_timeout=SILENT_S,
                    shutdown_graceful_timeout=10.0,
                )
            finally:
                tidying.cancel()
                with suppress(asyncio.CancelledError):
                    await tidying

    async def _tidy_always(self) -> None:
        while True:
            try:
                await self._tidy()
            except (GridgovError, procrastinate.exceptions.ConnectorException):
                _LOG.warning("the queue could not be tidied; trying again", exc_info=True)
            await asyncio.sleep(TIDY_EVERY_S)

    async def _tidy(self) -> None:
        """Jobs of dead workers back into the queue, jobs that the queue lost too, expired files away."""
        for stalled in await self.queue.job_manager.get_stalled_jobs(queue=_QUEUE, seconds_since_heartbeat=SILENT_S):
            await self.queue.job_manager.retry_job(stalled)
        await asyncio.to_thread(self._sweep)

    def _sweep(self) -> None:
        with self.database.unit_of_work("system:worker") as uow:
            service.requeue_lost(uow)
            service.sweep_uploads(uow, self.files)

    def _work(self, job_id: str) -> None:
        """One attempt at a job."""
        with self.database.unit_of_work("system:worker") as uow:
            job = service.take_up(uow, UUID(job_id))
        if job is None:
            return
        work = Work(self.database, self.files, job)
        try:
            _RUNS[job.kind](work)
        except JobStopped:
            self._stopped(work)
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
