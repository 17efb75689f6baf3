"""`/jobs`: how far a job came, told once or as it goes on; and stopping one."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api import asker
from api.asker import AskedBy, Reading, SignedIn, Writing, database_of, limiter_of
from api.documents import answer, refusals
from api.job_ids import JobId, behind, key_of
from api.paging import Cursor, Limit, page
from api.parameters import KnownParameters
from api.schemas_jobs import JobDocument, JobList
from gridgov.errors import GridgovError, SlowDown
from gridgov.jobs import service
from gridgov.jobs.job import IMPORTS, Job, Kind
from gridgov.people.account import Account

router = APIRouter(prefix="/jobs", tags=["jobs"], dependencies=[KnownParameters])

_KINDS: tuple[Kind, ...] = ("siting-batch", *IMPORTS)
_LOOK_EVERY_S, _MOST_LOOKS, _MOST_STREAMS = 0.5, 7200, 10
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "事件流：progress、done · Events: progress, done", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
}


def own_job(account: SignedIn, job_id: JobId, uow: Reading) -> Job:
    """The job of the path, where the asker may know of it."""
    return service.find(uow, job_id, account)


def watched_job(request: Request, account: SignedIn, visitor: AskedBy, job_id: JobId) -> Job:
    """The same for a stream, which must hold no transaction open while it runs."""
    limiter_of(request).hit("events", visitor.counted_as)
    if _streams(request)[account.username] >= _MOST_STREAMS:
        raise SlowDown("Too many jobs are watched at once; close a page.", "同时查看的任务过多，请关闭部分页面。", retry_after=5)
    with database_of(request).unit_of_work(visitor.actor, read_only=True) as uow:
        return service.find(uow, job_id, account)


OwnJob = Annotated[Job, Depends(own_job)]
WatchedJob = Annotated[Job, Depends(watched_job)]


@router.get("", summary="任务列表 · Jobs", responses={**answer(200, JobList, "任务，新的在前 · Newest first"), **refusals(400, 401, 422, 503)})
def list_jobs(account: SignedIn, uow: Reading, *, cursor: Cursor, limit: Limit = 100) -> Response:
    """One's own jobs; every job for administrators."""
    found = service.listed(uow, account, _KINDS, after=behind(cursor), limit=limit)
    part = page(found, limit, key_of)
    return JSONResponse({"items": [job.as_json() for job in part.items], "next": part.next})


@router.get("/{job_id}", summary="任务进度 · How far a job came", responses={**answer(200, JobDocument, "任务 · The job"), **refusals(400, 401, 404, 503)})
def read_job(job: OwnJob) -> Response:
    """One's own job; others' for administrators, and batches for supervisors."""
    return JSONResponse(job.as_json())


@router.post(
    "/{job_id}/cancel",
    summary="取消任务 · Stop a job",
    responses={**answer(200, JobDocument, "任务 · The job"), **refusals(400, 401, 403, 404, 409, 503)},
)
def cancel_job(account: SignedIn, job_id: JobId, uow: Writing) -> Response:
    """A waiting job ends at once, a running one at its next step; an import that was stopped has no effect."""
    return JSONResponse(service.cancel(uow, job_id, account).as_json())


@router.get(
    "/{job_id}/events",
    summary="任务进度事件流 · A job as it goes on",
    responses={**_STREAM, **refusals(400, 401, 404, 429, 503)},
    response_class=EventSourceResponse,
)
async def watch_job(request: Request, account: SignedIn, job: WatchedJob) -> AsyncIterator[ServerSentEvent]:
    """`progress` whenever something changed and `done` at the end, each with the job's document; ends with the job, or with the session."""
    with _counted(request, account):
        told: dict[str, Any] | None = None
        for _ in range(_MOST_LOOKS):
            now = await run_in_threadpool(_as_it_stands, request, job)
            if now is None or await request.is_disconnected():
                return
            if now != told:
                told = now
                yield ServerSentEvent(event="done" if now["finished_at"] else "progress", data=now)
            if now["finished_at"]:
                return
            await asyncio.sleep(_LOOK_EVERY_S)


def _as_it_stands(request: Request, job: Job) -> dict[str, Any] | None:
    """The job's document now; None when the asker may not know of it any more, or the database is away."""
    try:
        visitor = asker.visitor(request)
        if visitor.account is None:
            return None
        with database_of(request).unit_of_work(visitor.actor, read_only=True) as uow:
            return service.find(uow, job.job_id, visitor.account).as_json()
    except GridgovError:
        return None


@contextmanager
def _counted(request: Request, account: Account) -> Iterator[None]:
    """Streams of one account are few: each looks at the database twice a second."""
    _streams(request)[account.username] += 1
    try:
        yield
    finally:
        _streams(request)[account.username] -= 1


def _streams(request: Request) -> Counter[str]:
    found: Counter[str] = request.app.state.streams
    return found
