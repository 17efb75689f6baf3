"""Jobs: what one is, who may know of it, and when it is given up. Pure; when it runs and what it does is for others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import UUID

from gridgov.errors import Conflict, GridgovError, Language, NotAllowed
from gridgov.people.account import Account

Kind = Literal["siting-batch", "cells-import", "zones-import"]
State = Literal["queued", "running", "done", "failed", "cancelled"]
IMPORTS: Final[tuple[Kind, ...]] = ("cells-import", "zones-import")
# Begun this often without an end, a job is parked as failed: what broke the worker five times breaks it again.
MOST_ATTEMPTS: Final = 5


class JobStopped(Exception):
    """Raised inside a job that must not go on: its asker cancelled it, or another worker took it over."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job as it is asked for. options: JSON values, as the face read them; filename: what the upload was called."""

    job_id: UUID
    kind: Kind
    account: Account
    upload_id: UUID
    filename: str
    options: Mapping[str, Any]
    language: Language


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands. total None = not known yet. attempt: how often it was begun."""

    job_id: UUID
    kind: Kind
    asked_by: str
    asked_role: str
    language: Language
    upload_id: UUID | None
    filename: str
    options: Mapping[str, Any]
    state: State
    done: int
    total: int | None
    message: str
    result: Mapping[str, Any] | None
    error: Mapping[str, Any] | None
    attempt: int
    cancel_requested: bool
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ("done", "failed", "cancelled")

    def as_json(self) -> dict[str, Any]:
        """The document that everybody who may know of the job gets."""
        return {
            "id": str(self.job_id),
            "kind": self.kind,
            "state": self.state,
            "done": self.done,
            "total": self.total,
            "message": self.message,
            "asked_by": self.asked_by,
            "filename": self.filename,
            "queued_at": _instant(self.queued_at),
            "started_at": _instant(self.started_at),
            "finished_at": _instant(self.finished_at),
            "error": None if self.error is None else dict(self.error),
            "result": None if self.result is None else dict(self.result),
        }


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job ends. report, candidate: what an import found, and its shapes as GeoJSON bytes."""

    state: State
    result: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None
    report: Mapping[str, Any] | None = None
    candidate: bytes | None = None
    message: str = field(default="")


def may_see(job: Job, account: Account) -> bool:
    """Whether an account may know of a job: its own; of batches also supervisors, of everything admins."""
    return job.asked_by == account.username or account.role == "admin" or (account.role == "supervisor" and job.kind == "siting-batch")


def queue_lock(kind: str, asked_by: str) -> str:
    """Jobs of one lock run one after another: all imports, and each asker's batches."""
    return "imports" if kind in IMPORTS else f"batches of {asked_by}"


def failed(error: GridgovError, language: Language) -> Ending:
    """The end of a job that was refused or broke down; what was being reported at the time goes with it."""
    problem = error.as_problem(language)
    report = problem.pop("report", None)
    return Ending("failed", error=problem, report=report)


def given_up(language: Language) -> Ending:
    """The end of a job that never came to one."""
    broken = GridgovError(
        f"The job broke down {MOST_ATTEMPTS} times and was given up; nothing half-done was kept. Tell the administrator.",
        f"任务连续 {MOST_ATTEMPTS} 次异常中断，已停止重试，未保留不完整的结果，请联系管理员。",
    )
    return failed(broken, language)


def require_cancellable(job: Job, account: Account) -> None:
    """Raises NotAllowed for another's job, which only administrators stop, and Conflict for one that has ended."""
    if job.asked_by != account.username and account.role != "admin":
        raise NotAllowed("Only who asked for a job, or an administrator, may stop it.", "只有任务发起人或管理员可以取消任务。")
    if job.is_over:
        raise Conflict("The job has ended already.", "任务已结束。")


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
