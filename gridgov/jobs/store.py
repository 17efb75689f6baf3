"""Uploads and jobs in the database. Runs the named queries; decides nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.jobs.job import Ending, Job, Kind, NewJob
from gridgov.jobs.upload import Upload

_SQL = load_queries("gridgov.jobs")

Key = tuple[datetime, UUID]


def add_upload(uow: UnitOfWork, upload: Upload, kept_for: timedelta) -> datetime:
    """Keeps an upload; gives the moment it expires, by the database's clock."""
    row = uow.row(
        _SQL["add_upload"],
        upload_id=upload.upload_id,
        owner=upload.owner,
        filename=upload.filename,
        size=upload.size,
        sha256=upload.sha256,
        layers=Jsonb(list(upload.layers)),
        kept_for=kept_for,
    )
    assert row is not None
    found: datetime = row["expires_at"]
    return found


def find_upload(uow: UnitOfWork, upload_id: UUID) -> Upload | None:
    """An upload that has not expired."""
    row = uow.row(_SQL["find_upload"], upload_id=upload_id)
    return None if row is None else Upload(**row)


def held_uploads(uow: UnitOfWork, owner: str) -> tuple[int, int]:
    """How many files and bytes an account holds."""
    row = uow.row(_SQL["held_uploads"], owner=owner)
    assert row is not None
    return row["files"], row["size"]


def drop_upload(uow: UnitOfWork, upload_id: UUID) -> bool:
    """Whether it went; it stays while a job reads it."""
    return uow.execute(_SQL["drop_upload"], upload_id=upload_id) > 0


def drop_expired_uploads(uow: UnitOfWork) -> list[UUID]:
    """The uploads that went because their time was over."""
    return [row["upload_id"] for row in uow.rows(_SQL["drop_expired_uploads"])]


def upload_ids(uow: UnitOfWork) -> set[UUID]:
    """Every upload there is."""
    return {row["upload_id"] for row in uow.rows(_SQL["upload_ids"])}


def add_job(uow: UnitOfWork, job: NewJob, lock: str) -> None:
    """A job and its place in the queue, both in this transaction."""
    uow.execute(
        _SQL["add_job"],
        job_id=job.job_id,
        kind=job.kind,
        asked_by=job.account.username,
        asked_role=job.account.role,
        language=job.language,
        upload_id=job.upload_id,
        filename=job.filename,
        options=dict(job.options),
    )
    enqueue(uow, job.job_id, lock)


def enqueue(uow: UnitOfWork, job_id: UUID, lock: str) -> None:
    """A place in the queue for a job."""
    uow.execute(_SQL["enqueue"], job_id=job_id, lock=lock)


def find_job(uow: UnitOfWork, job_id: UUID, *, lock: bool = False) -> Job | None:
    """A job. lock: held until the transaction ends."""
    row = uow.row(_SQL["lock_job" if lock else "find_job"], job_id=job_id)
    return None if row is None else Job(**row)


def jobs(uow: UnitOfWork, kinds: Iterable[Kind], *, asked_by: str | None, after: Key | None, limit: int) -> list[Job]:
    """Jobs newest first, of one account or (None) of everybody, behind a key."""
    after_at, after_id = after or (None, None)
    rows = uow.rows(_SQL["jobs"], kinds=list(kinds), asked_by=asked_by, after_at=after_at, after_id=after_id, limit=limit)
    return [Job(**row) for row in rows]


def begin_attempt(uow: UnitOfWork, job_id: UUID) -> None:
    """The job taken up once more."""
    uow.execute(_SQL["begin_attempt"], job_id=job_id)


def take_back_attempt(uow: UnitOfWork, job: Job) -> None:
    """The job waiting again, as if this attempt had not begun."""
    uow.execute(_SQL["take_back_attempt"], job_id=job.job_id, attempt=job.attempt)


def report_progress(uow: UnitOfWork, job: Job, *, done: int, total: int | None, message: str) -> bool:
    """Whether the attempt may still speak for its job."""
    found = uow.row(_SQL["report_progress"], job_id=job.job_id, attempt=job.attempt, done=done, total=total, message=message)
    return found is not None


def end_job(uow: UnitOfWork, job: Job, ending: Ending, *, anyway: bool) -> bool:
    """Whether the attempt could end its job. anyway: also one that is to be cancelled."""
    found = uow.row(
        _SQL["end_job"],
        job_id=job.job_id,
        attempt=job.attempt,
        state=ending.state,
        result=_json(ending.result),
        error=_json(ending.error),
        message=ending.message,
        anyway=anyway,
    )
    if found is not None and ending.report is not None:
        uow.execute(_SQL["add_report"], job_id=job.job_id, report=Jsonb(ending.report), candidate=ending.candidate)
    return found is not None


def find_report(uow: UnitOfWork, job_id: UUID) -> dict[str, Any] | None:
    """What an import found; None = nothing yet."""
    row = uow.row(_SQL["find_report"], job_id=job_id)
    return None if row is None else row["report"]


def find_candidate(uow: UnitOfWork, job_id: UUID) -> bytes | None:
    """The shapes an import was about, as GeoJSON bytes; None = none were kept."""
    row = uow.row(_SQL["find_candidate"], job_id=job_id)
    return None if row is None or row["candidate"] is None else bytes(row["candidate"])


def request_cancel(uow: UnitOfWork, job_id: UUID) -> None:
    """Asks the job to stop at its next step."""
    uow.execute(_SQL["request_cancel"], job_id=job_id)


def lost_jobs(uow: UnitOfWork) -> Sequence[Mapping[str, Any]]:
    """Open jobs that nothing in the queue stands for any more: id, kind, asked_by."""
    return uow.rows(_SQL["lost_jobs"])


def drop_ended_queue_entries(uow: UnitOfWork) -> None:
    """Entries of the queue whose job ended go; the job is kept."""
    uow.execute(_SQL["drop_ended_queue_entries"])


def _json(value: Mapping[str, Any] | None) -> Jsonb | None:
    return None if value is None else Jsonb(value)
