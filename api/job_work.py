"""What a job has at hand while it runs: the database, the files, the day, and the one way to say how far it came."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from gridgov.database.pool import Database
from gridgov.errors import NotFound
from gridgov.jobs import service, store
from gridgov.jobs.file_store import FileStore
from gridgov.jobs.job import Job
from layers.upload_file import under_its_name


class Interrupted(Exception):
    """Raised inside a job whose worker is told to stop: another attempt goes on with it."""


@dataclass(frozen=True)
class Work:
    """One attempt at a job. stopping: set when the worker is told to stop."""

    database: Database
    files: FileStore
    job: Job
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def actor(self) -> str:
        """Under which name the audit knows what the job does: its asker's."""
        return f"user:{self.job.asked_by}"

    def say(self, zh: str, en: str) -> None:
        """Writes what the job is at, in a transaction of its own. Raises JobStopped when it must not go on, Interrupted."""
        self.require_going_on()
        with self.database.unit_of_work(self.actor) as uow:
            message = zh if self.job.language == "zh" else en
            service.progress(uow, self.job, done=self.job.done, total=self.job.total, message=message)

    def require_going_on(self) -> None:
        """Raises Interrupted when the worker is told to stop."""
        if self.stopping.is_set():
            raise Interrupted

    @contextmanager
    def upload(self, upload_id: UUID | None) -> Iterator[Path]:
        """An upload's file under the name its sender gave it. Raises NotFound when it is there no more."""
        with self.database.unit_of_work(self.actor, read_only=True) as uow:
            found = None if upload_id is None else store.find_upload(uow, upload_id)
        if found is None or found.owner != self.job.asked_by or not self.files.path(found.upload_id).is_file():
            raise NotFound("The uploaded file is there no more; upload it again.", "上传的文件已被清除，请重新上传。")
        with under_its_name(self.files.path(found.upload_id), found.filename) as path:
            yield path
