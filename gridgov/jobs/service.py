"""The journeys of uploads and jobs: keep a file, ask for a job, take it up, say how far it came, end it, cancel it, look at it.

A job and its place in the queue are written in one transaction. Whoever works on a job writes as a numbered attempt: one that was taken
over by another worker is stopped at its next word, so that whatever happens to workers the effect comes once.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import Conflict, NotFound
from gridgov.jobs import store
from gridgov.jobs.file_store import FileStore
from gridgov.jobs.job import MOST_ATTEMPTS, Ending, Job, JobStopped, Kind, NewJob, given_up, may_see, queue_lock, require_cancellable
from gridgov.jobs.store import Key
from gridgov.jobs.upload import KEPT_FOR, Upload, require_room
from gridgov.people.account import Account


def require_upload_room(uow: UnitOfWork, owner: str) -> None:
    """Raises Conflict when the account holds as many files as it may."""
    require_room(*store.held_uploads(uow, owner))


def keep_upload(uow: UnitOfWork, upload: Upload) -> Upload:
    """The upload as kept, with the moment it expires."""
    expires_at = store.add_upload(uow, upload, KEPT_FOR)
    uow.audit("upload", str(upload.upload_id), {"filename": upload.filename, "size": upload.size, "sha256": upload.sha256})
    return replace(upload, expires_at=expires_at)


def find_upload(uow: UnitOfWork, upload_id: UUID, account: Account) -> Upload:
    """One of the account's own uploads. Raises NotFound, also for another's and for one that has expired."""
    found = store.find_upload(uow, upload_id)
    if found is None or found.owner != account.username:
        raise NotFound("There is no such upload; it may have expired after a day.", "没有该上传文件；上传的文件一天后自动清除。")
    return found


def drop_upload(uow: UnitOfWork, upload_id: UUID, account: Account, files: FileStore) -> None:
    """The upload away. Raises NotFound, and Conflict while a job reads it."""
    upload = find_upload(uow, upload_id, account)
    if not store.drop_upload(uow, upload_id):
        raise Conflict("A job still reads this file; cancel it or wait for its end.", "仍有任务在使用该文件，请先取消任务或等待其结束。")
    uow.audit("upload.drop", str(upload_id), {"filename": upload.filename})
    files.remove(upload_id)


def sweep_uploads(uow: UnitOfWork, files: FileStore) -> None:
    """Expired uploads away, and files that belong to none."""
    dropped = store.drop_expired_uploads(uow)
    files.sweep(store.upload_ids(uow))
    for upload_id in dropped:
        files.remove(upload_id)


def ask(uow: UnitOfWork, job: NewJob) -> Job:
    """The job, waiting in the queue."""
    store.add_job(uow, job, queue_lock(job.kind, job.account.username))
    told = {"kind": job.kind, "filename": job.filename, "upload": job.upload_id, "options": job.options}
    uow.audit("job.ask", str(job.job_id), told)
    found = store.find_job(uow, job.job_id)
    assert found is not None
    return found


def find(uow: UnitOfWork, job_id: UUID, account: Account, kinds: Sequence[Kind] | None = None) -> Job:
    """A job the account may know of. Raises NotFound. kinds: of these alone."""
    found = store.find_job(uow, job_id)
    if found is None or not may_see(found, account) or (kinds is not None and found.kind not in kinds):
        raise NotFound("There is no such job.", "没有该任务。")
    return found


def listed(uow: UnitOfWork, account: Account, kinds: Sequence[Kind], *, after: Key | None, limit: int) -> list[Job]:
    """The jobs of these kinds that the account may know of, newest first, one more than `limit` when there are more."""
    sees_all = account.role == "admin" or (account.role == "supervisor" and tuple(kinds) == ("siting-batch",))
    return store.jobs(uow, kinds, asked_by=None if sees_all else account.username, after=after, limit=limit + 1)


def report_of(uow: UnitOfWork, job: Job) -> dict[str, Any] | None:
    """What an import found; None = nothing yet, or it could not be read."""
    return store.find_report(uow, job.job_id)


def candidate_of(uow: UnitOfWork, job: Job) -> bytes | None:
    """The shapes an import was about, as GeoJSON bytes."""
    return store.find_candidate(uow, job.job_id)


def cancel(uow: UnitOfWork, job_id: UUID, account: Account) -> Job:
    """The job, ended when it was waiting, else asked to stop at its next step. Raises NotFound, NotAllowed, Conflict for one that has ended."""
    find(uow, job_id, account)
    job = store.find_job(uow, job_id, lock=True)
    assert job is not None
    require_cancellable(job, account)
    store.request_cancel(uow, job_id)
    if job.state == "queued":
        store.end_job(uow, job, Ending("cancelled"), anyway=True)
    uow.audit("job.cancel", str(job_id), {"kind": job.kind, "state": job.state})
    return store.find_job(uow, job_id) or job


def take_up(uow: UnitOfWork, job_id: UUID) -> Job | None:
    """The job for the worker that took it from the queue; None = there is nothing to do for it.

    One that is to be cancelled is ended here, and one that was begun too often without coming to an end is parked as failed.
    """
    job = store.find_job(uow, job_id, lock=True)
    if job is None or job.is_over:
        return None
    if job.cancel_requested:
        store.end_job(uow, job, Ending("cancelled"), anyway=True)
        return None
    if job.attempt >= MOST_ATTEMPTS:
        park(uow, job)
        return None
    store.begin_attempt(uow, job_id)
    return store.find_job(uow, job_id)


def put_back(uow: UnitOfWork, job: Job) -> None:
    """The job waiting again: its worker was told to stop. What it kept so far stays."""
    store.take_back_attempt(uow, job)


def park(uow: UnitOfWork, job: Job) -> None:
    """The job failed for good, with the reason on it."""
    if store.end_job(uow, job, given_up(job.language), anyway=True):
        uow.audit("job.give-up", str(job.job_id), {"kind": job.kind, "attempts": job.attempt})


def progress(uow: UnitOfWork, job: Job, *, done: int, total: int | None, message: str) -> None:
    """Writes how far an attempt came. Raises JobStopped when it must not go on."""
    if not store.report_progress(uow, job, done=done, total=total, message=message):
        raise JobStopped


def end(uow: UnitOfWork, job: Job, ending: Ending) -> None:
    """The end of an attempt, in the transaction of its effect. Raises JobStopped when it must not have one."""
    if not store.end_job(uow, job, ending, anyway=ending.state != "done"):
        raise JobStopped


def stop(uow: UnitOfWork, job: Job) -> None:
    """The end of a job that was cancelled; an attempt that was taken over ends nothing."""
    current = store.find_job(uow, job.job_id, lock=True)
    if current is not None and current.cancel_requested and current.attempt == job.attempt:
        store.end_job(uow, current, Ending("cancelled"), anyway=True)


def requeue_lost(uow: UnitOfWork) -> None:
    """Open jobs that the queue forgot are put into it again: none waits for ever in silence."""
    for lost in store.lost_jobs(uow):
        store.enqueue(uow, lost["job_id"], queue_lock(lost["kind"], lost["asked_by"]))
    store.drop_ended_queue_entries(uow)
