"""Ids in paths and keys in cursors of uploads, jobs, batches and imports, strictly read."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path

from api.paging import Key, after
from gridgov.errors import Fault, NotFound, Refused
from gridgov.jobs.job import Job


def _id(text: str) -> UUID:
    """The id in its one written form. Raises NotFound: anything else names nothing."""
    try:
        found = UUID(text)
    except ValueError as exc:
        raise _nothing() from exc
    if str(found) != text:
        raise _nothing()
    return found


def _nothing() -> NotFound:
    return NotFound("There is nothing of this id.", "没有此编号的内容。")


def _job_id(job_id: Annotated[str, Path(description="The job's id.", examples=["6d6a1a3e-5c0f-4f0e-9a55-0a3b8f0f6f3c"])]) -> UUID:
    return _id(job_id)


def _upload_id(upload_id: Annotated[str, Path(description="The upload's id.", examples=["6d6a1a3e-5c0f-4f0e-9a55-0a3b8f0f6f3c"])]) -> UUID:
    return _id(upload_id)


JobId = Annotated[UUID, Depends(_job_id)]
UploadId = Annotated[UUID, Depends(_upload_id)]


def key_of(job: Job) -> Key:
    """The key of a job in a list that runs newest first."""
    return (job.queued_at.isoformat(), str(job.job_id))


def behind(cursor: Key | None) -> tuple[datetime, UUID] | None:
    """Where to go on in such a list. Raises Refused for the cursor of another list."""
    found = after(cursor, str, str)
    if found is None:
        return None
    try:
        at = datetime.fromisoformat(str(found[0]))
        if at.tzinfo is None:
            raise ValueError
        return at, UUID(str(found[1]))
    except ValueError as exc:
        en, zh = "is no cursor of this list; leave it out to begin anew", "不是本列表的翻页标记，省略该参数即从头开始"
        raise Refused(f"The cursor {en}.", f"翻页标记无效：{zh}。", faults=[Fault("cursor", en, zh)]) from exc
