"""The uploaded files of one database on disk: readable by the service's own user alone, whole or not there."""

import os
import re
from collections.abc import Collection
from pathlib import Path
from time import time
from uuid import UUID

from psycopg import conninfo

from gridgov.database.cluster import home_of
from gridgov.settings import Settings

# A file without a row is being uploaded at this moment, or its upload was never finished.
_STRAY_AFTER_S = 3600.0


class FileStore:
    """A folder of uploads; each file is named by its upload's id and nothing a sender said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ready(self) -> Path:
        """The folder, made when it is not there yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        return self.folder

    def path(self, upload_id: UUID) -> Path:
        """Where an upload's bytes lie."""
        return self.folder / str(upload_id)

    def keep(self, part: Path, upload_id: UUID) -> None:
        """A file that was received whole under its id, on disk for good."""
        with part.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(part, self.path(upload_id))

    def remove(self, upload_id: UUID) -> None:
        """The bytes away; nothing when they are gone already."""
        self.path(upload_id).unlink(missing_ok=True)

    def sweep(self, known: Collection[UUID]) -> None:
        """Files away that belong to no upload and are older than an hour."""
        if not self.folder.is_dir():
            return
        names, before = {str(upload_id) for upload_id in known}, time() - _STRAY_AFTER_S
        for path in self.folder.iterdir():
            if path.is_file() and path.name not in names and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)


def files_of(settings: Settings, url: str) -> FileStore:
    """The uploads of one database of an installation: `uploads/<database>` in its data directory. url: libpq URL or key=value string."""
    name = str(conninfo.conninfo_to_dict(url).get("dbname") or "gridgov")
    return FileStore(home_of(settings) / "uploads" / re.sub(r"[^A-Za-z0-9_-]", "_", name))
